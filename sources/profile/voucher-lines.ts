import { hash } from 'node:crypto';
import { headerKey } from '../../domain/file-columns';
import type { Profile } from '../../domain/profile';
import { tableOf } from '../../domain/profile-fields';
import { readDay, type ZoneClock } from '../text';
import { Memo } from '../text/memo';
import { Occurrences } from '../wire/occurrences';
import type { ColumnPlan } from '../csv/column-plan';
import type { Layout } from './layout';

/** The column that a rejected line brings its number back in. */
export const LINE_COLUMN = '分录号';

/**
 * Numbers the lines of vouchers whose file does not: by their place in the voucher, wherever in the file they stand.
 * Numbers of vouchers start again each month. A line that comes back corrected brings its number with it.
 */
export class VoucherLines {
  private readonly occurrences = new Occurrences();
  private readonly months: Memo<string>;
  private readonly at: { readonly entry: number; readonly line: number; readonly day: number };
  private readonly given: number;

  constructor(plan: ColumnPlan, layout: Layout, clock: ZoneClock) {
    const at = (name: string): number => plan.columns.findIndex(({ column }) => column.name === name);
    this.at = { entry: at('entry_no'), line: at('line_no'), day: at('posting_date') };
    this.months = new Memo((text) => {
      const day = readDay(text, clock);
      return day.ok ? day.value.slice(0, 7) : text;
    });
    this.given = layout.names.findIndex((name) => headerKey(name) === LINE_COLUMN);
  }

  /** Whether a profile leaves the numbers of lines to us. */
  static isFor(profile: Profile): boolean {
    return profile.relation === 'ledger_entry' && profile.columns['line_no'] === undefined;
  }

  /** Numbers the line in place. @returns the number */
  number(cells: string[], raw: readonly string[]): string {
    const entry = cells[this.at.entry] ?? '';
    const month = this.months.of(cells[this.at.day] ?? '');
    const place = String(this.occurrences.next(hash('sha256', `${entry}\0${month}`, 'buffer')));
    const number = (raw[this.given] ?? '') || place;
    cells[this.at.line] = number;
    return number;
  }
}

/** The columns of the file that make a voucher's number, joined as the profile says. */
export function voucherColumns(profile: Profile): { readonly cells: readonly string[]; readonly joint: string } | null {
  const source = profile.columns['entry_no'];
  if (tableOf(profile.relation).relation !== 'ledger_entry' || source === undefined) return null;
  if (source.how === 'join') return { cells: source.columns, joint: source.with };
  return source.how === 'from' ? { cells: [source.column], joint: '' } : null;
}
