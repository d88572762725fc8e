import type { ExceptionFacts, ShownRecord } from '../../domain/explain';
import {
  judgeCandidates,
  shortlist,
  type Judged,
  type Sought,
  type Standing,
} from '../../domain/explanation/candidates';
import type { FactRow } from '../../domain/explanation/fact-fields';
import type { ExceptionKind, ReconciliationName } from '../../domain/words';
import { Decimal, formatAmount } from '../../domain/money';
import type { Ground } from './ground';
import { placesOf } from './places';
import { findNear, liveNumbers, soughtFor, type Hit } from './seek';
import { standingsOf } from './standing';

/** What candidates are sought for: the records of both sides as compared, and the rows they stand for. */
export interface Question {
  readonly reconciliation: ReconciliationName;
  readonly kind: ExceptionKind | 'match';
  readonly currency: string;
  readonly difference: string;
  readonly facts: ExceptionFacts;
  readonly left: { readonly records: readonly ShownRecord[]; readonly rows: readonly FactRow[] };
  readonly right: { readonly records: readonly ShownRecord[]; readonly rows: readonly FactRow[] };
}

export interface Candidate extends Judged {
  readonly id: string;
}

const FREE: Standing = { state: 'free' };

/** Kinds where both sides are there and another record may still be the better one. */
const WORTH_SEEKING: readonly (ExceptionKind | 'match')[] = ['amount_differs', 'match'];

/** What nearly matched: the best records of the other side, with why they were not taken. */
export async function candidatesFor(ground: Ground, question: Question): Promise<Candidate[]> {
  const target = targetOf(question);
  if (target === undefined) return [];
  const { side, record, rows } = target;
  const { reconciliation, facts, currency } = question;
  const sought = await soughtFor(ground, record, rows, currency);
  const own = [...question.left.rows, ...question.right.rows].map(({ id }) => id);
  const hits: Hit[] = [];
  for (const place of placesOf(reconciliation, side, { accounts: ground.settings.accounts, facts })) {
    if (!isGiven(ground, place.relation)) continue;
    const expected = isTurned(record.source, place.source) ? { ...sought, record: turned(record) } : sought;
    hits.push(...(await findNear(ground, place, expected, own)).map((hit) => turnedBack(hit, record.source)));
  }
  const single = oneOfEach(hits);
  const live = side === 'right' ? await liveOf(ground, question, sought, single, own) : new Set<string>();
  const near = single.map((hit) => ({
    ...hit,
    standing: FREE,
    live: hit.keys.filter((key) => live.has(key)),
  }));
  const best = shortlist(sought, near);
  const standings = await standingsOf(ground, reconciliation, side, best);
  return judgeCandidates(
    sought,
    best.map((hit) => ({ ...hit, standing: standings.get(hit.id) ?? hit.standing })),
  );
}

interface Target {
  readonly side: 'left' | 'right';
  readonly record: ShownRecord;
  readonly rows: readonly FactRow[];
}

/** The record whose other side is sought. */
function targetOf({ reconciliation, kind, currency, difference, facts, left, right }: Question): Target | undefined {
  if (reconciliation === 'customers-ledger') return undefined;
  const [mine, theirs] = [left.records[0], right.records[0]];
  if (theirs === undefined)
    return mine === undefined || isSum(facts, left) ? undefined : { side: 'right', record: mine, rows: left.rows };
  if (mine === undefined) return { side: 'left', record: theirs, rows: right.rows };
  if (kind === 'overpaid') {
    // What is too much may be for another order.
    const surplus = new Decimal(difference).neg();
    const last = right.records.find(({ amount }) => surplus.eq(amount)) ?? theirs;
    return { side: 'left', record: { ...last, amount: formatAmount(surplus, currency) }, rows: right.rows };
  }
  return WORTH_SEEKING.includes(kind) && !isSum(facts, left)
    ? { side: 'right', record: mine, rows: left.rows }
    : undefined;
}

/** A day's fees are a sum of many rows: no single record is its other side. */
function isSum(facts: ExceptionFacts, { rows }: Question['left']): boolean {
  return facts.movement === 'fee' && rows.length === 0;
}

function isGiven({ batches, periodId }: Ground, relation: string): boolean {
  return [...batches.values()].some(
    (batch) => batch.periodId === periodId && batch.relation === relation && batch.isEffective,
  );
}

/** A return's amount is positive; what books or bills it is negative. */
function isTurned(one: string, other: string): boolean {
  const books = ['ledger', 'invoices'];
  return (one === 'returns' && books.includes(other)) || (other === 'returns' && books.includes(one));
}

function turned(record: ShownRecord): ShownRecord {
  const amount = new Decimal(record.amount);
  return { ...record, amount: amount.neg().toFixed(amount.decimalPlaces()) };
}

/** Shown with the sign that it is compared in. */
function turnedBack(hit: Hit, source: string): Hit {
  if (!isTurned(source, hit.record.source)) return hit;
  const record = turned(hit.record);
  return { ...hit, record: { ...record, amount: formatAmount(record.amount, hit.currency) } };
}

/** Lines of one voucher are one candidate: the first is the best of them. */
function oneOfEach(hits: readonly Hit[]): Hit[] {
  const seen = new Set<string>();
  return hits.filter(({ record, id }) => {
    const key = record.source === 'ledger' ? `${record.reference}|${record.date.slice(0, 7)}` : id;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** Which numbers that candidates name belong to other records of this side. */
function liveOf(
  ground: Ground,
  { reconciliation, facts }: Question,
  { keys }: Sought,
  hits: readonly Hit[],
  own: readonly string[],
): Promise<Set<string>> {
  const numbers = [...new Set(hits.flatMap((hit) => hit.keys))].filter((key) => !keys.includes(key));
  // A posting of money names a receipt rather than the channel's own number.
  const named = reconciliation === 'channels-ledger' ? 'receipts-channels' : reconciliation;
  const [place] = placesOf(named, 'left', { accounts: ground.settings.accounts, facts });
  return place === undefined ? Promise.resolve(new Set()) : liveNumbers(ground, place, numbers, own);
}
