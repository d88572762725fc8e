/**
 * Whether a merchant or account number is the expected one. The expected one may be masked (`2088…0156`,
 * `2088****0156`): then its ends are compared. Spaces and hyphens do not count.
 */
export function sameNumber(found: string, expected: string): boolean {
  const [head, ...tail] = plain(expected).split(/(?:…|\.{3}|\*)+/u);
  const number = plain(found);
  if (tail.length === 0) return number === head;
  const end = tail.at(-1) ?? '';
  return number.length >= (head ?? '').length + end.length && number.startsWith(head ?? '') && number.endsWith(end);
}

function plain(text: string): string {
  return text.replace(/[\s\p{Pd}]+/gu, '').toUpperCase();
}
