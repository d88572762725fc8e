import { Office } from './office';

const MONTH = '2026-10';

describe('decisions', () => {
  let office: Office;
  let period: number;

  beforeEach(async () => {
    office = await Office.open(
      'policy: {approvalTiers: [{upTo: "100.00", roles: [approver]}, {upTo: null, roles: [controller]}]}',
    );
    period = await office.fill(MONTH);
    await office.work();
    await office.startClose(period, MONTH);
    await office.knows(MONTH, 'review', 'OPEN_EXCEPTIONS');
  });
  afterEach(() => office.close());

  it('that were only signalled, or signalled many times, change nothing', async () => {
    for (let i = 0; i < 5; i++)
      await office.handle(MONTH).signal('decisionRecorded', { decisionId: 'approved', kind: 'approve' });
    await office.resolveAll(period);
    await office.say(period, MONTH, 'review', 'reviewer');
    await office.reaches(MONTH, 'approve', 'APPROVAL_PENDING');
    const approval = await office.decide(period, 'approve', 'approver', { figures: 'f'.repeat(64) });
    for (let i = 0; i < 5; i++) await office.handle(MONTH).signal('decisionRecorded', { decisionId: approval });
    await office.knows(MONTH, 'approve', 'APPROVAL_PENDING');
    expect(await office.status(MONTH)).toMatchObject({ stage: 'approve', approvalsMissing: ['approver'], seal: null });
    expect(await office.count('SELECT count(*) FROM stage_time WHERE period_id = $1', [period])).toBe(5);
  });

  it('to reject take the month back to review with the reason, and what was reviewed before counts no longer', async () => {
    await office.resolveAll(period);
    await office.say(period, MONTH, 'review', 'reviewer');
    await office.knows(MONTH, 'approve', 'APPROVAL_PENDING');
    await office.say(period, MONTH, 'reject', 'approver', '运费没有分摊');
    await office.knows(MONTH, 'review', 'REVIEW_PENDING');
    const { blockers } = await office.status(MONTH);
    expect(blockers[0]).toMatchObject({ code: 'REVIEW_PENDING', owner: 'reviewer' });
    expect(blockers[0]!.remedy.zh).toContain('运费没有分摊');
    await office.say(period, MONTH, 'review', 'reviewer');
    await office.reaches(MONTH, 'approve', 'APPROVAL_PENDING');
  });

  it('are needed from each tier that the written-off amount reaches, each by another person', async () => {
    await office.resolveAll(period, 'write_off');
    await office.say(period, MONTH, 'review', 'reviewer');
    const first = await office.reaches(MONTH, 'approve', 'APPROVAL_PENDING');
    expect(first.approvalsMissing).toEqual(['approver', 'controller']);
    await office.say(period, MONTH, 'approve', 'approver');
    await office.knows(MONTH, 'approve', 'APPROVAL_PENDING');
    expect((await office.status(MONTH)).approvalsMissing).toEqual(['controller']);
    await office.say(period, MONTH, 'approve', 'controller');
    await office.handle(MONTH).result();
    expect((await office.status(MONTH)).seal).not.toBeNull();
  });

  it('to admit a late booking make everything be compared again, and drop what was approved', async () => {
    await office.resolveAll(period);
    await office.say(period, MONTH, 'review', 'reviewer');
    await office.knows(MONTH, 'approve', 'APPROVAL_PENDING');
    const batch = await office.parkedBooking(period, MONTH);
    const parked = await office.status(MONTH);
    expect(parked.counts.parked).toBe(3);
    expect(parked.blockers).toContainEqual(
      expect.objectContaining({ code: 'PARKED_DOCUMENTS', count: 1, severity: 'warn' }),
    );

    await office.pool.query(`UPDATE batch SET state = 'admitted' WHERE id = $1`, [batch]);
    await office.pool.query('UPDATE period SET figures_hash = NULL WHERE id = $1', [period]);
    await office.say(period, MONTH, 'admit', 'preparer');
    await office.knows(MONTH, 'review', 'REVIEW_PENDING');
    expect((await office.status(MONTH)).counts).toMatchObject({ exceptions: 0, open: 0, matched: 3, parked: 0 });
    expect(await office.count('SELECT count(*) FROM reconcile_run WHERE period_id = $1', [period])).toBe(2);
  });
});
