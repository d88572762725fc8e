import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { createImportActivities } from '../../activities/import-batch';
import { importWorkflowId } from '../../domain/close-view';
import { storeEvidence } from '../../store/evidence';
import { runDispatcher } from '../../worker/outbox';
import type { CloseStatus } from '../../workflows/messages';
import { testFolder, until } from '../support';
import { Office } from './office';

const MONTH = '2026-10';
/** As long as a worker may be silent before the import is given to another one. */
const SILENCE_MS = 20_000;

describe('a file that is imported', () => {
  let office: Office;
  let period: number;
  const dataDir = testFolder('import');

  beforeEach(async () => {
    office = await Office.open();
    period = await office.fill(MONTH);
    await office.work(createImportActivities({ pool: office.pool, dataDir }));
  });
  afterEach(() => office.close());

  /** Hands in an order of the month, as the API does, and starts reading it. */
  async function handIn(orderNo: string): Promise<number> {
    const text = `order_no,customer_no,order_date,currency,gross_amount,tax_amount,status\n${orderNo},C1,${MONTH}-07,CNY,10.00,1.15,delivered\n`;
    const evidence = await storeEvidence(office.pool, dataDir, Readable.from([Buffer.from(text)]), 'late.csv');
    const { rows } = await office.pool.query<{ id: number }>(
      `INSERT INTO batch (period_id, kind, file_name, evidence, imported_by) VALUES ($1, 'orders-csv', 'late.csv', $2, $3) RETURNING id`,
      [period, evidence.sha256, office.people.preparer],
    );
    const batchId = rows[0]!.id;
    await office.client.workflow.start('importBatch', {
      ...{
        workflowId: `${importWorkflowId(batchId)}-${randomUUID()}`,
        taskQueue: office.taskQueue,
        args: [{ batchId }],
      },
    });
    return batchId;
  }

  const state = async (batch: number): Promise<string | undefined> =>
    (await office.pool.query<{ state: string }>('SELECT state FROM batch WHERE id = $1', [batch])).rows[0]?.state;

  it('is not taken for dead while one statement runs longer than a worker may be silent', async () => {
    const holder = await office.pool.connect();
    try {
      await holder.query('BEGIN');
      await holder.query(`SELECT pg_advisory_xact_lock(hashtext('salesclose.keys.orders-csv'), $1)`, [period]);
      const batch = await handIn('SO-9');
      const seconds = (time: { seconds?: unknown } | null | undefined): number => Number(time?.seconds ?? 0);
      let attempts = new Set<number>();
      const beatsOn = async (): Promise<boolean> => {
        for await (const run of office.client.workflow.list({ query: `TaskQueue = '${office.taskQueue}'` })) {
          const { raw } = await office.client.workflow.getHandle(run.workflowId).describe();
          const [reading] = raw.pendingActivities ?? [];
          if (!reading) continue;
          attempts = attempts.add(reading.attempt ?? 0);
          return (seconds(reading.lastHeartbeatTime) - seconds(reading.lastStartedTime)) * 1_000 > SILENCE_MS;
        }
        return false;
      };
      expect(await until(beatsOn, 60_000)).toBe(true);
      expect([...attempts]).toEqual([1]);
      await holder.query('COMMIT');
      expect(await until(async () => (await state(batch)) === 'accepted', 20_000)).toBe(true);
    } finally {
      holder.release();
    }
  }, 120_000);

  it('while people review is parked, and the close that waits for them is told', async () => {
    const stop = new AbortController();
    const mail = { smtpUrl: 'smtp://127.0.0.1:1', mailFrom: 'salesclose@localhost', dataDir };
    const dispatching = runDispatcher(
      { pool: office.pool, temporal: office.temporal, mail, say: () => undefined },
      stop.signal,
    );
    try {
      await office.startClose(period, MONTH);
      await office.knows(MONTH, 'review', 'OPEN_EXCEPTIONS');
      const batch = await handIn('SO-8');
      const isKnown = async (): Promise<boolean> => {
        const { blockers } = await office.handle(MONTH).query<CloseStatus>('closeStatus');
        return blockers.some(({ code }) => code === 'PARKED_DOCUMENTS');
      };
      // Two looks are kept half a minute apart.
      expect(await until(isKnown, 60_000)).toBe(true);
      expect(await state(batch)).toBe('parked');
    } finally {
      stop.abort();
      await dispatching;
    }
  }, 120_000);
});
