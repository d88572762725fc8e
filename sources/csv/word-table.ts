import type { FileColumn } from '../../domain/file-columns';
import { isSame } from '../bytes/cell-memo';
import { readAs, unreadable, type Reading } from '../text';

const tables = new WeakMap<FileColumn, ReadonlyMap<string, string>>();

/** The canonical word of a cell, from English whatever its case, or from Chinese; BAD_WORD lists what is allowed. */
export function readWord(text: string, column: FileColumn): Reading<string> {
  const word = wordsOf(column).get(text.normalize('NFKC').toLowerCase());
  if (word !== undefined) return readAs(word);
  const allowed = Object.entries(column.words ?? {});
  return unreadable(
    'BAD_WORD',
    `“${text.slice(0, 40)}”不在允许的取值中：${allowed.map(([english, [chinese]]) => chinese ?? english).join('、')}`,
    `"${text.slice(0, 40)}" is none of ${allowed.map(([english]) => english).join(', ')}`,
  );
}

function wordsOf(column: FileColumn): ReadonlyMap<string, string> {
  const known = tables.get(column);
  if (known) return known;
  const table = new Map(
    Object.entries(column.words ?? {}).flatMap(([word, chinese]) =>
      [word, ...chinese].map((name) => [name, word] as const),
    ),
  );
  tables.set(column, table);
  return table;
}

/** Spellings remembered per column; a file uses a handful. */
const SPELLINGS_MAX = 32;

/** Looks a cell's bytes up without making a string for those that repeat, as words do. */
export class WordCells {
  private readonly spellings: { readonly bytes: Buffer; readonly word: Buffer }[] = [];

  constructor(private readonly column: FileColumn) {}

  /** The canonical word's bytes; null when the cell is none of the words as it stands. */
  find(bytes: Buffer, start: number, end: number): Buffer | null {
    for (const spelling of this.spellings) {
      if (isSame(spelling.bytes, bytes, start, end)) return spelling.word;
    }
    const reading = readWord(bytes.toString('utf8', start, end), this.column);
    if (!reading.ok) return null;
    const word = Buffer.from(reading.value);
    if (this.spellings.length < SPELLINGS_MAX)
      this.spellings.push({ bytes: Buffer.from(bytes.subarray(start, end)), word });
    return word;
  }
}
