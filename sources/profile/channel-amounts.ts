import type { Profile } from '../../domain/profile';
import type { ColumnPlan } from '../csv/column-plan';
import { readWord } from '../csv/word-table';
import { readAmount } from '../text';
import { difference, isNothing, negated } from './amounts';

const AMOUNTS = ['gross_amount', 'fee_amount', 'net_amount'] as const;

/**
 * Gross, fee and net as the books want them: refunds and payouts negative, the fee a positive cost, net = gross − fee.
 * Acquirers leave the fee or the net out, write refunds without a sign, or the fee as a deduction; what the row itself
 * proves is taken, and what it does not prove stays as it is and is rejected by the checks that follow.
 */
export class ChannelAmounts {
  private readonly at: Readonly<Record<(typeof AMOUNTS)[number] | 'type', number>>;
  private readonly hasOwnSigns: boolean;

  constructor(
    private readonly plan: ColumnPlan,
    profile: Profile,
  ) {
    const at = (name: string): number => plan.columns.findIndex(({ column }) => column.name === name);
    this.at = {
      gross_amount: at('gross_amount'),
      fee_amount: at('fee_amount'),
      net_amount: at('net_amount'),
      type: at('type'),
    };
    this.hasOwnSigns = AMOUNTS.some((name) => {
      const source = profile.columns[name];
      return source?.how === 'sides' || (source?.how === 'from' && source.sign !== undefined);
    });
  }

  /** Completes the row's amounts in place. */
  complete(cells: string[], currency: string): void {
    const read = AMOUNTS.map((name) => this.amount(cells[this.at[name]] ?? '', currency));
    if (read.includes(undefined)) return;
    let [gross = '', fee = '', net = ''] = read;
    if (gross === '') return;
    if (this.isUnsigned(cells, gross)) {
      [gross, fee] = [negated(gross), negated(fee)];
      net = net.startsWith('-') ? net : negated(net);
    }
    if (fee === '') fee = net === '' ? difference(gross, gross, currency) : difference(gross, net, currency);
    if (net === '') net = difference(gross, fee, currency);
    if (difference(gross, negated(fee), currency) === net) fee = negated(fee);
    cells[this.at.gross_amount] = gross;
    cells[this.at.fee_amount] = fee;
    cells[this.at.net_amount] = net;
  }

  /** undefined: it cannot be read. */
  private amount(text: string, currency: string): string | undefined {
    if (text === '') return '';
    const read = readAmount(text, currency);
    return read.ok ? read.value : undefined;
  }

  private isUnsigned(cells: readonly string[], gross: string): boolean {
    const column = this.plan.columns[this.at.type]?.column;
    if (this.hasOwnSigns || column === undefined || gross.startsWith('-') || isNothing(gross)) return false;
    const type = readWord(cells[this.at.type] ?? '', column);
    return type.ok && (type.value === 'refund' || type.value === 'payout');
  }
}
