/** A line of CSV; cells that need quotes get them. */
export function csvLine(cells: readonly string[], end = '\n'): string {
  return cells.map(quoted).join(',') + end;
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
