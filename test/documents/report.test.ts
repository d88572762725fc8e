import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import type { Pool } from 'pg';
import readExcelFile from 'read-excel-file/node';
import { fromBuffer, type Entry, type Options, type ZipFile } from 'yauzl';
import { createReportActivities } from '../../activities/report';
import { Decimal } from '../../domain/money';
import { Problem } from '../../domain/problem';
import type { ReportModel } from '../../domain/report-model';
import { evidencePath } from '../../store/evidence';
import { reportDocument, type ReportFormat } from '../../store/report';
import { testFolder, testPool } from '../support';
import { HOSTILE_NAME, makeMonth, type TestMonth } from './month';

describe('the report of a closed month', () => {
  let books: Awaited<ReturnType<typeof testPool>>;
  let pool: Pool;
  let month: TestMonth;
  const dataDir = testFolder('report');
  const bytesOf = async (format: ReportFormat): Promise<Buffer> =>
    readFileSync(evidencePath(dataDir, (await reportDocument(pool, month.periodId, format)).evidence));

  beforeAll(async () => {
    books = await testPool();
    ({ pool } = books);
    month = await makeMonth(pool);
    await createReportActivities({ pool, dataDir }).writeReport({ periodId: month.periodId });
  }, 60_000);
  afterAll(() => books.close());

  const model = async (): Promise<ReportModel> => JSON.parse((await bytesOf('json')).toString('utf8')) as ReportModel;
  const sum = async (sql: string): Promise<string> =>
    (await pool.query<{ sum: string }>(sql, [month.periodId])).rows[0]!.sum;
  const add = (amounts: readonly string[]): string => Decimal.sum(0, ...amounts).toFixed(2);

  test('its totals are those of the facts, by day, by product, by method and by customer', async () => {
    const { sales, receipts, receivables, controls } = await model();
    const sold = await sum(
      `SELECT sum(gross_amount) FROM sales_order WHERE period_id = $1 AND in_period AND currency = 'CNY' AND status IN ('approved','delivered','completed')`,
    );
    const ofCny = <Row extends { currency: string }>(rows: readonly Row[]): Row[] =>
      rows.filter((row) => row.currency === 'CNY');
    expect(add(ofCny(sales.days).map((day) => day.gross))).toBe(sold);
    expect(add(ofCny([...sales.products.rows, ...sales.products.rest]).map((row) => row.gross))).toBe(sold);
    expect(add(ofCny(sales.salespeople.rows).map((row) => row.net))).toBe(ofCny(sales.totals)[0]!.net);
    const received = await sum(
      `SELECT sum(amount) FROM receipt WHERE period_id = $1 AND in_period AND currency = 'CNY'`,
    );
    expect(add(ofCny(receipts.methods).map((line) => line.amount))).toBe(received);
    const owed = await sum(`SELECT sum(sales_closing) FROM customer_balance WHERE period_id = $1 AND currency = 'CNY'`);
    const total = ofCny(receivables.totals)[0]!;
    expect(add([...total.buckets, total.credit])).toBe(owed);
    expect(controls.length).toBeGreaterThan(15);
    expect(controls.filter((line) => line.reported !== line.facts)).toEqual([]);
  });

  test('it says what was found, what was done, who decided and what was late', async () => {
    const { exceptions, decisions, stages, reconciliations, seal, leftOut } = await model();
    expect(exceptions.total).toBe(7);
    const amount = exceptions.kinds.find((kind) => kind.kind === 'amount_differs')!;
    expect(amount.outcomes.map(({ outcome, count }) => [outcome, count])).toEqual([
      ['cleared', 1],
      ['write_off', 1],
    ]);
    expect(exceptions.top[0]!.answeredBy).toBe('王芳');
    expect(decisions.list.map(({ kind, person }) => [kind, person])).toEqual([
      ['start', null],
      ['review', '李静'],
      ['approve', '赵建国'],
    ]);
    expect(decisions.answersTotal).toBe(4);
    expect(stages.find(({ stage }) => stage === 'approve')!.late).toBe(true);
    expect(stages.find(({ stage }) => stage === 'review')!.late).toBe(false);
    expect(reconciliations.map(({ state }) => state)).toContain('not_provided');
    expect(seal.hash).toBe('ab'.repeat(32));
    expect(leftOut.rejectedRows).toBe(5);
  });

  test('the workbook has typed cells equal to the model, and a name that looks like a formula is a text', async () => {
    const bytes = await bytesOf('xlsx');
    const { receivables, sales } = await model();
    const sheets = await readExcelFile(bytes);
    const rowsOf = (name: string): unknown[][] => sheets.find(({ sheet }) => sheet === name)!.data;
    const days = rowsOf('销售 按日');
    expect(days[1]![0]).toEqual(new Date(`${sales.days[0]!.date}T00:00:00Z`));
    expect(days.slice(1, 1 + sales.days.length).map((row) => [typeof row[5], row[5]])).toEqual(
      sales.days.map((day) => ['number', Number(day.gross)]),
    );
    const customers = rowsOf('应收与账龄 客户账龄');
    expect(customers.slice(1, 1 + receivables.top.length).map((row) => [row[1], row[3]])).toEqual(
      receivables.top.map((row) => [row.customerName, Number(row.closing)]),
    );
    expect(customers.flat()).toContain(HOSTILE_NAME);
    expect(await unzipped(bytes)).not.toContain('<f>');
  });

  test('the PDF holds its Chinese text and ends with the seal', async () => {
    const bytes = await bytesOf('pdf');
    expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
    expect(bytes.includes('NotoSansSC')).toBe(true);
    const words = pdfText(bytes);
    if (words === null) return;
    for (const part of ['青禾商贸有限公司', '销售月末结账报告', '赵建国', '同意结账', '=HYPERLINK("http'])
      expect(words).toContain(part);
    const pages = words.split('\f').filter((page) => page.trim() !== '');
    expect(pages.at(-1)).toContain('ab'.repeat(32));
  });

  test('the HTML runs nothing, fetches nothing and shows hostile text as text', async () => {
    const html = (await bytesOf('html')).toString('utf8');
    expect(html).not.toMatch(/<script|<link|<img|<iframe|\son\w+=|javascript:|@import|url\(/i);
    expect(html.match(/(?:src|href)="(?!#)[^"]*"/g)).toBeNull();
    expect(html).toContain(
      '=HYPERLINK(&quot;http://x.test&quot;,&quot;付款&quot;)&lt;script&gt;alert(1)&lt;/script&gt;',
    );
    expect(html.match(/<svg /g)).toHaveLength(2);
  });

  test('the CSV has every customer, opens as UTF-8, and no cell of it is a formula', async () => {
    const csv = (await bytesOf('csv')).toString('utf8');
    expect(csv.startsWith('\ufeff')).toBe(true);
    const lines = csv.trimEnd().split('\r\n');
    expect(lines).toHaveLength(
      1 + Number(await sum('SELECT count(*) AS sum FROM customer_balance WHERE period_id = $1')),
    );
    expect(csv).toContain(`"'=HYPERLINK(""http://x.test""`);
    expect(csv).toMatch(/,-20\.00\r\n/);
  });

  test('one mail is queued, with PDF and workbook, and the seal and its key in the text', async () => {
    const { rows } = await pool.query<{
      dedupe_key: string;
      payload: { to: string[]; subject: string; text: string; attachments: { name: string }[] };
    }>(`SELECT dedupe_key, payload FROM outbox WHERE kind = 'mail'`);
    expect(rows.map((row) => row.dedupe_key)).toEqual([`report:${month.periodId}:v1`]);
    const { payload } = rows[0]!;
    expect(payload.to).toEqual(['cfo@qinghe.test']);
    expect(payload.subject).not.toMatch(/[\r\n]/);
    expect(payload.text).toContain('ab'.repeat(32));
    expect(payload.text).toContain('cHVibGljIGtleQ==');
    expect(payload.attachments.map(({ name }) => name)).toEqual(['qinghe-2026-10.pdf', 'qinghe-2026-10.xlsx']);
  });

  test('writing it again changes nothing', async () => {
    const before = await state();
    await createReportActivities({ pool, dataDir }).writeReport({ periodId: month.periodId });
    expect(await state()).toEqual(before);
  });

  const state = async (): Promise<unknown> => ({
    documents: (await pool.query('SELECT * FROM report_document ORDER BY format')).rows,
    outbox: (await pool.query('SELECT id, dedupe_key FROM outbox')).rows,
    audit: (await pool.query('SELECT count(*) FROM audit_entry')).rows,
    period: (await pool.query('SELECT stage, closed_at FROM period')).rows,
  });
});

describe('a report', () => {
  test('killed before it was recorded comes out again with the same bytes', async () => {
    const books = await testPool();
    const { pool } = books;
    const dataDir = testFolder('report-again');
    try {
      const { periodId } = await makeMonth(pool);
      const hashes = async (): Promise<unknown> =>
        (
          await pool.query('SELECT DISTINCT first_name, sha256 FROM evidence WHERE first_name LIKE $1 ORDER BY 1, 2', [
            'qinghe-%',
          ])
        ).rows;
      const failing = dyingAtTransaction(pool, 2);
      await expect(createReportActivities({ pool: failing, dataDir }).writeReport({ periodId })).rejects.toThrow(
        'killed',
      );
      const first = await hashes();
      expect((await pool.query('SELECT 1 FROM report_document')).rowCount).toBe(0);
      await new Promise((resolve) => setTimeout(resolve, 2100));
      await createReportActivities({ pool, dataDir }).writeReport({ periodId });
      expect(await hashes()).toEqual(first);
      expect((first as unknown[]).length).toBe(5);
    } finally {
      await books.close();
    }
  }, 60_000);

  test('of a month that is not closed does not exist, and the refusal says so', async () => {
    const books = await testPool();
    const { pool } = books;
    try {
      const { periodId } = await makeMonth(pool, { locked: false });
      const refusal: unknown = await reportDocument(pool, periodId, 'pdf').catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(Problem);
      expect((refusal as Problem).code).toBe('NOT_CLOSED_YET');
      expect((refusal as Problem).reason.zh).toContain('2026-10');
    } finally {
      await books.close();
    }
  });

  test('whose total contradicts the rows is not written', async () => {
    const books = await testPool();
    const { pool } = books;
    try {
      const { periodId } = await makeMonth(pool, {
        before: async (db, id) => {
          await db.query(`INSERT INTO customer_balance VALUES ($1, 'X', 'CNY', 'X', NULL, 0, 1, 0, 0, 0, 1, 0, 0, 0)`, [
            id,
          ]);
        },
      });
      const write = createReportActivities({ pool, dataDir: testFolder('report-differs') }).writeReport({ periodId });
      await expect(write).rejects.toMatchObject({ code: 'REPORT_TOTALS_DIFFER' });
      expect((await pool.query('SELECT 1 FROM period WHERE closed_at IS NOT NULL')).rowCount).toBe(0);
    } finally {
      await books.close();
    }
  }, 60_000);

  test('for which the policy names nobody is archived with a warning and no mail', async () => {
    const books = await testPool();
    const { pool } = books;
    try {
      const { periodId } = await makeMonth(pool, { recipients: [] });
      await createReportActivities({ pool, dataDir: testFolder('report-nobody') }).writeReport({ periodId });
      expect((await pool.query(`SELECT 1 FROM outbox WHERE kind = 'mail'`)).rowCount).toBe(0);
      const { rows } = await pool.query('SELECT code, severity FROM blocker');
      expect(rows).toEqual([{ code: 'NO_RECIPIENTS', severity: 'warn' }]);
      expect((await reportDocument(pool, periodId, 'pdf')).fileName).toBe('qinghe-2026-10.pdf');
    } finally {
      await books.close();
    }
  }, 60_000);
});

/** A pool whose process dies as it begins its n-th transaction: the documents are stored, nothing is recorded. */
function dyingAtTransaction(pool: Pool, n: number): Pool {
  const dying = Object.create(pool) as Pool;
  let begun = 0;
  dying.query = pool.query.bind(pool);
  dying.connect = (async () => {
    begun += 1;
    if (begun === n) throw new Error('killed');
    return pool.connect();
  }) as Pool['connect'];
  return dying;
}

/** All files of a zip as one text. */
async function unzipped(bytes: Buffer): Promise<string> {
  const zip = await promisify<Buffer, Options, ZipFile>(fromBuffer)(bytes, { lazyEntries: false, autoClose: false });
  const entries: Entry[] = [];
  zip.on('entry', (entry: Entry) => entries.push(entry));
  await once(zip, 'end');
  const parts: string[] = [];
  for (const entry of entries) {
    const stream = await promisify<Entry, Readable>(zip.openReadStream.bind(zip))(entry);
    parts.push(await text(stream));
  }
  return parts.join('\n');
}

/** The text of a PDF, where poppler is installed. */
function pdfText(bytes: Buffer): string | null {
  try {
    return execFileSync('pdftotext', ['-layout', '-', '-'], { input: bytes, maxBuffer: 1 << 26 }).toString('utf8');
  } catch {
    return null;
  }
}
