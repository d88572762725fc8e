import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { parseCompanyFile } from '../../domain/company-file';
import { Decimal } from '../../domain/money';
import { referenceKey } from '../../domain/reference';
import type { FactRelation } from '../../domain/words';
import { reconcilePeriod } from '../../store/reconcile';
import { testPool } from '../support';

/** One exception as a test compares it: what was found, about which references, by how much. */
export interface Finding {
  reconciliation: string;
  kind: string;
  difference: string;
  left: string[];
  right: string[];
}

type Row = Record<string, string | number | boolean | null>;

const RELATION_OF: Record<string, FactRelation> = {
  'orders-csv': 'sales_order',
  'returns-csv': 'sales_return',
  'receipts-csv': 'receipt',
  'invoices-csv': 'invoice',
  'ledger-csv': 'ledger_entry',
  'channel-csv': 'channel_transaction',
  'openings-csv': 'opening_balance',
  'alipay-trade': 'channel_transaction',
  'alipay-fund': 'channel_transaction',
  camt053: 'bank_entry',
};

const CHANNEL_OF_KIND: Record<string, string> = { 'alipay-trade': 'alipay', 'alipay-fund': 'alipay', camt053: 'bank' };

const KEYED = [
  'order_no',
  'return_no',
  'receipt_no',
  'invoice_no',
  'customer_no',
  'channel_reference',
  'reference',
  'original_invoice_no',
];
const KEY_NAMES: Record<string, string> = {
  order_no: 'order_key',
  return_no: 'return_key',
  receipt_no: 'receipt_key',
  invoice_no: 'invoice_key',
  customer_no: 'customer_key',
  channel_reference: 'channel_reference_key',
  reference: 'reference_key',
  original_invoice_no: 'original_invoice_key',
};

/** The books of a small company's October 2026, filled row by row as the application's role, to see what comparing finds in them. */
export class Books {
  private readonly batches = new Map<string, number>();
  private rows = 0;
  private isLate = false;
  private month = '2026-10';

  private constructor(
    readonly pool: Pool,
    readonly periodId: number,
    private readonly closePool: () => Promise<void>,
  ) {}

  /** @param policy the part `policy` of the company's file, as YAML */
  static async open(policy = ''): Promise<Books> {
    const opened = await testPool();
    const { pool } = opened;
    const source = `code: books\nname: 试账公司\n${policy === '' ? '' : `policy:\n${policy}`}`;
    const settings = parseCompanyFile(source);
    const { rows } = await pool.query<{ id: number }>(
      `INSERT INTO company (code, name, currency, timezone) VALUES ('books', '试账公司', 'CNY', 'Asia/Shanghai') RETURNING id`,
    );
    const company = rows[0]!.id;
    await pool.query(`INSERT INTO policy (company_id, version, source, settings, sha256) VALUES ($1, 1, $3, $2, '')`, [
      company,
      JSON.stringify(settings),
      source,
    ]);
    const period = await pool.query<{ id: number }>(`SELECT open_period($1, '2026-10') AS id`, [company]);
    return new Books(pool, period.rows[0]!.id, () => opened.close());
  }

  /** The same company's next month, its books still empty. */
  async nextMonth(): Promise<Books> {
    const { rows } = await this.pool.query<{ id: number }>(
      `SELECT open_period(company_id, '2026-11') AS id FROM period WHERE id = $1`,
      [this.periodId],
    );
    const next = new Books(this.pool, rows[0]!.id, () => Promise.resolve());
    next.month = '2026-11';
    return next;
  }

  close(): Promise<void> {
    return this.closePool();
  }

  /** An effective batch with no rows yet: the side is provided. A bill or statement says its channel by itself, as its reader would. */
  async batch(kind: string, channel: string | null = CHANNEL_OF_KIND[kind] ?? null): Promise<number> {
    const name = `${kind}:${channel ?? ''}:${this.state}`;
    const known = this.batches.get(name);
    if (known !== undefined) return known;
    const sha = randomBytes(32).toString('hex');
    await this.pool.query(`INSERT INTO evidence (sha256, bytes, first_name) VALUES ($1, 0, $2)`, [sha, kind]);
    const { rows } = await this.pool.query<{ id: number }>(
      `INSERT INTO batch (period_id, kind, channel, file_name, evidence, rows_in, rows_kept, state, settled_at) VALUES ($1, $2, $3, $4, $5, 1, 1, $6, now()) RETURNING id`,
      [this.periodId, kind, channel, `${kind}.csv`, sha, this.state],
    );
    this.batches.set(name, rows[0]!.id);
    return rows[0]!.id;
  }

  private get state(): 'accepted' | 'parked' {
    return this.isLate ? 'parked' : 'accepted';
  }

  /** Does it with rows that come after the cut-off: their batches are parked. */
  async late(work: () => Promise<unknown>): Promise<void> {
    this.isLate = true;
    await work();
    this.isLate = false;
  }

  async parked(): Promise<number[]> {
    const { rows } = await this.pool.query<{ id: number }>(
      `SELECT id FROM batch WHERE period_id = $1 AND state = 'parked' ORDER BY id`,
      [this.periodId],
    );
    return rows.map(({ id }) => id);
  }

  async add(kind: string, row: Row, channel?: string | null): Promise<void> {
    const batch = await this.batch(kind, channel);
    const date = String(
      row['order_date'] ??
        row['return_date'] ??
        row['received_on'] ??
        row['issue_date'] ??
        row['posting_date'] ??
        row['occurred_on'] ??
        row['booked_on'] ??
        '2026-10-01',
    );
    const full: Row = {
      period_id: this.periodId,
      id: batch * 2 ** 32 + ++this.rows,
      in_period: date.startsWith(this.month),
      currency: 'CNY',
      ...row,
    };
    for (const name of KEYED) if (name in full) full[KEY_NAMES[name]!] = referenceKey(full[name] as string | null);
    const names = Object.keys(full);
    await this.pool.query(
      `INSERT INTO ${RELATION_OF[kind]!} (${names.join(', ')}) VALUES (${names.map((_, i) => `$${i + 1}`).join(', ')})`,
      Object.values(full),
    );
  }

  order(no: string, gross: string, more: Row = {}): Promise<void> {
    return this.add('orders-csv', {
      order_no: no,
      customer_no: 'C1',
      order_date: '2026-10-05',
      gross_amount: gross,
      tax_amount: taxOf(gross),
      status: 'delivered',
      ...more,
    });
  }

  return(no: string, order: string, gross: string, more: Row = {}): Promise<void> {
    return this.add('returns-csv', {
      return_no: no,
      order_no: order,
      customer_no: 'C1',
      return_date: '2026-10-15',
      gross_amount: gross,
      ...more,
    });
  }

  invoice(no: string, order: string | null, gross: string, more: Row = {}): Promise<void> {
    const tax = taxOf(gross);
    return this.add('invoices-csv', {
      invoice_no: no,
      order_no: order,
      customer_no: 'C1',
      issue_date: '2026-10-08',
      net_amount: new Decimal(gross).sub(tax).toFixed(2),
      tax_amount: tax,
      gross_amount: gross,
      kind: gross.startsWith('-') ? 'red' : 'blue',
      ...more,
    });
  }

  receipt(no: string, order: string | null, amount: string, method: string, more: Row = {}): Promise<void> {
    return this.add('receipts-csv', {
      receipt_no: no,
      order_no: order,
      customer_no: 'C1',
      received_at: '2026-10-06T10:00:00+08:00',
      received_on: '2026-10-06',
      method,
      amount,
      channel_reference: null,
      ...more,
    });
  }

  movement(no: string, amount: string, more: Row = {}, channel = 'card', kind = 'channel-csv'): Promise<void> {
    const fee = String(more['fee_amount'] ?? '0');
    const row = { merchant_reference: null, payout_no: null, ...more } as Row;
    return this.add(
      kind,
      {
        row_key: `${no}:${String(this.rows)}`,
        transaction_no: no,
        transaction_key: referenceKey(no),
        occurred_at: '2026-10-06T10:00:00+08:00',
        occurred_on: '2026-10-06',
        type: amount.startsWith('-') ? 'refund' : 'payment',
        gross_amount: amount,
        fee_amount: fee,
        net_amount: new Decimal(amount).sub(fee).toFixed(2),
        merchant_reference_key: referenceKey(row['merchant_reference'] as string | null),
        payout_key: referenceKey(row['payout_no'] as string | null),
        ...row,
      },
      channel,
    );
  }

  bank(no: string | null, amount: string, more: Row = {}): Promise<void> {
    return this.add('camt053', {
      row_key: `${no ?? ''}:${String(this.rows)}`,
      account: '6222',
      bank_reference: no,
      bank_key: referenceKey(no),
      booked_on: '2026-10-07',
      amount,
      ...more,
    });
  }

  /** A voucher: each line is [account, debit − credit]. */
  async voucher(
    no: string,
    reference: string | null,
    lines: readonly (readonly [string, string])[],
    more: Row = {},
  ): Promise<void> {
    let line = 0;
    for (const [account, amount] of lines) {
      const value = new Decimal(amount);
      await this.add('ledger-csv', {
        entry_no: no,
        line_no: String(++line),
        posting_date: '2026-10-06',
        account,
        reference,
        description: null,
        customer_no: account === '1122' ? 'C1' : null,
        debit: value.gt(0) ? value.toFixed(2) : '0',
        credit: value.lt(0) ? value.neg().toFixed(2) : '0',
        ...more,
      });
    }
  }

  /** Finance books a sale of `gross`, tax included. A negative amount is a red voucher. */
  sale(no: string, reference: string | null, gross: string, more: Row = {}): Promise<void> {
    const tax = new Decimal(taxOf(gross));
    const value = new Decimal(gross);
    return this.voucher(
      no,
      reference,
      [
        ['1122', gross],
        ['6001', value.sub(tax).neg().toFixed(2)],
        ['222101', tax.neg().toFixed(2)],
      ],
      more,
    );
  }

  /** Finance books money received on an account of bank, channel or cash. */
  money(no: string, reference: string | null, account: string, amount: string, more: Row = {}): Promise<void> {
    return this.voucher(
      no,
      reference,
      [
        [account, amount],
        ['1122', new Decimal(amount).neg().toFixed(2)],
      ],
      more,
    );
  }

  /**
   * Copies the only row (or voucher) of a kind so many times, under other keys.
   * @param changes SQL of the columns to change, by name; `n` counts from 1
   */
  async multiply(
    kind: string,
    times: number,
    changes: Readonly<Record<string, string>>,
    channel?: string | null,
  ): Promise<void> {
    const relation = RELATION_OF[kind]!;
    const first = (await this.batch(kind, channel)) * 2 ** 32 + 1_000_000;
    const changed = Object.entries({
      id: `${first} + n * 10 + row_number() OVER (PARTITION BY n ORDER BY f.id)`,
      ...changes,
    });
    await this.pool.query(
      `INSERT INTO ${relation} SELECT (jsonb_populate_record(NULL::${relation}, to_jsonb(f) || jsonb_build_object(${changed.map(([name, sql]) => `'${name}', ${sql}`).join(', ')}))).*
         FROM ${relation} f, generate_series(1, ${times}) n WHERE f.period_id = ${this.periodId}`,
    );
    await this.pool.query('SELECT analyze_period($1, $2)', [this.periodId, [relation]]);
  }

  async reconcile(): Promise<Finding[]> {
    await reconcilePeriod(this.pool, this.periodId);
    return this.findings();
  }

  /** Reconciles, and says what one reconciliation found: `kind difference left | right`, sorted. */
  async found(reconciliation: string): Promise<string[]> {
    return (await this.reconcile())
      .filter((one) => one.reconciliation === reconciliation)
      .map((one) => `${one.kind} ${one.difference} ${one.left.join('+')} | ${one.right.join('+')}`)
      .sort();
  }

  async findings(): Promise<Finding[]> {
    const { rows } = await this.pool.query<Finding>(
      `SELECT reconciliation, kind, difference::text,
              ARRAY(SELECT x->>'reference' FROM jsonb_array_elements(left_records) x) AS "left", ARRAY(SELECT x->>'reference' FROM jsonb_array_elements(right_records) x) AS "right"
         FROM close_exception WHERE period_id = $1 AND NOT superseded ORDER BY reconciliation, kind, left_records::text, right_records::text`,
      [this.periodId],
    );
    return rows.map((row) => ({ ...row, difference: new Decimal(row.difference).toFixed(2) }));
  }
}

/** 13 % inside a gross amount. */
export function taxOf(gross: string): string {
  return new Decimal(gross).mul('0.13').div('1.13').toFixed(2);
}
