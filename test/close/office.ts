import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Runtime, DefaultLogger, Worker } from '@temporalio/worker';
import { createCloseActivities } from '../../activities/close-activities';
import type { CloseDependencies } from '../../activities/dependencies';
import { createReportActivities } from '../../activities/report';
import { parseCompanyFile } from '../../domain/company-file';
import { closeWorkflowId } from '../../domain/close-view';
import type { Role, Stage } from '../../domain/words';
import { closeStatus, type CloseStatusDocument } from '../../store/status';
import { computeFigures, refreshFigures } from '../../store/figures';
import { lockAndSeal } from '../../store/lock';
import { reconcilePeriod } from '../../store/reconcile';
import type { Temporal } from '../../worker/schedules';
import type { CloseStatus } from '../../workflows/messages';
import { temporalAddress, testFolder, testPool, until, workflowBundlePath } from '../support';

/** Replaced steps; the rest are the real ones. */
export type Faults = Partial<Omit<CloseDependencies, 'pool'>> & {
  writeReport?: (month: { readonly periodId: number }) => Promise<void>;
  importBatch?: (file: { readonly batchId: number }) => Promise<unknown>;
};

/** People of a test company, each with one role. */
const PEOPLE: readonly Role[] = ['preparer', 'reviewer', 'approver', 'controller'];

/**
 * A tiny company with real books in a database of its own, and a worker on a task queue of its own. Months hold two
 * orders, one of which finance has not booked: one exception to resolve.
 */
export class Office {
  readonly code = `t-${randomBytes(5).toString('hex')}`;
  readonly taskQueue = `close-${randomUUID()}`;
  readonly people = {} as Record<Role, number>;
  companyId = 0;
  private worker: Worker | undefined;
  private running: Promise<void> | undefined;

  private constructor(
    readonly pool: Pool,
    readonly client: Client,
    private readonly native: NativeConnection,
    private readonly endPool: () => Promise<void>,
  ) {}

  static async open(policy = ''): Promise<Office> {
    quiet();
    const { pool, close } = await testPool();
    pool.on('connect', (client) => client.on('error', () => undefined));
    const address = temporalAddress();
    const client = new Client({ connection: await Connection.connect({ address }) });
    const office = new Office(pool, client, await NativeConnection.connect({ address }), close);
    await office.settle(policy);
    return office;
  }

  get temporal(): Temporal {
    return { client: this.client, pool: this.pool, taskQueue: this.taskQueue };
  }

  private async settle(policy: string): Promise<void> {
    const settings = parseCompanyFile(`code: ${this.code}\nname: 试账公司\n${policy}`);
    this.companyId = await this.id(
      `INSERT INTO company (code, name, currency, timezone) VALUES ($1, '试账公司', 'CNY', 'Asia/Shanghai') RETURNING id`,
      [this.code],
    );
    await this.pool.query(
      `INSERT INTO policy (company_id, version, source, settings, sha256) VALUES ($1, 1, '', $2, $3)`,
      [this.companyId, JSON.stringify(settings), sha256(policy)],
    );
    for (const role of PEOPLE) {
      this.people[role] = await this.id(
        `INSERT INTO person (login, name, email, password_hash) VALUES ($1, $1, $2, '-') RETURNING id`,
        [`${role}-${this.code}`, `${role}@example.test`],
      );
      await this.pool.query('INSERT INTO role_grant (company_id, person_id, role) VALUES ($1, $2, $3)', [
        this.companyId,
        this.people[role],
        role,
      ]);
    }
  }

  /** Starts a worker for this office. */
  async work(faults: Faults = {}): Promise<void> {
    const { writeReport, importBatch, ...dependencies } = faults;
    const keysDir = join(testFolder('close'), 'keys');
    this.worker = await Worker.create({
      connection: this.native,
      taskQueue: this.taskQueue,
      workflowBundle: { codePath: await workflowBundlePath() },
      activities: {
        ...createCloseActivities({
          pool: this.pool,
          reconcilePeriod,
          lockAndSeal: (pool, periodId) =>
            lockAndSeal(pool, {
              periodId,
              keysDir,
              figuresHash: async (db, id) => (await computeFigures(db, id)).hash,
            }),
          ...dependencies,
        }),
        writeReport: writeReport ?? ((month: { periodId: number }) => this.fileReport(month.periodId)),
        assessReport: createReportActivities({ pool: this.pool, dataDir: '' }).assessReport,
        importBatch: importBatch ?? (() => Promise.resolve()),
      },
      shutdownGraceTime: '2s',
      shutdownForceTime: '4s',
    });
    this.running = this.worker.run();
  }

  async rest(): Promise<void> {
    this.worker?.shutdown();
    await this.running;
    this.worker = this.running = undefined;
  }

  async close(): Promise<void> {
    for await (const { workflowId } of this.client.workflow.list({ query: `TaskQueue = '${this.taskQueue}'` })) {
      await this.client.workflow
        .getHandle(workflowId)
        .terminate()
        .catch(() => undefined);
    }
    if (this.worker) await this.rest();
    await this.client.connection.close();
    await this.native.close();
    await this.endPool();
  }

  /** A month with two orders, the first of them booked. */
  async fill(month: string): Promise<number> {
    const period = await this.openMonth(month);
    await this.batch(period, 'orders-csv', 'accepted', [
      order(month, 'SO-1', '113.00'),
      order(month, 'SO-2', '226.00'),
    ]);
    await this.batch(period, 'ledger-csv', 'accepted', sale(month, 'SO-1', ['113.00', '-100.00', '-13.00']));
    return period;
  }

  /** Finance's late booking of the second order, as a parked batch. */
  parkedBooking(period: number, month: string): Promise<number> {
    return this.batch(period, 'ledger-csv', 'parked', sale(month, 'SO-2', ['226.00', '-200.00', '-26.00'], '记-2'));
  }

  openMonth(month: string): Promise<number> {
    return this.id('SELECT open_period($1, $2) AS id', [this.companyId, month]);
  }

  async batch(period: number, kind: string, state: string, rows: readonly Row[]): Promise<number> {
    const evidence = sha256(randomUUID());
    await this.pool.query(`INSERT INTO evidence (sha256, bytes, first_name) VALUES ($1, 1, $2)`, [evidence, kind]);
    const id = await this.id(
      `INSERT INTO batch (period_id, kind, file_name, evidence, imported_by) VALUES ($1, $2, $2, $3, $4) RETURNING id`,
      [period, kind, evidence, this.people.preparer],
    );
    let line = 1;
    for (const { relation, ...values } of rows) {
      const row: Record<string, unknown> = {
        period_id: period,
        id: String((BigInt(id) << 32n) + BigInt(++line)),
        in_period: true,
        ...values,
      };
      const names = Object.keys(row);
      await this.pool.query(
        `INSERT INTO ${relation} (${names.join(', ')}) VALUES (${names.map((_, i) => `$${i + 1}`).join(', ')})`,
        Object.values(row),
      );
    }
    await this.pool.query(
      `UPDATE batch SET state = $2, rows_in = $3, rows_kept = $3, settled_at = now() WHERE id = $1`,
      [id, state, rows.length],
    );
    return id;
  }

  /** Records a decision as the API does. */
  async decide(
    period: number,
    kind: string,
    role: Role,
    more: { reason?: string; figures?: string } = {},
  ): Promise<string> {
    const figures = more.figures ?? (await this.figures(period));
    const { rows } = await this.pool.query<{ id: string }>(
      `INSERT INTO decision (period_id, kind, person_id, role, figures_hash, reason) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id`,
      [
        period,
        kind,
        this.people[role],
        role,
        ['review', 'approve', 'reject'].includes(kind) ? figures : null,
        more.reason ?? '',
      ],
    );
    return rows[0]!.id;
  }

  /** A decision, and the signal that says so. */
  async say(period: number, month: string, kind: string, role: Role, reason = ''): Promise<void> {
    const decisionId = await this.decide(period, kind, role, { reason });
    await this.handle(month).signal('decisionRecorded', { decisionId });
  }

  /** Answers every open exception of a month. */
  async resolveAll(period: number, action = 'accept'): Promise<void> {
    const decision = await this.decide(period, 'resolve', 'preparer');
    await this.pool.query(
      `INSERT INTO resolution (period_id, exception_id, sequence, decision_id, action, figures_hash, amount, currency)
       SELECT period_id, id, 1, $2, $3, figures_hash, difference, currency FROM exception_state
        WHERE period_id = $1 AND state = 'open' AND NOT coalesce(explained, false)`,
      [period, decision, action],
    );
    await this.refresh(period);
  }

  async refresh(period: number): Promise<void> {
    await refreshFigures(this.pool, period);
  }

  /** Starts the close of a month as the outbox does, after a person asked for it. */
  async startClose(period: number, month: string): Promise<void> {
    await this.decide(period, 'start', 'preparer');
    await this.startWorkflow(period, month);
  }

  async startWorkflow(period: number, month: string): Promise<void> {
    await this.client.workflow.start('monthlyClose', {
      workflowId: closeWorkflowId(this.code, month),
      taskQueue: this.taskQueue,
      args: [{ periodId: period, company: this.code, period: month }],
      workflowIdConflictPolicy: 'USE_EXISTING',
    });
  }

  handle(month: string) {
    return this.client.workflow.getHandle(closeWorkflowId(this.code, month));
  }

  status(month: string): Promise<CloseStatusDocument> {
    return closeStatus(this.pool, this.code, month);
  }

  /** Waits until the month is in a stage; fails with what it is in instead. */
  async reaches(month: string, stage: Stage, blocker?: string, ms = 20_000): Promise<CloseStatusDocument> {
    let status = await this.status(month);
    const there = (): boolean =>
      status.stage === stage && (blocker === undefined || status.blockers.some(({ code }) => code === blocker));
    await until(async () => {
      status = await this.status(month);
      return there();
    }, ms);
    if (!there()) {
      const { stage: stuck, blockers } = status;
      throw new Error(`${month} is in ${stuck}, not ${stage} ${blocker ?? ''}: ${JSON.stringify(blockers)}`);
    }
    return status;
  }

  /** Waits until the workflow itself knows of a blocker. */
  async knows(month: string, stage: Stage, blocker: string): Promise<void> {
    const known = async (): Promise<boolean> => {
      const status = await this.handle(month)
        .query<CloseStatus>('closeStatus')
        .catch(() => undefined);
      return status?.stage === stage && status.blockers.some(({ code }) => code === blocker);
    };
    if (!(await until(known, 20_000))) throw new Error(`the workflow of ${month} never saw ${blocker} in ${stage}`);
  }

  async figures(period: number): Promise<string> {
    const { rows } = await this.pool.query<{ hash: string }>('SELECT figures_hash AS hash FROM period WHERE id = $1', [
      period,
    ]);
    return rows[0]!.hash;
  }

  async count(sql: string, values: unknown[]): Promise<number> {
    const { rows } = await this.pool.query<{ count: string }>(sql, values);
    return Number(rows[0]!.count);
  }

  /** Events of each run of a month's close, the first run first. */
  async historyLengths(month: string): Promise<number[]> {
    const lengths: number[] = [];
    for await (const run of this.client.workflow.list({
      query: `WorkflowId = '${closeWorkflowId(this.code, month)}'`,
    })) {
      lengths.push(run.historyLength ?? 0);
    }
    return lengths.reverse();
  }

  private async fileReport(period: number): Promise<void> {
    await this.pool.query(`UPDATE period SET closed_at = now() WHERE id = $1 AND closed_at IS NULL`, [period]);
  }

  private async id(sql: string, values: unknown[]): Promise<number> {
    const { rows } = await this.pool.query<{ id: number }>(sql, values);
    return rows[0]!.id;
  }
}

type Row = { relation: string } & Record<string, unknown>;

export function order(month: string, no: string, gross: string): Row {
  return {
    relation: 'sales_order',
    order_no: no,
    order_key: no.replace('-', ''),
    customer_no: 'C1',
    customer_key: 'C1',
    order_date: `${month}-05`,
    currency: 'CNY',
    gross_amount: gross,
    tax_amount: ((Number(gross) * 13) / 113).toFixed(2),
    status: 'delivered',
  };
}

export function sale(month: string, reference: string, [receivable, revenue, tax]: string[], entry = '记-1'): Row[] {
  return [
    ['1122', receivable],
    ['6001', revenue],
    ['222101', tax],
  ].map(([account, amount], i) => ({
    relation: 'ledger_entry',
    entry_no: entry,
    line_no: String(i + 1),
    posting_date: `${month}-06`,
    account,
    customer_no: account === '1122' ? 'C1' : null,
    customer_key: account === '1122' ? 'C1' : null,
    reference,
    reference_key: reference.replace('-', ''),
    currency: 'CNY',
    debit: amount!.startsWith('-') ? '0' : amount,
    credit: amount!.startsWith('-') ? amount!.slice(1) : '0',
  }));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

let isQuiet = false;
/** Only errors of the SDK are printed. */
export function quiet(): void {
  if (isQuiet) return;
  isQuiet = true;
  Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
}
