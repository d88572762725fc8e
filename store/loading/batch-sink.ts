import type { PoolClient } from 'pg';
import type { MoneyString } from '../../domain/money';
import type { FactRelation } from '../../domain/words';
import { ControlTotals } from './control-totals';
import { CopyIn } from './copy-in';
import { RejectionSpool, type Rejection } from './rejections';

const ROW_NO_SPACE = 2n ** 32n;

/** The first id of a batch's rows; ids up to the next batch's first are its own. */
export function firstIdOf(batchId: number): bigint {
  return BigInt(batchId) * ROW_NO_SPACE;
}

/** What a buffer of ready lines holds, per currency. */
interface LineTally {
  readonly currency: string;
  readonly kept: number;
  readonly context: number;
  readonly keptAmount: MoneyString;
  readonly contextAmount: MoneyString;
}

/** Where a reader puts the rows of a batch that is being loaded: into the fact relation, into quarantine, into the totals. */
export class BatchSink {
  readonly totals = new ControlTotals();
  /** Rows of another month, of those excluded. */
  context = 0;
  readonly lane: {
    readonly periodId: number;
    readonly batchId: number;
    take(): Promise<Buffer>;
    send(buffer: Buffer, length: number, tally: readonly LineTally[]): void;
  };
  readonly rejections: RejectionSpool;
  private readonly copy: CopyIn;
  private readonly firstId: bigint;

  constructor(
    client: PoolClient,
    private readonly place: { readonly periodId: number; readonly batchId: number },
    target: { readonly relation: FactRelation; readonly columns: readonly string[] },
    private readonly options: { readonly spoolPath: string; readonly signal?: AbortSignal },
  ) {
    this.copy = new CopyIn(client, target.relation, ['period_id', 'id', 'in_period', ...target.columns]);
    this.firstId = firstIdOf(place.batchId);
    this.rejections = new RejectionSpool(place.periodId, place.batchId, options.spoolPath);
    this.lane = {
      ...place,
      take: () => this.copy.take(),
      send: (buffer, length, tally) => this.sendLines(buffer, length, tally),
    };
  }

  keep(rowNo: number, inPeriod: boolean, values: readonly (string | null)[], amount: string, currency: string): void {
    const id = String(this.firstId + BigInt(rowNo));
    this.copy.row([String(this.place.periodId), id, inPeriod ? 't' : 'f', ...values]);
    if (!inPeriod) this.context++;
    this.totals.add(inPeriod ? 'kept' : 'excluded', 1, amount, currency);
  }

  reject(row: Rejection & { readonly amount?: string; readonly currency?: string }): void {
    this.rejections.add(row);
    this.totals.add('rejected', 1, row.amount, row.currency);
  }

  /** Why is told by the row's own words; only its count and worth are kept. */
  exclude(_rowNo: number, _why: string, amount?: string, currency?: string): void {
    this.totals.add('excluded', 1, amount, currency);
  }

  async room(): Promise<void> {
    this.options.signal?.throwIfAborted();
    await this.rejections.room();
    await this.copy.room();
  }

  /** Ends the load of facts and writes the quarantine. @returns the rows the database took */
  async finish(client: PoolClient): Promise<number> {
    const rows = await this.copy.end();
    await this.rejections.copyTo(client);
    return rows;
  }

  async abort(): Promise<void> {
    await this.copy.abort();
  }

  private sendLines(buffer: Buffer, length: number, tallies: readonly LineTally[]): void {
    for (const { currency, kept, context, keptAmount, contextAmount } of tallies) {
      this.totals.add('kept', kept, keptAmount, currency);
      this.totals.add('excluded', context, contextAmount, currency);
      this.context += context;
    }
    this.copy.send(buffer, length);
  }
}
