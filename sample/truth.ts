import type { Bilingual } from '../domain/words';
import { effectsOf } from './balances';
import type { Currency, Decoy, Named, OrderCase, Planted } from './cases';
import type { Customer } from './catalogue';
import { formatFen, type Fen } from './fen';
import type { World } from './world';

/** An answer as truth.json has it, one a line. */
export interface TruthEntry {
  readonly id: string;
  readonly reconciliation: string;
  readonly kind: string;
  readonly currency: string;
  /** left − right */
  readonly difference: string;
  readonly left: readonly string[];
  readonly right: readonly string[];
  /** Other numbers the records on the left go by. */
  readonly also: readonly string[];
  /** The name of the story that planted it; sample/README.md has the list. */
  readonly story: string;
  readonly cause: Bilingual;
  /** Of customers-ledger: the ids of the entries above it that explain it. */
  readonly causedBy: readonly string[];
}

/** An entry of decoys.json. */
export interface DecoyEntry {
  readonly story: string;
  readonly references: readonly string[];
  readonly why: Bilingual;
}

/** How a voucher is called: 凭证字-凭证号. */
export function entryNo(number: number): string {
  return `记-${number}`;
}

interface Difference {
  readonly customer: string;
  readonly currency: Currency;
  amount: Fen;
  readonly causes: Set<string>;
}

const CONSEQUENCE: Bilingual = { zh: '由所列差异引起', en: 'follows from the differences named' };
const OPENING: Bilingual = { zh: '期初余额不一致', en: 'the opening balances differ' };

/** Collects the answers. Kept in memory to the end, since a voucher gets its number when it is written. */
export class Truth {
  private readonly planted: Planted[] = [];
  private readonly decoys: Decoy[] = [];
  private readonly differences = new Map<string, Difference>();

  constructor(private readonly world: World) {}

  addCase(kase: OrderCase): void {
    this.decoys.push(...kase.decoys);
    if (kase.planted.length === 0) return;
    const ids = this.add(kase.planted);
    for (const { customer, currency, sales, ledger } of effectsOf(kase, this.world.lastDay)) {
      if (sales !== ledger) this.differ(customer, currency, sales - ledger, ids);
    }
  }

  add(planted: readonly Planted[], decoys: readonly Decoy[] = []): string[] {
    this.decoys.push(...decoys);
    return planted.map((one) => {
      this.planted.push(one);
      return idOf(this.planted.length);
    });
  }

  addOpening(customer: Customer, difference: Fen): void {
    if (difference !== 0n) this.differ(customer, 'CNY', difference, []);
  }

  /** Whether something planted so far makes a customer's balance differ. */
  differs(customer: Customer): boolean {
    return this.differences.has(`${customer.no} CNY`);
  }

  private differ(customer: Customer, currency: Currency, amount: Fen, causes: readonly string[]): void {
    const key = `${customer.no} ${currency}`;
    const known = this.differences.get(key) ?? { customer: customer.no, currency, amount: 0n, causes: new Set() };
    known.amount += amount;
    for (const cause of causes) known.causes.add(cause);
    this.differences.set(key, known);
  }

  /** Every answer; the customers' last. */
  *entries(): Generator<TruthEntry> {
    let count = 0;
    for (const { left, right, also, difference, ...rest } of this.planted) {
      const named = { left: left.map(nameOf), right: right.map(nameOf), also: (also ?? []).map(nameOf) };
      yield { id: idOf(++count), ...rest, difference: formatFen(difference), ...named, causedBy: [] };
    }
    for (const { customer, currency, amount, causes } of this.differences.values()) {
      if (amount === 0n) continue;
      yield {
        id: idOf(++count),
        reconciliation: 'customers-ledger',
        kind: 'amount_differs',
        currency,
        difference: formatFen(amount),
        left: [customer],
        right: [customer],
        also: [],
        story: causes.size === 0 ? 'opening-differs' : 'customer-balance',
        cause: causes.size === 0 ? OPENING : CONSEQUENCE,
        causedBy: [...causes],
      };
    }
  }

  *decoyEntries(): Generator<DecoyEntry> {
    for (const { story, references, why } of this.decoys) yield { story, references: references.map(nameOf), why };
  }
}

function idOf(count: number): string {
  return `T${String(count).padStart(5, '0')}`;
}

function nameOf(named: Named): string {
  if (typeof named === 'string') return named;
  if (named.number === undefined) throw new Error(`a voucher of the truth was never written: ${named.summary}`);
  return entryNo(named.number);
}
