const SEPARATORS = [',', '\t', ';'] as const;
/** Titles may stand above the table, so its separator is looked for in more than the first line. */
const LINES = 60;

/** What parts the cells: the one that the first lines have most of outside quotes. */
export function separatorOf(head: Uint8Array): (typeof SEPARATORS)[number] {
  const counts = new Map(SEPARATORS.map((separator) => [separator.charCodeAt(0), 0]));
  let isQuoted = false;
  let lines = 0;
  for (const byte of head) {
    if (byte === 0x22) isQuoted = !isQuoted;
    if (byte === 0x0a && ++lines === LINES) break;
    const count = isQuoted ? undefined : counts.get(byte);
    if (count !== undefined) counts.set(byte, count + 1);
  }
  const most = Math.max(...counts.values());
  return SEPARATORS.find((separator) => counts.get(separator.charCodeAt(0)) === most) ?? ',';
}
