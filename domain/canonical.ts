/** What canonical text can be made of. Money and ids beyond 2^53 are strings. */
export type Canonical =
  string | number | boolean | null | readonly Canonical[] | { readonly [name: string]: Canonical };

/**
 * The one text of a value that hashes are taken over: JSON without spaces, names sorted by UTF-16 code units, strings
 * and integers as RFC 8785 writes them. Equal values give equal text, whatever order their names were set in.
 * @throws TypeError on a fraction, an integer beyond 2^53, undefined, or anything JSON does not know
 */
export function canonicalText(value: Canonical): string {
  if (Array.isArray(value)) return `[${value.map((item: Canonical) => canonicalText(item)).join(',')}]`;
  if (typeof value === 'object' && value !== null) return canonicalObject(value as { [name: string]: Canonical });
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    throw new TypeError(`no canonical text for the number ${value}: write it as a decimal string`);
  }
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) throw new TypeError(`no canonical text for ${typeof value}`);
  return text;
}

function canonicalObject(value: { readonly [name: string]: Canonical }): string {
  const members = Object.entries(value)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalText(member)}`);
  return `{${members.join(',')}}`;
}
