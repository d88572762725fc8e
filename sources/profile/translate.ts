import type { FileColumn } from '../../domain/file-columns';
import type { CellSource, Condition, Profile } from '../../domain/profile';
import { isMoney, isTime } from '../../domain/profile-fields';
import { foldWord } from '../../domain/profile-words';
import { customerOf } from '../kingdee/customer';
import { wholeNumber } from '../wire/mangled';
import { amountIn, amountText, Direction, sidesOf } from './amounts';
import type { DateForms } from './dates';
import { titleValue, type Layout } from './layout';

/** A row of the file with its repeated cells filled in, and the currency its amounts are in. */
export interface FilledRow {
  readonly cells: readonly string[];
  readonly currency: string;
}

/** Turns a row of the file into one cell of ours. Throws RowRejection where the file's cells make none. */
export type CellTranslator = (row: FilledRow) => string;

/** What translators need of the file. */
export interface Ground {
  readonly layout: Layout;
  readonly dates: DateForms;
}

const nothing: CellTranslator = () => '';

/** How a column of ours is made; an unmapped one is empty. */
export function translatorOf(column: FileColumn, profile: Profile, ground: Ground): CellTranslator {
  const source = profile.columns[column.name];
  if (source === undefined) return nothing;
  const read = readerOf(source, ground);
  if (isTime(column)) return source.how === 'moment' ? read : (row) => ground.dates.canonical(read(row));
  if (isMoney(column))
    return source.how === 'from' && source.sign === undefined ? (row) => amountText(read(row), row.currency) : read;
  return column.type === 'reference' ? (row) => whole(column, read(row)) : read;
}

/** The file's name for a column of ours: of several the last, which read alone gives the value again. */
export function nameOfSource(column: FileColumn, source: CellSource | undefined): string {
  switch (source?.how) {
    case undefined:
    case 'value':
      return column.chinese[0] ?? column.name;
    case 'above':
      return source.label;
    case 'from':
    case 'dimension':
      return source.column;
    case 'join':
    case 'first':
      return source.columns.at(-1) ?? column.name;
    case 'sides':
      return source.credit;
    case 'moment':
      return source.date;
  }
}

function readerOf(source: CellSource, { layout, dates }: Ground): CellTranslator {
  const at = (name: string): CellTranslator => {
    const place = layout.placeOf(name);
    return ({ cells }) => cells[place] ?? '';
  };
  switch (source.how) {
    case 'value':
      return () => source.value;
    case 'above': {
      const found = titleValue(layout.titles, source.label);
      return () => found;
    }
    case 'from':
      return fromOne(source, at);
    case 'join': {
      const reads = source.columns.map(at);
      return (row) =>
        reads
          .map((read) => read(row))
          .filter((text) => text !== '')
          .join(source.with);
    }
    case 'first': {
      const reads = source.columns.map(at);
      return (row) => reads.map((read) => read(row)).find((text) => text !== '') ?? '';
    }
    case 'sides':
      return fromSides(source, at);
    case 'moment': {
      const [date, time] = [at(source.date), at(source.time)];
      return (row) => dates.join(date(row), time(row));
    }
    case 'dimension': {
      const read = at(source.column);
      return (row) => customerOf(read(row));
    }
  }
}

function fromOne(
  { column, sign, when }: Extract<CellSource, { how: 'from' }>,
  at: (name: string) => CellTranslator,
): CellTranslator {
  const read = at(column);
  const holds = when === undefined ? null : condition(when, at);
  const chosen: CellTranslator = holds === null ? read : (row) => (holds(row) ? read(row) : '');
  if (sign === undefined) return chosen;
  const direction = new Direction(sign);
  const word = at(sign.column);
  return (row) => {
    const amount = amountIn(column, chosen(row), row.currency);
    return amount === '' ? '' : direction.signed(amount, word(row));
  };
}

function fromSides(
  { debit, credit }: Extract<CellSource, { how: 'sides' }>,
  at: (name: string) => CellTranslator,
): CellTranslator {
  const [out, into] = [at(debit), at(credit)];
  return (row) =>
    sidesOf(
      { column: debit, amount: amountIn(debit, out(row), row.currency) },
      { column: credit, amount: amountIn(credit, into(row), row.currency) },
    );
}

/** Whether a row's cell is one of the words. */
export function condition(
  { column, words }: Condition,
  at: (name: string) => CellTranslator,
): (row: FilledRow) => boolean {
  const read = at(column);
  const folded = new Set(words.map(foldWord));
  return (row) => folded.has(foldWord(read(row)));
}

function whole(column: FileColumn, text: string): string {
  return text === '' ? '' : wholeNumber(column.chinese[0] ?? column.name, text);
}
