import { Office } from './office';

describe('collecting', () => {
  let office: Office;

  beforeEach(async () => {
    office = await Office.open('policy: {checks: {rejected_rows: block}}');
    await office.work();
  });
  afterEach(() => office.close());

  it('waits while nothing was handed in, and goes on when it was', async () => {
    const period = await office.openMonth('2026-10');
    await office.startClose(period, '2026-10');
    await office.knows('2026-10', 'collect', 'NOTHING_COLLECTED');
    await office.fill('2026-10');
    await office.handle('2026-10').signal('documentArrived', {});
    await office.reaches('2026-10', 'review', undefined, 45_000);
  });

  it('waits for imports that have not settled, and looks again by itself', async () => {
    const period = await office.fill('2026-10');
    const loading = await office.batch(period, 'receipts-csv', 'received', []);
    await office.startClose(period, '2026-10');
    await office.knows('2026-10', 'collect', 'SOURCES_UNSETTLED');
    expect((await office.status('2026-10')).stage).toBe('collect');
    await office.pool.query(`UPDATE batch SET state = 'accepted' WHERE id = $1`, [loading]);
    await office.reaches('2026-10', 'review');
  });

  it('is stopped by rejected rows when the policy says block', async () => {
    const period = await office.fill('2026-10');
    await office.pool.query(
      `INSERT INTO batch (period_id, kind, file_name, evidence, state, rows_in, rows_rejected, settled_at)
       SELECT $1, 'invoices-csv', 'i.csv', evidence, 'accepted', 2, 2, now() FROM batch LIMIT 1`,
      [period],
    );
    await office.startClose(period, '2026-10');
    const { blockers } = await office.reaches('2026-10', 'collect', 'REJECTED_ROWS');
    expect(blockers).toMatchObject([{ code: 'REJECTED_ROWS', count: 2, owner: 'preparer' }]);
  });

  it('waits for the month before, unless it is the company’s first', async () => {
    const october = await office.fill('2026-10');
    const november = await office.fill('2026-11');
    await office.startClose(november, '2026-11');
    await office.knows('2026-11', 'collect', 'PREVIOUS_MONTH_OPEN');
    expect((await office.status('2026-11')).blockers[0]?.remedy.en).toContain('2026-10');
    await office.startClose(october, '2026-10');
    await office.reaches('2026-10', 'review');
    expect((await office.status('2026-11')).stage).toBe('collect');
  });
});
