import { Decimal, decimalsOf } from '../../domain/money';
import type { MappedRecord } from '../records';
import { readAmount, readRate } from '../text';

/** The most decimals of a tax rate. */
const RATE_DECIMALS = 6;

/**
 * The tax inside a gross amount, at the rate the mapping gives (`tax_rate`: a field, or fixed as `=13%`), to the currency's last decimal. The CRM itself does
 * not know a document's tax: without a mapping it is not known, which is not the same as none.
 * @returns null where gross or rate cannot be read
 */
export function taxWithin(record: MappedRecord, gross: string): string | null {
  const rate = readRate(record.cell('tax_rate'), RATE_DECIMALS);
  const amount = readAmount(gross, record.currency);
  if (!rate.ok || !amount.ok || rate.value.startsWith('-')) return null;
  const share = new Decimal(rate.value).div(new Decimal(rate.value).plus(1));
  const decimals = decimalsOf(record.currency);
  return new Decimal(amount.value).times(share).toFixed(decimals, Decimal.ROUND_HALF_UP);
}
