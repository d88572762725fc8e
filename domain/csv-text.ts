/** Cells a spreadsheet would run as a formula, also behind spaces and in full width. A plain number is none. */
const FORMULA = /^[\s\u00a0\u0000]*[=+\-@\t\r\n＝＋－＠]/u;
const NUMBER = /^-?\d+(\.\d+)?$/;

/**
 * One record of a CSV file (RFC 4180, CRLF). Text a spreadsheet would take for a formula is led by an apostrophe;
 * amounts stay numbers.
 */
export function csvRecord(cells: readonly (string | number | null)[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(cell: string | number | null): string {
  if (cell === null) return '';
  const text = String(cell);
  const safe = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}
