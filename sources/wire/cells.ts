/**
 * Cuts one line of a bill into cells. A quote opens a cell only where it stands first in it and closes on the same
 * line; any other quote is text, since providers put product names into bills as people typed them.
 */
export function splitCells(line: string, separator = ','): string[] {
  if (!line.includes('"')) return line.split(separator);
  const cells: string[] = [];
  let at = 0;
  while (at <= line.length) {
    const quoted = line[at] === '"' ? closedCell(line, at, separator) : null;
    if (quoted !== null) {
      cells.push(quoted.text);
      at = quoted.end + 1;
      continue;
    }
    const next = line.indexOf(separator, at);
    const end = next === -1 ? line.length : next;
    cells.push(line.slice(at, end));
    at = end + 1;
  }
  return cells;
}

/** The quoted cell that begins at `start`, or null where its quote does not close. */
function closedCell(line: string, start: number, separator: string): { text: string; end: number } | null {
  const quote = closingQuote(line, start, separator);
  if (quote === -1) return null;
  const next = line.indexOf(separator, quote);
  const text = line.slice(start + 1, quote).replaceAll('""', '"');
  return { text, end: next === -1 ? line.length : next };
}

/** A quote closes where nothing but blanks stands between it and a separator or the end; doubled ones are text. */
function closingQuote(line: string, start: number, separator: string): number {
  for (let quote = line.indexOf('"', start + 1); quote !== -1; quote = line.indexOf('"', quote + 1)) {
    if (line[quote + 1] === '"') {
      quote += 1;
      continue;
    }
    let after = quote + 1;
    while (line[after] === ' ' || (line[after] === '\t' && separator !== '\t')) after += 1;
    if (after === line.length || line[after] === separator) return quote;
  }
  return -1;
}

/** Whether a quoted cell of this text is still open at its end, so that the record goes on in the next line. */
export function endsInQuote(text: string, separator: string): boolean {
  for (let at = 0; at < text.length;) {
    if (text[at] === '"') {
      const quote = closingQuote(text, at, separator);
      if (quote === -1) return true;
      at = quote;
    }
    const next = text.indexOf(separator, at);
    if (next === -1) return false;
    at = next + 1;
  }
  return false;
}

/** What a cell says without its packing: TABs and spaces around it, a leading backtick, `="0123"`. */
export function cleanCell(cell: string): string {
  let text = cell.trim();
  if (text.charCodeAt(0) === 0x60) text = text.slice(1).trim();
  if (text.startsWith('="') && text.endsWith('"') && text.length > 2) text = text.slice(2, -1).trim();
  return text;
}

/** Text that holds bytes that were none: U+FFFD stands where a byte did not decode, and NUL is no text either. */
export function isBroken(text: string): boolean {
  return text.includes('\uFFFD') || text.includes('\u0000');
}
