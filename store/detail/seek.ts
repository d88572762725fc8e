import type { Near, Sought } from '../../domain/explanation/candidates';
import type { FactRow } from '../../domain/explanation/fact-fields';
import { nearKeys } from '../../domain/explanation/near-key';
import { distinct } from '../../domain/explanation/side';
import { Decimal, formatAmount } from '../../domain/money';
import { addDays } from '../../domain/periods';
import { referencesIn } from '../reconcile/open-pairs';
import { effectiveBatches, type Ground } from './ground';
import { placeOfRelation, type Place } from './places';

/** A candidate as found: what became of it is looked up for the best of them only. */
export interface Hit extends Omit<Near, 'standing' | 'live'> {
  readonly id: string;
  readonly place: Place;
}

/** So many numbers of one record are looked for. */
const MOST_NUMBERS = 6;
/** So many are judged. Several of them are a voucher's lines. */
const MOST = 30;
/** Days are looked at as far as this many windows, so that one outside can be told. */
const WINDOWS = 3;
const FEWEST_DAYS = 7;

interface Raw {
  readonly id: string;
  readonly reference: string;
  readonly date: string;
  readonly amount: string;
  readonly currency: string;
  readonly customer: string | null;
  readonly keys: readonly (string | null)[];
}

/** What is sought for a record: its numbers, those its words name among them, its customer and its amount. */
export async function soughtFor(
  ground: Ground,
  record: Sought['record'],
  rows: readonly FactRow[],
  currency: string,
): Promise<Sought> {
  const named: Named[] = [];
  for (const relation of new Set(rows.map((row) => row.relation)))
    named.push(
      ...(await namesOf(
        ground,
        rows.filter((row) => row.relation === relation),
      )),
    );
  return {
    record,
    currency,
    days: ground.settings.policy.tolerance.days,
    keys: distinct(named.flatMap(({ keys }) => keys)).slice(0, MOST_NUMBERS),
    customer: distinct(named.map(({ customer }) => customer))[0] ?? null,
  };
}

interface Named {
  readonly keys: readonly (string | null)[];
  readonly customer: string | null;
}

/** The numbers and the customer of rows of one relation. */
async function namesOf({ db }: Ground, rows: readonly FactRow[]): Promise<Named[]> {
  const [row] = rows;
  const place = row === undefined ? undefined : placeOfRelation(row.relation);
  if (row === undefined || place === undefined) return [];
  const words = 'description' in row.values ? referencesIn('description') : `'{}'::text[]`;
  const found = await db.query<Named>(
    `SELECT ARRAY[${place.keys.join(', ')}] || ${words} AS keys, ${place.customer} AS customer
       FROM ${row.relation} WHERE id = ANY ($1::bigint[]) AND period_id = ANY (SELECT period_id FROM batch WHERE id = ANY ($2::integer[]))`,
    [rows.map(({ id }) => id), [...new Set(rows.map(({ id }) => Number(BigInt(id) >> 32n)))]],
  );
  return found.rows;
}

/**
 * Records of a place that come near: a number one slip away, the customer's with this amount, or this amount in the days around. One pass over
 * the month's rows; every condition is an equality or a range, so an index serves it where there is one.
 */
export async function findNear(ground: Ground, place: Place, sought: Sought, own: readonly string[]): Promise<Hit[]> {
  const { record, keys, customer, days } = sought;
  const reach = Math.max(days * WINDOWS, FEWEST_DAYS);
  const amount = new Decimal(record.amount);
  const near = place.keys.map((key) => `${key} = ANY ($2::text[])`).join(' OR ');
  const { rows } = await ground.db.query<Raw>(
    `WITH hit AS MATERIALIZED (
       SELECT id, ${place.reference} AS reference, ${place.date} AS date, ${place.amount} AS amount, currency, ${place.customer} AS customer,
              ARRAY[${place.keys.join(', ')}] AS keys, (${near}) IS TRUE AS is_near${place.relation === 'ledger_entry' ? ', description' : ''}
         FROM ${place.relation}
        WHERE period_id = $1 AND (${near} OR (${place.amount} = ANY ($3::numeric[]) AND (${place.customer} = $4 OR ${place.date} BETWEEN $5 AND $6)))
          AND (${place.where})
     )
     SELECT id, reference, date, amount, currency, customer, keys || ${place.relation === 'ledger_entry' ? referencesIn('description') : `'{}'::text[]`} AS keys
       FROM hit WHERE (id >> 32)::integer = ANY ($7::integer[]) AND id <> ALL ($8::bigint[])
      ORDER BY is_near::integer + (amount = $9::numeric)::integer * 2 + coalesce(customer = $4, false)::integer DESC, abs(date - $10::date), id
      LIMIT ${MOST}`,
    [
      ground.periodId,
      keys.flatMap(nearKeys),
      [amount.toFixed(), amount.neg().toFixed()],
      customer,
      addDays(record.date, -reach),
      addDays(record.date, reach),
      effectiveBatches(ground),
      own,
      amount.toFixed(),
      record.date,
    ],
  );
  return rows.map((row) => ({
    id: row.id,
    place,
    record: {
      source: place.source,
      reference: row.reference,
      date: row.date,
      amount: formatAmount(row.amount, row.currency),
    },
    keys: distinct(row.keys),
    customer: row.customer,
    currency: row.currency,
  }));
}

/** Of these numbers, those that other records of a place carry. One pass over its rows. */
export async function liveNumbers(
  { db, periodId }: Ground,
  place: Place,
  numbers: readonly string[],
  own: readonly string[],
): Promise<Set<string>> {
  if (numbers.length === 0) return new Set();
  const { rows } = await db.query<{ keys: (string | null)[] }>(
    `SELECT ARRAY[${place.keys.join(', ')}] AS keys FROM ${place.relation}
      WHERE period_id = $1 AND (${place.keys.map((key) => `${key} = ANY ($2::text[])`).join(' OR ')}) AND id <> ALL ($3::bigint[])`,
    [periodId, numbers, own],
  );
  const carried = new Set(rows.flatMap(({ keys }) => keys));
  return new Set(numbers.filter((number) => carried.has(number)));
}
