import { COMMA } from './row-scanner';

const CANDIDATES = [COMMA, 0x09, 0x3b];

/** What parts the cells: a comma, unless the first line has more tabs or semicolons outside quotes. */
export function delimiterOf(head: Uint8Array): number {
  const counts = CANDIDATES.map(() => 0);
  let isQuoted = false;
  let sawText = false;
  for (const byte of head) {
    if (byte === 0x22) isQuoted = !isQuoted;
    if ((byte === 0x0a || byte === 0x0d) && !isQuoted && sawText) break;
    if (byte > 0x20) sawText = true;
    const candidate = isQuoted ? -1 : CANDIDATES.indexOf(byte);
    if (candidate !== -1) counts[candidate] = (counts[candidate] ?? 0) + 1;
  }
  return CANDIDATES[counts.indexOf(Math.max(...counts))] ?? COMMA;
}
