import type { ExceptionFacts } from '../explain';
import { Decimal, decimalsOf, formatAmount, type MoneyString } from '../money';
import type { Bilingual, ExceptionKind, ReconciliationName } from '../words';
import { slipBetween } from './near-key';
import { linesPart, type OrderLine } from './order-lines';

/** What a part of a difference comes from. */
export const PARTS = {
  missing: { zh: '对方没有记录', en: 'not recorded on the other side' },
  sign: { zh: '正负号相反', en: 'opposite sign' },
  typing: { zh: '录入错误', en: 'a slip in typing' },
  double_booking: { zh: '重复', en: 'recorded more than once' },
  other_month: { zh: '记在其他月份', en: 'recorded in another month' },
  rate: { zh: '汇率', en: 'exchange rate' },
  fee: { zh: '手续费', en: 'fee' },
  tax: { zh: '税额', en: 'tax' },
  net: { zh: '不含税金额', en: 'net amount' },
  price: { zh: '单价与数量', en: 'price and quantity' },
  rounding: { zh: '尾差', en: 'rounding' },
  opening: { zh: '期初', en: 'opening' },
  causes: { zh: '列出的差异', en: 'the exceptions named' },
  unexplained: { zh: '未查明', en: 'unexplained' },
} satisfies Record<string, Bilingual>;
export type PartName = keyof typeof PARTS;

/** One part of a difference; all of them add up to it exactly. */
export interface Part {
  readonly part: PartName;
  readonly label: Bilingual;
  readonly amount: MoneyString;
  /** By what it was found; empty where the label says all. */
  readonly note: Bilingual;
}

/** What a side is known to hold. Amounts are as compared: left − right is the difference. */
export interface SideFigures {
  /** One amount per record. */
  readonly amounts: readonly Decimal[];
  readonly tax: Decimal | undefined;
  readonly fee: Decimal | undefined;
}

export interface Splittable {
  readonly reconciliation: ReconciliationName;
  readonly kind: ExceptionKind | 'match';
  readonly currency: string;
  readonly difference: Decimal;
  readonly left: SideFigures;
  readonly right: SideFigures;
  readonly lines: readonly OrderLine[];
  /** The rate the voucher was booked at, where it was booked in another currency. */
  readonly rate: Decimal | undefined;
  readonly facts: ExceptionFacts;
}

/** A finder takes what it can explain of what is left. */
type Finder = (about: Splittable, rest: Decimal) => readonly Found[];
interface Found {
  readonly part: PartName;
  readonly amount: Decimal;
  readonly note?: Bilingual;
}

/** The first of these that says something explains the whole difference. */
const WHOLE: readonly Finder[] = [missing, balance, opposite, mistyped, repeated, otherMonth, converted, taxOnly];
/** These take their part one after the other. */
const PARTIAL: readonly Finder[] = [fees, wholeTax, lines, rounding, taxes, rounding];

/**
 * Splits a difference into what it comes from. The parts add up to it exactly; what nothing explains is `unexplained`. A difference of
 * zero has parts only where they cancel out: tax against net.
 */
export function splitDifference(about: Splittable): Part[] {
  const whole = WHOLE.map((find) => find(about, about.difference)).find((found) => found.length > 0);
  const found = whole === undefined ? step(about) : [...whole];
  const rest = found.reduce((left, { amount }) => left.sub(amount), about.difference);
  if (!rest.isZero()) found.push({ part: 'unexplained', amount: rest });
  return found.map(({ part, amount, note }) => ({
    part,
    label: PARTS[part],
    amount: formatAmount(amount, about.currency),
    note: note ?? { zh: '', en: '' },
  }));
}

function step(about: Splittable): Found[] {
  const found: Found[] = [];
  let rest = about.difference;
  for (const find of PARTIAL) {
    if (rest.isZero()) break;
    for (const one of find(about, rest)) {
      found.push(one);
      rest = rest.sub(one.amount);
    }
  }
  return found;
}

const total = ({ amounts }: SideFigures): Decimal => Decimal.sum(0, ...amounts);
const isBoth = ({ left, right }: Splittable): boolean => left.amounts.length > 0 && right.amounts.length > 0;

function missing({ left, right, reconciliation }: Splittable, rest: Decimal): Found[] {
  if (reconciliation === 'customers-ledger' || rest.isZero()) return [];
  return left.amounts.length === 0 || right.amounts.length === 0 ? [{ part: 'missing', amount: rest }] : [];
}

/** A customer's balance: what was different before the month, and what the exceptions named make up. */
function balance({ reconciliation, facts }: Splittable): Found[] {
  if (reconciliation !== 'customers-ledger') return [];
  const opening = new Decimal(facts.openingDifference ?? 0);
  const causes = new Decimal(facts.explained ?? 0);
  const all: Found[] = [
    { part: 'opening', amount: opening },
    { part: 'causes', amount: causes },
  ];
  return all.filter(({ amount }) => !amount.isZero());
}

function opposite(about: Splittable, rest: Decimal): Found[] {
  const left = total(about.left);
  return isBoth(about) && !rest.isZero() && left.mul(2).eq(rest) ? [{ part: 'sign', amount: rest }] : [];
}

/** Neighbouring digits have changed places, or the point has moved. */
function mistyped({ left, right }: Splittable, rest: Decimal): Found[] {
  const [one, other] = [left.amounts[0], right.amounts[0]];
  const isSingle = left.amounts.length === 1 && right.amounts.length === 1;
  if (!isSingle || one === undefined || other === undefined || !one.sub(other).eq(rest)) return [];
  const isSwapped =
    slipBetween(digitsOf(one), digitsOf(other)) === 'transposed' && one.isNegative() === other.isNegative();
  const isShifted = [10, 100].some((by) => one.mul(by).eq(other) || other.mul(by).eq(one));
  if (rest.isZero() || (!isSwapped && !isShifted)) return [];
  const note = isSwapped
    ? { zh: '相邻数字颠倒', en: 'neighbouring digits swapped' }
    : { zh: '小数点错位', en: 'the decimal point has moved' };
  return [{ part: 'typing', amount: rest, note }];
}

/** As long as the shortest number a slip is told of. */
function digitsOf(amount: Decimal): string {
  return amount.abs().toFixed(2).replace('.', '').padStart(8, '0');
}

/** One side holds the other's amount several times. */
function repeated({ kind, left, right, facts }: Splittable, rest: Decimal): Found[] {
  if (rest.isZero()) return [];
  if (kind === 'duplicate') {
    const times = facts.postings ?? 2;
    return [{ part: 'double_booking', amount: rest, note: { zh: `共 ${times} 次`, en: `${times} times` } }];
  }
  const isRepeat = (one: SideFigures, other: SideFigures): boolean => {
    const amount = total(one);
    return (
      !amount.isZero() &&
      one.amounts.length === 1 &&
      other.amounts.length > 1 &&
      other.amounts.every((item) => item.eq(amount))
    );
  };
  return isRepeat(left, right) || isRepeat(right, left) ? [{ part: 'double_booking', amount: rest }] : [];
}

function otherMonth({ kind, facts }: Splittable, rest: Decimal): Found[] {
  if (kind !== 'date_differs' || rest.isZero()) return [];
  const day = facts.bookedElsewhere;
  return [{ part: 'other_month', amount: rest, ...(day === undefined ? {} : { note: { zh: day, en: day } }) }];
}

/** Amounts of two currencies: the rate explains what the booked rate makes of them, the rest is something else. */
function converted(about: Splittable, rest: Decimal): Found[] {
  if (about.kind !== 'currency_differs' || !isBoth(about) || rest.isZero()) return [];
  const { rate } = about;
  if (rate === undefined) return [];
  const left = total(about.left);
  const note = { zh: `按凭证汇率 ${rate.toFixed()}`, en: `at the voucher’s rate ${rate.toFixed()}` };
  return [{ part: 'rate', amount: left.sub(roundTo(left.mul(rate), about.currency)), note }];
}

/** Gross amounts agree: what tax has more, net has less. */
function taxOnly({ difference, left, right }: Splittable): Found[] {
  const tax = taxDifference(left, right);
  if (!difference.isZero() || tax === undefined || tax.isZero()) return [];
  return [
    { part: 'tax', amount: tax },
    { part: 'net', amount: tax.neg() },
  ];
}

function fees({ kind, left, right, facts }: Splittable, rest: Decimal): Found[] {
  if (kind === 'fee_differs') {
    const note = {
      zh: `渠道收取 ${facts.fee ?? '?'}，账上 ${facts.bookedFee ?? '0'}`,
      en: `charged ${facts.fee ?? '?'}, booked ${facts.bookedFee ?? '0'}`,
    };
    return [{ part: 'fee', amount: rest, note }];
  }
  const kept = [left.fee, right.fee].find((fee) => fee !== undefined && !fee.isZero() && fee.abs().lte(rest.abs()));
  if (kept === undefined) return [];
  const amount = kept.abs().mul(rest.isNegative() ? -1 : 1);
  // A fee that leaves a remainder explains something only where that remainder is a fraction of it.
  if (!rest.sub(amount).abs().lt(kept.abs())) return [];
  return [{ part: 'fee', amount, note: { zh: '一方扣除了手续费', en: 'one side is net of the fee' } }];
}

/** One side holds the net amount where the other has tax in it. */
function wholeTax({ left, right }: Splittable, rest: Decimal): Found[] {
  const isNet = (tax: Decimal | undefined): boolean => tax !== undefined && !tax.isZero() && tax.abs().eq(rest.abs());
  if (!isNet(left.tax) && !isNet(right.tax)) return [];
  return [{ part: 'tax', amount: rest, note: { zh: '一方不含税', en: 'one side is without tax' } }];
}

function lines({ left, right, lines: given }: Splittable, rest: Decimal): Found[] {
  const found = linesPart(given, { rest, left: total(left), right: total(right) });
  return found === undefined ? [] : [{ part: 'price', amount: rest, note: found }];
}

/** Both sides state tax and differ in it: the difference of tax, as long as it goes the same way as the whole. */
function taxes({ left, right }: Splittable, rest: Decimal): Found[] {
  const tax = taxDifference(left, right);
  if (tax === undefined || tax.isZero() || tax.abs().gt(rest.abs()) || tax.isNegative() !== rest.isNegative())
    return [];
  return [{ part: 'tax', amount: tax }];
}

/** At most a smallest unit for each record, or what is below one where a side is a whole number: 抹零. */
function rounding({ left, right, currency }: Splittable, rest: Decimal): Found[] {
  const unit = new Decimal(10).pow(-decimalsOf(currency));
  const items = Math.max(left.amounts.length, right.amounts.length, 1);
  if (rest.abs().lte(unit.mul(items))) return [{ part: 'rounding', amount: rest }];
  const isWhole = [left, right].some((side) => side.amounts.length > 0 && total(side).isInteger());
  if (!isWhole || rest.abs().gte(1)) return [];
  return [{ part: 'rounding', amount: rest, note: { zh: '抹零', en: 'rounded to a whole amount' } }];
}

function taxDifference(left: SideFigures, right: SideFigures): Decimal | undefined {
  return left.tax === undefined || right.tax === undefined ? undefined : left.tax.sub(right.tax);
}

function roundTo(amount: Decimal, currency: string): Decimal {
  return amount.toDecimalPlaces(decimalsOf(currency), Decimal.ROUND_HALF_UP);
}
