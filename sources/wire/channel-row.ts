import { referenceKey } from '../../domain/reference';
import { withinLimits } from './limits';

/** What `channelValues` fills of channel_transaction, in order. */
export const CHANNEL_COLUMNS = [
  'row_key',
  'transaction_no',
  'transaction_key',
  'merchant_reference',
  'merchant_reference_key',
  'occurred_at',
  'occurred_on',
  'type',
  'currency',
  'gross_amount',
  'fee_amount',
  'net_amount',
  'payout_no',
  'payout_key',
  'description',
  'counterparty',
  'extra',
] as const;

export type ChannelType = 'payment' | 'refund' | 'fee' | 'payout';

/** A transaction at a payment channel, signed from the merchant's account there; `fee` is a positive cost. */
export interface ChannelRow {
  /** What makes it the same row in another file. */
  readonly rowKey: string;
  readonly transactionNo: string;
  readonly merchantReference: string;
  /** ISO 8601 with offset. */
  readonly occurredAt: string;
  /** The day in the company's zone. */
  readonly occurredOn: string;
  readonly type: ChannelType;
  readonly currency: string;
  readonly gross: string;
  readonly fee: string;
  readonly net: string;
  /** Another number that leads to a payout. */
  readonly payoutNo?: string;
  readonly description: string;
  readonly counterparty: string;
  readonly extra: Readonly<Record<string, string>> | null;
}

/** @throws RowRejection TOO_LONG */
export function channelValues(row: ChannelRow): (string | null)[] {
  return withinLimits(CHANNEL_COLUMNS, [
    row.rowKey,
    row.transactionNo,
    referenceKey(row.transactionNo),
    row.merchantReference || null,
    referenceKey(row.merchantReference),
    row.occurredAt,
    row.occurredOn,
    row.type,
    row.currency,
    row.gross,
    row.fee,
    row.net,
    row.payoutNo ?? null,
    referenceKey(row.payoutNo),
    row.description || null,
    row.counterparty || null,
    row.extra === null ? null : JSON.stringify(row.extra),
  ]);
}
