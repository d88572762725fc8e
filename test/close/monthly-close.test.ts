import { Office } from './office';

const MONTH = '2026-10';

describe('a monthly close', () => {
  let office: Office;
  let period: number;

  beforeEach(async () => {
    office = await Office.open('policy: {deadlines: {cutoff: WD1T18:00, review: WD3T18:00, approve: WD4T18:00}}');
    period = await office.fill(MONTH);
    await office.work();
  });
  afterEach(() => office.close());

  it('goes by itself to review, waits for people there and at approval, then locks and reports', async () => {
    await office.startClose(period, MONTH);
    const reviewed = await office.reaches(MONTH, 'review', 'OPEN_EXCEPTIONS');
    expect(reviewed.blockers).toMatchObject([{ code: 'OPEN_EXCEPTIONS', count: 1, severity: 'block' }]);
    expect(reviewed.counts).toMatchObject({ accepted: 5, exceptions: 2, open: 1, matched: 1 });
    expect(reviewed.policyVersion).toBe(1);

    await office.resolveAll(period);
    await office.handle(MONTH).signal('documentArrived', {});
    await office.reaches(MONTH, 'review', 'REVIEW_PENDING');
    await office.say(period, MONTH, 'review', 'reviewer');
    const approving = await office.reaches(MONTH, 'approve', 'APPROVAL_PENDING');
    expect(approving.approvalsMissing).toEqual(['approver']);

    await office.say(period, MONTH, 'approve', 'approver');
    await office.handle(MONTH).result();
    const done = await office.status(MONTH);
    expect(done).toMatchObject({ stage: 'report', blockers: [], seal: { sequence: 1 } });
    expect(done.closedAt).not.toBeNull();
    expect(done.deadlines).toMatchObject({ cutoff: '2026-11-02T10:00:00.000Z', review: '2026-11-04T10:00:00.000Z' });
  });

  it('tells the operator where it stands in the index, in a query and in words', async () => {
    await office.startClose(period, MONTH);
    await office.knows(MONTH, 'review', 'OPEN_EXCEPTIONS');
    const handle = office.handle(MONTH);
    const { typedSearchAttributes: attributes } = await handle.describe();
    expect(attributes.getAll().map(({ key, value }) => [key.name, value])).toEqual(
      expect.arrayContaining([
        ['SalesCloseStage', 'review'],
        ['SalesOpenExceptions', 1],
      ]),
    );
    expect(await handle.query('closeStatus')).toMatchObject({ stage: 'review', openExceptions: 1, failure: null });
    const { currentDetails } = await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata');
    expect(currentDetails).toContain('### 复核 review');
    expect(currentDetails).toContain('未处理差异 open exceptions | 1 |');
  });

  it('records each stage once in time and audit', async () => {
    await office.startClose(period, MONTH);
    await office.reaches(MONTH, 'review', 'OPEN_EXCEPTIONS');
    const { rows } = await office.pool.query<{ subject: string }>(
      `SELECT subject FROM audit_entry WHERE action = 'close.stage_entered' ORDER BY seq`,
    );
    expect(rows.map(({ subject }) => subject)).toEqual(['collect', 'cutoff', 'reconcile', 'review']);
    const times = await office.pool.query(
      `SELECT stage, left_at IS NULL AS stands FROM stage_time WHERE period_id = $1 ORDER BY entered_at, left_at NULLS LAST`,
      [period],
    );
    expect(times.rows).toEqual([
      { stage: 'collect', stands: false },
      { stage: 'cutoff', stands: false },
      { stage: 'reconcile', stands: false },
      { stage: 'review', stands: true },
    ]);
  });

  it('carries only ids, counts, codes and hashes in its history', async () => {
    await office.startClose(period, MONTH);
    await office.knows(MONTH, 'review', 'OPEN_EXCEPTIONS');
    const { events } = await office.handle(MONTH).fetchHistory();
    const payloads = JSON.stringify(events, (key, value: unknown) =>
      key === 'data' && typeof value === 'string' ? Buffer.from(value, 'base64').toString('utf8') : value,
    );
    expect(payloads.includes('OPEN_EXCEPTIONS')).toBe(true);
    expect(payloads.match(/226\.00|113\.00|试账公司|SO-?2|@example/)).toBeNull();
  });
});
