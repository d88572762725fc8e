import type { ArchiveEntry } from '../wire/archive';
import { readPart } from './parts';

/** Formats a program need not write down: dates and times, and those of the East Asian editions. */
const isBuiltInDate = (format: number): boolean =>
  (format >= 14 && format <= 22) ||
  (format >= 27 && format <= 36) ||
  (format >= 45 && format <= 47) ||
  (format >= 50 && format <= 58);

/** Which styles of a workbook show a number as a date, by their place: what `s` of a cell counts. */
export async function dateStyles(entry: ArchiveEntry | undefined): Promise<readonly boolean[]> {
  if (entry === undefined) return [];
  const elements = await readPart(entry);
  const isDate = new Map<number, boolean>();
  for (const { name, attributes } of elements) {
    if (name === 'numFmt')
      isDate.set(Number(attributes.get('numFmtId')), isDateCode(attributes.get('formatCode') ?? ''));
  }
  return elements
    .filter(({ name, path }) => name === 'xf' && path.at(-1) === 'cellXfs')
    .map(({ attributes }) => {
      const format = Number(attributes.get('numFmtId') ?? 0);
      return isDate.get(format) ?? isBuiltInDate(format);
    });
}

/** Letters of dates that are neither quoted, escaped, a colour nor a condition: `yyyy/m/d`, `[$-804]yyyy"年"m"月"d"日"`. */
function isDateCode(code: string): boolean {
  const bare = code.replace(/"[^"]*"|\\.|_.|\*./g, '').replace(/\[(?!h+\]|m+\]|s+\])[^\]]*\]/gi, '');
  return /[ymdhs]/i.test(bare.replace(/general/gi, ''));
}
