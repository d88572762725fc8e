import { hash } from 'node:crypto';
import type { Profile } from '../../domain/profile';
import { BANK_COLUMNS, bankValues } from '../wire/bank-row';
import { Occurrences } from '../wire/occurrences';
import type { Layout } from './layout';
import type { FilledRow } from './translate';

/** What a channel's transaction says of itself, where no column tells it from every other. */
const SAYS = [
  'transaction_no',
  'occurred_at',
  'type',
  'currency',
  'gross_amount',
  'fee_amount',
  'payout_no',
  'description',
];
const DIGEST_BYTES = 20;

/**
 * Gives rows of banks and channels their key: the digest of the profile's key columns, or of what the row says with its
 * number among equal rows. The same row has the same key in every file that shows it.
 */
export class RowKeys {
  private readonly occurrences = new Occurrences();
  private readonly keyPlaces: readonly number[];

  /** @param columns what the careful reader gives, in order */
  constructor(
    private readonly profile: Profile,
    private readonly columns: readonly string[],
    layout: Layout,
  ) {
    this.keyPlaces = profile.key.map((name) => layout.placeOf(name));
  }

  /** @returns the values of the relation's columns as `columnsOf` names them */
  complete(values: (string | null)[], row: FilledRow): (string | null)[] {
    if (this.profile.relation === 'bank_entry') return this.bankEntry(values, row);
    if (this.profile.relation === 'channel_transaction') {
      const at = this.columns.indexOf('row_key');
      values[at] = this.ownKey(row, this.valueOf(values, 'type') ?? '') ?? this.saidKey(values);
    }
    return values;
  }

  private bankEntry(values: readonly (string | null)[], row: FilledRow): (string | null)[] {
    const text = (name: string): string => this.valueOf(values, name) ?? '';
    const extra = this.valueOf(values, 'extra');
    const entry = bankValues(
      {
        account: text('account'),
        bankReference: text('bank_reference'),
        endToEnd: text('end_to_end'),
        bookedOn: text('booked_on'),
        valueOn: this.valueOf(values, 'value_on'),
        currency: text('currency'),
        amount: text('amount'),
        description: text('description'),
        counterparty: text('counterparty'),
        extra: extra === null ? null : (JSON.parse(extra) as Record<string, string>),
      },
      this.occurrences,
    );
    const own = this.ownKey(row, text('account'));
    if (own !== null) entry[BANK_COLUMNS.indexOf('row_key')] = own;
    return entry;
  }

  /** null: the profile names no key, or the row has none of it. */
  private ownKey({ cells }: FilledRow, within: string): string | null {
    const parts = this.keyPlaces.map((place) => cells[place] ?? '');
    if (parts.every((part) => part === '')) return null;
    return hash('sha256', ['key', within, ...parts].join('\0'), 'buffer').toString('hex', 0, DIGEST_BYTES);
  }

  private saidKey(values: readonly (string | null)[]): string {
    const digest = hash('sha256', SAYS.map((name) => this.valueOf(values, name) ?? '').join('\0'), 'buffer');
    return `${digest.toString('hex', 0, DIGEST_BYTES)}-${this.occurrences.next(digest)}`;
  }

  private valueOf(values: readonly (string | null)[], name: string): string | null {
    return values[this.columns.indexOf(name)] ?? null;
  }
}
