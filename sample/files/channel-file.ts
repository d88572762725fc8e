import { join } from 'node:path';
import { payoutNo, type Payout } from '../batches';
import type { Movement } from '../cases';
import { formatFen } from '../fen';
import type { World } from '../world';
import { csvLine } from './csv';
import { TextFile } from './text-file';

const COLUMNS = [
  'transaction_no',
  'merchant_reference',
  'occurred_at',
  'type',
  'currency',
  'gross_amount',
  'fee_amount',
  'net_amount',
  'payout_no',
  'description',
  'counterparty',
];

/** The card acquirer's or the till's file in our own channel-csv: what came in, then what was paid out. */
export class ChannelFile {
  private constructor(
    private readonly file: TextFile,
    private readonly world: World,
  ) {}

  static async create(dir: string, name: string, world: World): Promise<ChannelFile> {
    const file = await TextFile.create(join(dir, name));
    file.write(csvLine(COLUMNS));
    return new ChannelFile(file, world);
  }

  add(movement: Movement): void {
    const paidOut = movement.paidOut ? payoutNo(this.world, movement.channel, movement.at.day) : '';
    this.file.write(
      csvLine([
        movement.transactionNo,
        movement.merchantReference,
        this.world.calendar.time(movement.at),
        movement.type,
        movement.currency,
        formatFen(movement.gross),
        formatFen(movement.fee),
        formatFen(movement.gross - movement.fee),
        paidOut,
        movement.product,
        movement.payer,
      ]),
    );
  }

  /** A payout empties the merchant's account at the channel, so all three amounts are negative. */
  addPayout(payout: Payout): void {
    const at = this.world.calendar.time({ day: payout.paidOn, second: 6 * 3600 });
    this.file.write(
      csvLine([
        payout.payoutNo,
        '',
        at,
        'payout',
        'CNY',
        formatFen(-payout.gross),
        formatFen(-payout.fee),
        formatFen(-payout.net),
        payout.payoutNo,
        `结算日${this.world.calendar.iso(payout.day)}`,
        payout.bankEntry.counterparty,
      ]),
    );
  }

  drain(): Promise<void> {
    return this.file.drain();
  }

  close(): Promise<void> {
    return this.file.close();
  }
}
