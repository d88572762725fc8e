import { closeWorkflowId, importWorkflowId } from '../domain/close-view';
import type { Queryable } from './db';
import type { WorkflowStart } from './outbox';
import { runningPulls } from './sources/ask';

const RUNNING_CLOSES = `
  SELECT p.id AS "periodId", c.code AS company, p.month AS period
    FROM period p JOIN company c ON c.id = p.company_id
   WHERE p.closed_at IS NULL
     AND (SELECT kind FROM decision WHERE period_id = p.id AND kind IN ('start', 'cancel') ORDER BY decided_at DESC LIMIT 1) = 'start'`;

type RunningClose = { periodId: number; company: string; period: string };

const startOfClose = (close: RunningClose): WorkflowStart => ({
  type: 'monthlyClose',
  workflowId: closeWorkflowId(close.company, close.period),
  args: [close],
});

/**
 * What should be running by the books: closes that were started and are not finished, files that are not read yet, sources that are pulled.
 * Starting these again is harmless; after Temporal lost its runs it brings them back.
 */
export async function listRunning(db: Queryable): Promise<WorkflowStart[]> {
  const closes = await db.query<RunningClose>(`${RUNNING_CLOSES} ORDER BY p.month, p.id`);
  const batches = await db.query<{ id: number }>(
    `SELECT b.id FROM batch b JOIN outbox o ON o.dedupe_key = 'import:' || b.id AND o.state = 'SENT'
      WHERE b.state = 'received' ORDER BY b.id`,
  );
  return [
    ...closes.rows.map(startOfClose),
    ...batches.rows.map(({ id }): WorkflowStart => ({
      type: 'importBatch',
      workflowId: importWorkflowId(id),
      args: [{ batchId: id }],
    })),
    ...(await runningPulls(db)),
  ];
}

/** The close of one month, if it should be running. */
export async function findRunningClose(db: Queryable, periodId: number): Promise<WorkflowStart | null> {
  const found = await db.query<RunningClose>(`${RUNNING_CLOSES} AND p.id = $1`, [periodId]);
  const [close] = found.rows;
  return close ? startOfClose(close) : null;
}
