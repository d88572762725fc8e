import { formatFen, type Fen } from '../../sample/fen';
import type { ExceptionKind, ReconciliationName } from '../../domain/words';
import { TOLERANCE, type Currency } from './company';

/** An exception that the files hold. */
export interface Expected {
  readonly tag: string;
  readonly reconciliation: ReconciliationName;
  readonly kind: ExceptionKind;
  /** Another kind that is read as the same. */
  readonly orKind?: ExceptionKind;
  readonly currency: Currency;
  /** left − right */
  readonly difference: string;
  readonly left: readonly string[];
  readonly right: readonly string[];
  /** False: the contracts leave room; reporting it is right, and so is not reporting it. */
  readonly must: boolean;
}

/** Two records that belong together and have to be matched with one another, and confirmed. */
export interface Pair {
  readonly tag: string;
  readonly reconciliation: ReconciliationName;
  readonly left: string;
  readonly right: string;
}

/** Records that only look wrong: no exception may name them, a customer's balance apart. */
export interface Decoy {
  readonly tag: string;
  readonly references: readonly string[];
}

/** What a story says of an exception; the tag is the story's. */
export interface Told {
  readonly difference?: Fen;
  readonly left?: readonly string[];
  readonly right?: readonly string[];
  readonly currency?: Currency;
  readonly orKind?: ExceptionKind;
  readonly may?: boolean;
}

interface Balance {
  readonly customer: string;
  readonly currency: Currency;
  sales: Fen;
  ledger: Fen;
}

/** Collects the answers while the books are written: what differs, what belongs together, what only looks wrong. */
export class Answers {
  readonly expected: Expected[] = [];
  readonly pairs: Pair[] = [];
  readonly decoys: Decoy[] = [];
  /** Reference → the tag of the story that made it. */
  readonly tags = new Map<string, string>();
  /** Reference → the business cases it is about. Records of a confirmed match must share one. */
  readonly cases = new Map<string, ReadonlySet<string>>();
  private readonly balances = new Map<string, Balance>();
  private readonly open = new Set<string>();
  private tag = 'ordinary';
  private references: string[] = [];
  private told = 0;

  begin(tag: string): void {
    this.tag = tag;
    this.references = [];
    this.told = this.expected.length;
  }

  /** Ends a story. One that tells of no exception is a decoy as a whole. */
  end(): void {
    if (this.told === this.expected.length) this.decoy(...this.references);
  }

  /** A record was written. `cases`: order numbers, receipt numbers, payout numbers it is about; none: nobody's. */
  record(reference: string, cases: readonly string[]): void {
    this.tags.set(reference, this.tag);
    this.cases.set(reference, new Set([...(this.cases.get(reference) ?? []), ...cases]));
    this.references.push(reference);
  }

  /** A record written before is about this business case too. */
  belongs(reference: string, to: string): void {
    this.cases.set(reference, new Set([...(this.cases.get(reference) ?? []), to]));
  }

  expect(reconciliation: ReconciliationName, kind: ExceptionKind, told: Told): void {
    this.expected.push({
      tag: this.tag,
      reconciliation,
      kind,
      ...(told.orKind === undefined ? {} : { orKind: told.orKind }),
      currency: told.currency ?? 'CNY',
      difference: formatFen(told.difference ?? 0n),
      left: told.left ?? [],
      right: told.right ?? [],
      must: told.may !== true,
    });
  }

  pair(reconciliation: ReconciliationName, left: string, right: string): void {
    this.pairs.push({ tag: this.tag, reconciliation, left, right });
  }

  decoy(...references: readonly string[]): void {
    this.decoys.push({ tag: this.tag, references });
  }

  /** A customer's balance moves, as sales or as the ledger sees it. */
  move(side: 'sales' | 'ledger', customer: string, currency: Currency, amount: Fen): void {
    const key = `${customer} ${currency}`;
    const balance = this.balances.get(key) ?? { customer, currency, sales: 0n, ledger: 0n };
    balance[side] += amount;
    this.balances.set(key, balance);
  }

  /** What this customer's balance differs by is a small difference the policy may write off. */
  leaveOpen(customer: string): void {
    this.open.add(customer);
  }

  /** Tells of each customer whose balance differs; called when all is written. */
  settleBalances(): void {
    this.begin('customer-balance');
    for (const { customer, currency, sales, ledger } of this.balances.values()) {
      const difference = sales - ledger;
      if (difference <= TOLERANCE.amount && -difference <= TOLERANCE.amount) continue;
      const told = { difference, currency, left: [customer], right: [customer], may: this.open.has(customer) };
      this.expect('customers-ledger', 'amount_differs', told);
    }
  }
}
