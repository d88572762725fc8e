import type { Archive } from '../wire/archive';

const SHEET = /^xl\/worksheets\/[^/]+\.xml$/;
/** The place of a row's or a cell's reference. */
const PLACE = /\br="([A-Z]{0,3})(\d{1,7})"/g;
/** A reference that a chunk cuts in two is not longer. */
const OVERLAP = 16;

/**
 * How many cells the largest sheet of a workbook spans, from its first cell to the farthest: one cell far out makes a
 * reader fill all that lies between.
 */
export async function cellsSpanned(archive: Archive): Promise<number> {
  let most = 0;
  for (const entry of archive.entries.filter(({ name }) => SHEET.test(name))) {
    let [rows, columns, rest] = [0, 0, ''];
    for await (const chunk of entry.read()) {
      const text = rest + chunk.toString('latin1');
      for (const [, letters = '', row] of text.matchAll(PLACE)) {
        rows = Math.max(rows, Number(row));
        if (letters !== '') columns = Math.max(columns, columnNumber(letters));
      }
      rest = text.slice(-OVERLAP);
    }
    most = Math.max(most, rows * columns);
  }
  return most;
}

function columnNumber(letters: string): number {
  let number = 0;
  for (let i = 0; i < letters.length; i++) number = number * 26 + letters.charCodeAt(i) - 64;
  return number;
}
