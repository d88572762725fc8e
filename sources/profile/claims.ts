import type { CompanySettings } from '../../domain/company';
import type { Profile } from '../../domain/profile';
import { isCompanyAccount } from '../wire/account';
import { sameNumber } from '../wire/merchant';
import { wrongAccount, wrongMerchant } from '../wire/refusal';
import { RunningBalance } from '../wire/running-balance';
import { readableAmount } from './amounts';
import type { Layout } from './layout';
import { columnsOf } from './plan';
import type { MadeRow } from './row-maker';
import { StatedTotals, type MoneyColumn } from './totals';

/** Accounts of a file that are remembered as the company's. */
const ACCOUNTS_MAX = 1000;

/**
 * What a file states of itself, held against its rows: whose account and merchant it is of, its running balance, its
 * grand total. Rejected rows that come back corrected are a choice of rows, which has neither balance nor total.
 */
export class Claims {
  private readonly totals: StatedTotals;
  private readonly balances = new Map<string, RunningBalance>();
  private readonly accounts = new Set<string>();
  private readonly ours: readonly string[];

  constructor(
    private readonly profile: Profile,
    private readonly layout: Layout,
    private readonly banks: CompanySettings['banks'],
    money: readonly MoneyColumn[],
  ) {
    this.totals = new StatedTotals(money);
    this.ours = columnsOf(profile);
    this.accounts.add(profile.name);
  }

  /** @throws FileRefused WRONG_ACCOUNT, WRONG_MERCHANT, BALANCE_MISMATCH */
  follow(made: MadeRow, cells: readonly string[], line: number): void {
    if (made.account !== null) this.checkAccount(made.account, made.currency, line);
    this.checkMerchant(cells, line);
    if (this.layout.isReturned) return;
    this.addUp(made, cells);
    this.goOn(made, cells, line);
  }

  /** A grand total row. */
  state(cells: readonly string[], line: number): void {
    this.totals.state(cells, line);
  }

  /** @throws FileRefused TOTALS_DIFFER */
  tie(lastLine: number): void {
    if (!this.layout.isReturned) this.totals.tie(lastLine);
  }

  private checkAccount(account: string, currency: string, line: number): void {
    if (this.accounts.has(account)) return;
    if (!isCompanyAccount(account, currency, this.banks)) throw wrongAccount(account, line);
    if (this.accounts.size < ACCOUNTS_MAX) this.accounts.add(account);
  }

  private checkMerchant(cells: readonly string[], line: number): void {
    const { merchant, channel } = this.profile;
    if (merchant === null) return;
    const found = cells[this.layout.placeOf(merchant.column)] ?? '';
    if (found === '' || sameNumber(found, merchant.number)) return;
    throw wrongMerchant(channel ?? '', found, merchant.number, line);
  }

  private addUp({ outcome, currency }: MadeRow, cells: readonly string[]): void {
    const meant = ({ ours }: MoneyColumn): string | undefined =>
      outcome.verdict === 'keep' && ours !== null ? (outcome.values[this.ours.indexOf(ours)] ?? undefined) : undefined;
    this.totals.add(
      (column) => ({ stated: readableAmount(cells[column.place] ?? '', currency), meant: meant(column) }),
      currency,
    );
  }

  private goOn({ outcome, currency, account }: MadeRow, cells: readonly string[], line: number): void {
    const { balance } = this.profile;
    if (balance === null) return;
    const key = `${account ?? ''} ${currency}`;
    const running = this.balances.get(key) ?? new RunningBalance();
    this.balances.set(key, running);
    const stands = readableAmount(cells[this.layout.placeOf(balance)] ?? '', currency);
    running.take(unitsOf(outcome.amount), unitsOf(stands), line);
  }
}

/** An amount with all decimals of its currency as a whole number of the smallest unit; null: there is none. */
function unitsOf(amount: string | undefined): bigint | null {
  return amount === undefined || amount === '' ? null : BigInt(amount.replace('.', ''));
}
