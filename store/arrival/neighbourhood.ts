import type { PoolClient } from 'pg';
import type { FactRelation } from '../../domain/words';
import { foldedReference } from '../reconcile/folding';

/** The numbers by which the rows of a relation are known and name others. */
const NUMBERS = {
  sales_order: ['order_key'],
  sales_return: ['return_key', 'order_key'],
  receipt: ['receipt_key', 'order_key', 'channel_reference_key'],
  invoice: ['invoice_key', 'order_key', 'original_invoice_key'],
  ledger_entry: ['reference_key'],
  channel_transaction: ['transaction_key', 'merchant_reference_key'],
  bank_entry: ['bank_key', 'end_to_end_key'],
} as const satisfies Partial<Record<FactRelation, readonly string[]>>;

type Related = keyof typeof NUMBERS;
const RELATED = Object.keys(NUMBERS) as Related[];

/** Where numbers may stand in words. */
const WORDS: Partial<Record<Related, string>> = {
  receipt: 'description',
  ledger_entry: 'description',
  channel_transaction: 'description',
  bank_entry: 'description',
  invoice: `extra->>'备注'`,
};

/** The name exceptions give a relation's records, and how a record's reference leads to its row. */
const RECORDS: readonly (readonly [source: string, relation: Related, condition: string])[] = [
  ['orders', 'sales_order', 'r.order_key = e.key'],
  ['returns', 'sales_return', 'r.return_key = e.key'],
  ['receipts', 'receipt', 'r.receipt_key = e.key'],
  ['invoices', 'invoice', 'r.invoice_key = e.key'],
  ['ledger', 'ledger_entry', 'r.entry_no = e.reference'],
  ['bank', 'bank_entry', '(r.bank_key = e.key OR r.end_to_end_key = e.key)'],
];
const CHANNEL_CONDITION = 'r.transaction_key = e.key';

/** A late row leads to its order, that to its invoices, these to their original: no chain of numbers is longer. */
const LONGEST_CHAIN = 4;

/** The reconciliations whose outcome for a row follows from the rows that share its numbers and from what is open. */
export const BY_NUMBER = ['orders-ledger', 'orders-invoices', 'orders-receipts', 'receipts-channels'] as const;

export interface Neighbourhood {
  readonly periodId: number;
  /** The late batches, and with them those whose rows count. */
  readonly late: readonly number[];
  readonly effective: readonly number[];
}

/**
 * Makes the temporary tables `near_row` (relation, id, late), every row that can have to do with the late ones, `open_row` (reconciliation, exception,
 * id), the rows of each open exception, and `probable_row` (reconciliation, id), those of matches that are not certain.
 */
export async function gatherNeighbourhood(client: PoolClient, around: Neighbourhood): Promise<void> {
  await client.query(
    `CREATE TEMP TABLE near_row (relation text NOT NULL, id bigint NOT NULL, late boolean NOT NULL, PRIMARY KEY (id)) ON COMMIT DROP;
     CREATE TEMP TABLE open_row (reconciliation text NOT NULL, exception uuid NOT NULL, id bigint NOT NULL) ON COMMIT DROP;
     CREATE TEMP TABLE touched_number (number text PRIMARY KEY) ON COMMIT DROP`,
  );
  await takeLateRows(client, around);
  await takeOpenRows(client, around);
  let fresh = 'near_row';
  for (let link = 0; link < LONGEST_CHAIN; link++) {
    fresh = await followNumbers(client, around, fresh, link);
    const { rows } = await client.query<{ any: boolean }>(`SELECT EXISTS (SELECT 1 FROM ${fresh}) AS any`);
    if (rows[0]?.any !== true) break;
  }
}

async function takeLateRows(client: PoolClient, { periodId, late }: Neighbourhood): Promise<void> {
  const ranges = late.map(
    (batch) => `id >= ${String(BigInt(batch) << 32n)} AND id < ${String((BigInt(batch) + 1n) << 32n)}`,
  );
  for (const relation of RELATED)
    await client.query(
      `INSERT INTO near_row SELECT '${relation}', id, true FROM ${relation} WHERE period_id = ${String(periodId)} AND (${ranges.join(' OR ')})`,
    );
}

/** What is open: the records of the exceptions, led back to their rows. */
async function takeOpenRows(client: PoolClient, { periodId, effective }: Neighbourhood): Promise<void> {
  await client.query(
    `CREATE TEMP TABLE open_record ON COMMIT DROP AS
     SELECT x.reconciliation, x.id AS exception, r->>'source' AS source, r->>'reference' AS reference, ${foldedReference(`r->>'reference'`)} AS key
       FROM close_exception x, jsonb_array_elements(x.left_records || x.right_records) r
      WHERE x.period_id = $1 AND NOT x.superseded AND x.reconciliation = ANY ($2)`,
    [periodId, BY_NUMBER],
  );
  await client.query('ANALYZE open_record');
  const led = [
    ...RECORDS.map(([source, relation, condition]) => ({ where: `e.source = '${source}'`, relation, condition })),
    {
      where: `e.source NOT IN (${RECORDS.map(([source]) => `'${source}'`).join(', ')})`,
      relation: 'channel_transaction',
      condition: CHANNEL_CONDITION,
    },
  ];
  for (const { where, relation, condition } of led)
    await client.query(
      `INSERT INTO open_row SELECT e.reconciliation, e.exception, r.id FROM open_record e JOIN ${relation} r ON ${condition}
        WHERE r.period_id = ${String(periodId)} AND ${where} AND (r.id >> 32)::integer = ANY ($1)`,
      [effective],
    );
  await takeProbableRows(client, periodId);
  for (const relation of RELATED)
    await client.query(
      `INSERT INTO near_row SELECT DISTINCT '${relation}', r.id, false FROM (SELECT id FROM open_row UNION SELECT id FROM probable_row) o JOIN ${relation} r USING (id) WHERE r.period_id = ${String(periodId)} ON CONFLICT DO NOTHING`,
    );
}

/** A pair made for want of a better one may be undone by a late row that fits one of them better. */
async function takeProbableRows(client: PoolClient, periodId: number): Promise<void> {
  await client.query(
    `CREATE TEMP TABLE probable_row ON COMMIT DROP AS
     SELECT DISTINCT reconciliation, unnest(left_ids || right_ids) AS id FROM public.match
      WHERE period_id = ${String(periodId)} AND reconciliation = ANY ($1) AND state = 'confirmed' AND certainty <> 'certain'`,
    [BY_NUMBER],
  );
}

/** Rows that share a number with those of a table, or a voucher; gives the table that holds them. */
async function followNumbers(
  client: PoolClient,
  { periodId, effective, late }: Neighbourhood,
  from: string,
  link: number,
): Promise<string> {
  const period = `r.period_id = ${String(periodId)}`;
  const fresh = `near_row_${String(link)}`;
  await client.query(`ANALYZE ${from}; CREATE TEMP TABLE new_number (number text PRIMARY KEY) ON COMMIT DROP`);
  for (const relation of RELATED) {
    const words = WORDS[relation];
    // What others say in words is read where rows are late or open, not of all that is led to.
    const named = words === undefined || link > 0 ? '' : ` || numbers_in(${words})`;
    await client.query(
      `INSERT INTO new_number SELECT DISTINCT n FROM ${from} f JOIN ${relation} r USING (id), unnest(ARRAY[${NUMBERS[relation].join(', ')}]${named}) n
        WHERE f.relation = '${relation}' AND ${period} AND n IS NOT NULL AND NOT EXISTS (SELECT 1 FROM touched_number t WHERE t.number = n) ON CONFLICT DO NOTHING`,
    );
  }
  await client.query(`INSERT INTO touched_number SELECT number FROM new_number; ANALYZE new_number;
     CREATE TEMP TABLE ${fresh} (relation text NOT NULL, id bigint PRIMARY KEY) ON COMMIT DROP`);
  const counts = `(r.id >> 32)::integer = ANY ('{${[...effective, ...late].join(',')}}')`;
  for (const relation of RELATED)
    for (const column of NUMBERS[relation])
      await client.query(
        `INSERT INTO ${fresh} SELECT '${relation}', r.id FROM new_number n JOIN ${relation} r ON r.${column} = n.number
          WHERE ${period} AND ${counts} AND NOT EXISTS (SELECT 1 FROM near_row x WHERE x.id = r.id) ON CONFLICT DO NOTHING`,
      );
  await client.query(
    `ANALYZE ${fresh};
     INSERT INTO ${fresh} SELECT 'ledger_entry', r.id
       FROM (SELECT DISTINCT entry_no FROM (SELECT id FROM ${from} WHERE relation = 'ledger_entry' UNION SELECT id FROM ${fresh} WHERE relation = 'ledger_entry') f JOIN ledger_entry r USING (id) WHERE ${period}) v
       JOIN ledger_entry r USING (entry_no)
      WHERE ${period} AND ${counts} AND NOT EXISTS (SELECT 1 FROM near_row x WHERE x.id = r.id) ON CONFLICT DO NOTHING;
     INSERT INTO near_row SELECT relation, id, false FROM ${fresh};
     DROP TABLE new_number`,
  );
  return fresh;
}
