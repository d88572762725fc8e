import type { Bilingual, FactRelation } from '../../../domain/words';
import { areNeverBoth, type ColumnSample } from './column-sample';
import type { FoundTable } from './find-table';

/** How a column is made, as a profile's YAML says it. */
export type DraftSource = string | readonly string[] | Readonly<Record<string, unknown>>;

/** A profile that is being put together, with what a person has to look at. */
export class Draft {
  readonly columns: Record<string, DraftSource> = {};
  readonly rest: Record<string, unknown> = {};
  readonly unsure: Bilingual[] = [];
  private readonly fill = new Set<string>();
  private readonly forms = new Set<string>();

  constructor(readonly table: FoundTable) {}

  get relation(): FactRelation {
    return this.table.relation;
  }

  /** The first column of a meaning. */
  one(meaning: string): ColumnSample | undefined {
    return this.table.meant.get(meaning)?.[0];
  }

  doubt(zh: string, en: string): void {
    this.unsure.push({ zh, en });
  }

  /** Maps a column of ours straight from a column of the file, if there is one. */
  map(ours: string, meaning = ours): void {
    const found = this.one(meaning);
    if (found !== undefined) this.columns[ours] = found.name;
  }

  /** Maps a text from all columns of a meaning, one behind the other. */
  mapMany(ours: string): void {
    const found = this.table.meant.get(ours) ?? [];
    const names = found.filter((column) => !column.isEmpty).map(({ name }) => name);
    const [only] = names;
    if (names.length > 1) this.columns[ours] = { join: names, with: ' ' };
    else if (only !== undefined) this.columns[ours] = only;
  }

  /** Blank cells of the column repeat the row above. */
  fillDown(column: ColumnSample | undefined): void {
    if (column?.repeatsAbove === true) this.fill.add(column.name);
  }

  /** Finds the forms that a column's dates are written in, where they are not the usual ones. */
  datesOf(column: ColumnSample | undefined): void {
    if (column === undefined || column.isEmpty || column.isDate()) return;
    const fitting = FORMS.filter((forms) => column.isDate(forms));
    const [forms] = fitting;
    if (forms === undefined) {
      this.doubt(
        `“${column.name}”的日期（如 ${column.filled[0] ?? ''}）不认识；请在 dates 中写明格式，如 dd/MM/yyyy`,
        `the dates of ${column.name} (such as ${column.filled[0] ?? ''}) are not known: name their form under dates, such as dd/MM/yyyy`,
      );
      return;
    }
    for (const form of forms) this.forms.add(form);
    const begins = new Set(fitting.map(([form = '']) => form[0]));
    if (begins.has('d') && begins.has('M'))
      this.doubt(
        `“${column.name}”的日期 ${column.filled[0] ?? ''} 日月先后不明，按 ${forms.join('、')} 读取`,
        `in ${column.name} day and month of ${column.filled[0] ?? ''} cannot be told apart; read as ${forms.join(', ')}`,
      );
  }

  /** Money out and in as two columns, or one with a sign or a column that says so. */
  movement(ours: string): void {
    const [debit, credit, amount, sign] = ['debit', 'credit', 'amount', 'sign'].map((name) => this.one(name));
    if (debit !== undefined && credit !== undefined) {
      this.columns[ours] = { debit: debit.name, credit: credit.name };
      if (!areNeverBoth(debit, credit))
        this.doubt(
          `有的行“${debit.name}”和“${credit.name}”都有金额，这些行会被拒收`,
          `some rows have both ${debit.name} and ${credit.name}; they will be rejected`,
        );
    } else if (amount !== undefined && sign !== undefined && !sign.isEmpty) {
      this.columns[ours] = { from: amount.name, sign: { column: sign.name } };
    } else if (amount !== undefined) {
      this.columns[ours] = amount.name;
      if (!amount.filled.some((cell) => /^[-－(（]|-$/.test(cell)))
        this.doubt(
          `“${amount.name}”没有负数，也没有借贷标志列：全部按收入读取`,
          `${amount.name} has no negative amounts and no column says which way they went: all are read as money in`,
        );
    }
  }

  /** The file's own row number as the key, where no two rows share it. */
  keyFrom(column: ColumnSample | undefined): void {
    if (column === undefined) return;
    if (column.isUnique && column.cells.length > 0) this.rest['key'] = [column.name];
    else
      this.doubt(
        `“${column.name}”有空白或重复，不作为行的唯一编号；内容完全相同的行按出现次序区分`,
        `${column.name} is blank or stands twice in places and is not the key; equal rows are told apart by their order`,
      );
  }

  /** `fill` and `dates`, where there is something to say. */
  get repeated(): Record<string, unknown> {
    return {
      ...(this.fill.size === 0 ? {} : { fill: [...this.fill] }),
      ...(this.forms.size === 0 ? {} : { dates: [...this.forms] }),
    };
  }
}

/** Forms of dates that are tried, the likeliest first. */
const FORMS: readonly (readonly string[])[] = [
  ['yyyy.MM.dd'],
  ['yyyy.M.d'],
  ['yy-MM-dd'],
  ['dd/MM/yyyy'],
  ['MM/dd/yyyy'],
  ['d/M/yyyy'],
  ['M/d/yyyy'],
  ['dd-MM-yyyy'],
  ['dd.MM.yyyy'],
  ['yyyyMMddHHmm'],
  ['yyyy.MM.dd HH:mm:ss'],
  ['dd/MM/yyyy HH:mm:ss'],
  ['MM/dd/yyyy HH:mm:ss'],
];
