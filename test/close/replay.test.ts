import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { History } from '@temporalio/common/lib/proto-utils';
import { historyFromJSON, historyToJSON } from '@temporalio/common/lib/proto-utils';
import { Worker } from '@temporalio/worker';
import { createReportActivities } from '../../activities/report';
import { Problem } from '../../domain/problem';
import { testFolder, until, workflowBundlePath } from '../support';
import { Office, quiet } from './office';

const HISTORIES = join(__dirname, 'histories');
const MONTH = '2026-10';

describe('histories of earlier runs', () => {
  beforeAll(quiet);

  const files = readdirSync(HISTORIES).filter((name) => name.endsWith('.json'));

  it('are kept for each way a close can go', () => {
    expect(files.map((name) => name.replace(/-\d.*$/, '')).sort()).toEqual(
      expect.arrayContaining([
        'cancelled',
        'carried-on',
        'clean',
        'failed-step',
        'mail-waited',
        'rejected',
        'scheduled',
      ]),
    );
  });

  it.each(files)('%s replays on the workflows as they are now', async (file) => {
    const history = historyFromJSON(JSON.parse(readFileSync(join(HISTORIES, file), 'utf8')) as History);
    await Worker.runReplayHistory({ workflowBundle: { codePath: await workflowBundlePath() } }, history);
  });

  it('are not replayed by chance: one whose steps stand in another order is refused', async () => {
    const text = readFileSync(join(HISTORIES, files.find((name) => name.startsWith('clean')) ?? ''), 'utf8');
    const swapped = text.replaceAll('"cutOff"', '"lockPeriod"');
    const history = historyFromJSON(JSON.parse(swapped) as History);
    const replay = Worker.runReplayHistory({ workflowBundle: { codePath: await workflowBundlePath() } }, history);
    await expect(replay).rejects.toThrow(/determinism/i);
  });
});

/** SALESCLOSE_KEEP_HISTORIES=<version> adds the histories of a release; those that are there are never made again. */
const version = process.env['SALESCLOSE_KEEP_HISTORIES'];
if (version)
  describe('keeping histories', () => {
    let office: Office;
    let period: number;

    beforeEach(async () => {
      mkdirSync(HISTORIES, { recursive: true });
      office = await Office.open();
      period = await office.fill(MONTH);
    });
    afterEach(() => office.close());

    async function keep(
      name: string,
      workflowId = `sales-close/${office.code}/${MONTH}`,
      runId?: string,
    ): Promise<void> {
      const history = await office.client.workflow.getHandle(workflowId, runId).fetchHistory();
      // Where a failure stood in the sources is the maker's machine, not the history's business.
      const text = JSON.stringify(JSON.parse(historyToJSON(history)), (key, value: unknown) =>
        key === 'stackTrace' ? '' : value,
      );
      writeFileSync(join(HISTORIES, `${name}-${version}.json`), `${text}\n`, { flag: 'wx' });
    }
    async function toApproval(): Promise<void> {
      await office.startClose(period, MONTH);
      await office.knows(MONTH, 'review', 'OPEN_EXCEPTIONS');
      await office.resolveAll(period);
      await office.say(period, MONTH, 'review', 'reviewer');
      await office.knows(MONTH, 'approve', 'APPROVAL_PENDING');
    }

    it('of a clean month', async () => {
      await office.work();
      await toApproval();
      await office.say(period, MONTH, 'approve', 'approver');
      await office.handle(MONTH).result();
      await keep('clean');
    });

    it('of a rejection and an admitted document', async () => {
      await office.work();
      await toApproval();
      await office.say(period, MONTH, 'reject', 'approver', 'again');
      await office.knows(MONTH, 'review', 'REVIEW_PENDING');
      const batch = await office.parkedBooking(period, MONTH);
      await office.pool.query(`UPDATE batch SET state = 'admitted' WHERE id = $1`, [batch]);
      await office.pool.query('UPDATE period SET figures_hash = NULL WHERE id = $1', [period]);
      await office.say(period, MONTH, 'admit', 'preparer');
      await until(async () => (await office.status(MONTH)).counts.matched === 3, 20_000);
      await keep('rejected');
    });

    it('of a cancellation', async () => {
      await office.work();
      await toApproval();
      await office.decide(period, 'cancel', 'preparer');
      await office.handle(MONTH).cancel();
      await expect(office.handle(MONTH).result()).rejects.toThrow();
      await keep('cancelled');
    });

    it('of a step that kept failing', async () => {
      const lockAndSeal = (): never => {
        throw new Problem('DISK_FULL', { zh: '-', en: '-' });
      };
      await office.work({ lockAndSeal });
      await toApproval();
      await office.say(period, MONTH, 'approve', 'approver');
      await office.reaches(MONTH, 'lock', 'ACTIVITY_FAILED');
      await keep('failed-step');
    });

    it('of a report whose mail waited for a person', async () => {
      await office.close();
      office = await Office.open('policy:\n  recipients: {report: [cfo@example.test]}\n');
      period = await office.fill(MONTH);
      const dataDir = testFolder('history');
      await office.work({ writeReport: createReportActivities({ pool: office.pool, dataDir }).writeReport });
      await toApproval();
      await office.say(period, MONTH, 'approve', 'approver');
      const mail = `UPDATE outbox SET state = $2, last_error = 'the answer was lost' WHERE kind = 'mail' AND period_id = $1`;
      await until(async () => (await office.pool.query(mail, [period, 'UNCERTAIN'])).rowCount === 1, 20_000);
      await office.knows(MONTH, 'report', 'REPORT_MAIL_WAITING');
      await office.pool.query(mail, [period, 'SENT']);
      await office.handle(MONTH).signal('retryRequested', {});
      await office.handle(MONTH).result();
      await keep('mail-waited');
    });

    it('of a run that carried on as a new one', async () => {
      await office.work();
      await office.startClose(period, MONTH);
      await office.knows(MONTH, 'review', 'OPEN_EXCEPTIONS');
      const { runId } = await office.handle(MONTH).describe();
      for (let i = 0; i < 80; i++) await office.handle(MONTH).signal('documentArrived', {});
      await until(async () => (await office.handle(MONTH).describe()).runId !== runId, 20_000);
      await keep('carried-on', undefined, runId);
    });

    it('of a scheduled start', async () => {
      await office.work();
      const args = [{ company: office.code, period: MONTH }];
      const workflowId = `start-${office.code}`;
      await office.client.workflow.execute('startMonthlyClose', { workflowId, taskQueue: office.taskQueue, args });
      await keep('scheduled', workflowId);
    });
  });
