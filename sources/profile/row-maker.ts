import type { Profile } from '../../domain/profile';
import { CarefulRow, type RowOutcome } from '../csv/careful-row';
import { valueColumns, type ColumnPlan } from '../csv/column-plan';
import type { RowFault } from '../csv/row-faults';
import type { ReadContext } from '../reader';
import { isCurrency, ZoneClock } from '../text';
import { RowRejection } from '../wire/rejection';
import { currencyOfCode } from '../kingdee/row';
import { ChannelAmounts } from './channel-amounts';
import type { DateForms } from './dates';
import type { Layout } from './layout';
import { RowKeys } from './row-keys';
import { translatorOf, type CellTranslator, type FilledRow } from './translate';
import { VoucherLines } from './voucher-lines';

type Kept = Extract<RowOutcome, { verdict: 'keep' }>;
type Rejected = Extract<RowOutcome, { verdict: 'reject' }>;

/** What became of a row, and what its amounts are for the checks of the file as a whole. */
export interface MadeRow {
  readonly outcome: Kept | Rejected;
  readonly currency: string;
  /** The number that a voucher's line was given; null: it has its own. */
  readonly lineNo: string | null;
  /** As translated; null where the row has none. */
  readonly account: string | null;
}

/** Makes rows of the relation from rows of the file. */
export class RowMaker {
  private readonly translators: readonly CellTranslator[];
  private readonly currencyOf: CellTranslator | null;
  private readonly careful: CarefulRow;
  private readonly keys: RowKeys;
  private readonly amounts: ChannelAmounts | null;
  private readonly lines: VoucherLines | null;
  private readonly at: { readonly account: number; readonly currency: number };

  constructor(
    private readonly plan: ColumnPlan,
    private readonly profile: Profile,
    private readonly layout: Layout,
    dates: DateForms,
    private readonly context: Pick<ReadContext, 'month' | 'company'>,
  ) {
    const { currency, timezone } = context.company;
    const clock = new ZoneClock(timezone);
    this.translators = plan.columns.map(({ column }) => translatorOf(column, profile, { layout, dates }));
    const at = (name: string): number => plan.columns.findIndex(({ column }) => column.name === name);
    this.at = { account: profile.relation === 'bank_entry' ? at('account') : -1, currency: at('currency') };
    this.currencyOf = this.translators[this.at.currency] ?? null;
    this.careful = new CarefulRow(plan, { month: context.month, currency, clock });
    this.keys = new RowKeys(profile, valueColumns(plan.shape), layout);
    this.amounts = profile.relation === 'channel_transaction' ? new ChannelAmounts(plan, profile) : null;
    this.lines = VoucherLines.isFor(profile) ? new VoucherLines(plan, layout, clock) : null;
  }

  /** The currency that the row's amounts are in; the company's where the row's cannot be read. */
  currencyOfRow(cells: readonly string[]): string {
    const base = this.context.company.currency;
    const code = currencyCode(this.currencyOf?.({ cells, currency: base }) ?? '') || base;
    return isCurrency(code) ? code : base;
  }

  /** @param fault something that is wrong with the row whatever its cells say */
  make(row: FilledRow, fault: RowFault | null = null): MadeRow {
    const { cells, first } = this.translate(row);
    const lineNo = this.lines?.number(cells, row.cells) ?? null;
    this.amounts?.complete(cells, row.currency);
    const account = this.at.account === -1 ? null : (cells[this.at.account] ?? null);
    const made = { currency: row.currency, lineNo, account };
    const wrong = fault ?? first ?? this.sideFault(row);
    if (wrong !== null) return { ...made, outcome: this.careful.reject(cells, wrong) };
    const outcome = this.careful.read(cells);
    if (outcome.verdict === 'keep') return { ...made, outcome: this.complete(outcome, row) };
    if (outcome.verdict === 'reject') return { ...made, outcome };
    // The total and blank rows of the file were told before.
    return { ...made, outcome: this.careful.reject(cells, emptyRow(this.plan)) };
  }

  private translate(row: FilledRow): { cells: string[]; first: RowFault | null } {
    let first: RowFault | null = null;
    const ours = this.translators.map((translate) => {
      try {
        return translate(row);
      } catch (cause) {
        if (!(cause instanceof RowRejection)) throw cause;
        first ??= { column: cause.column, value: cause.value, code: cause.code, reason: cause.reason };
        return '';
      }
    });
    if (this.at.account !== -1) ours[this.at.account] ||= this.profile.name;
    const currency = ours[this.at.currency];
    if (currency !== undefined) ours[this.at.currency] = currencyCode(currency) || this.context.company.currency;
    return { cells: [...ours, ...this.layout.extra.map((place) => row.cells[place] ?? '')], first };
  }

  private complete(outcome: Kept, row: FilledRow): Kept {
    return { ...outcome, values: this.keys.complete(outcome.values, row) };
  }

  /** One column of amounts, whose side another column names: with neither side the line would count nothing. */
  private sideFault(row: FilledRow): RowFault | null {
    const sides = [this.profile.columns['debit'], this.profile.columns['credit']];
    const when = sides.flatMap((side) => (side?.how === 'from' && side.when !== undefined ? [side.when] : []));
    const [one, other] = when;
    if (one === undefined || other === undefined) return null;
    const words = when.map((side) => row.cells[this.layout.placeOf(side.column)] ?? '');
    const isNamed = when.some((side, i) => side.words.includes(words[i] ?? ''));
    if (isNamed) return null;
    return {
      column: one.column,
      value: words[0] ?? '',
      code: 'BAD_WORD',
      reason: {
        zh: `“${words[0] ?? ''}”既不是借方（${one.words.join('、')}）也不是贷方（${other.words.join('、')}）`,
        en: `"${words[0] ?? ''}" names neither side (${one.words.join(', ')} or ${other.words.join(', ')})`,
      },
    };
  }
}

function currencyCode(text: string): string {
  return currencyOfCode(text.toUpperCase()) ?? text;
}

function emptyRow(plan: ColumnPlan): RowFault {
  return {
    column: plan.columns[0]?.header ?? '',
    value: '',
    code: 'MISSING_VALUE',
    reason: { zh: '本行没有映射所需的内容', en: 'the row holds nothing of what the profile reads' },
  };
}
