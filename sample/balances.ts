import { ACCOUNTS } from './bookkeeping';
import type { Currency, OrderCase, Voucher } from './cases';
import type { Customer } from './catalogue';
import type { Day } from './calendar';
import type { Fen } from './fen';
import { isSale } from './ordinary';

/** What a case does to a customer's balance, as sales and finance have it. */
export interface Effect {
  readonly customer: Customer;
  readonly currency: Currency;
  sales: Fen;
  ledger: Fen;
}

/** All vouchers of a case. */
export function vouchersOf(kase: OrderCase): Voucher[] {
  return [
    ...kase.bookings,
    ...kase.payments.flatMap((paid) => [...paid.bookings, ...paid.fees]),
    ...kase.returned.flatMap((returned) => returned.bookings),
  ];
}

/**
 * What the documents of a case up to a day do to customers' balances, one effect for each customer and currency.
 * Counts documents, knows no stories: a story's consequence for its customer follows from what it wrote.
 */
export function effectsOf(kase: OrderCase, until: Day): Effect[] {
  const effects = new Map<string, Effect>();
  const of = (customer: Customer, currency: Currency): Effect => {
    const key = `${customer.no} ${currency}`;
    const known = effects.get(key) ?? { customer, currency, sales: 0n, ledger: 0n };
    effects.set(key, known);
    return known;
  };
  const { order } = kase;
  if (isSale(order.status) && order.at.day <= until) of(order.customer, 'CNY').sales += order.gross;
  for (const returned of kase.returned.flatMap((one) => one.returns)) {
    if (returned.day <= until) of(returned.customer, 'CNY').sales -= returned.gross;
  }
  for (const receipt of kase.payments.flatMap((one) => one.receipts)) {
    if (receipt.at.day <= until) of(receipt.customer, receipt.currency).sales -= receipt.amount;
  }
  for (const voucher of vouchersOf(kase)) {
    if (voucher.day > until) continue;
    for (const { account, customer, debit, credit } of voucher.postings) {
      if (customer && account.code === ACCOUNTS.receivable.code)
        of(customer, voucher.currency).ledger += debit - credit;
    }
  }
  return [...effects.values()];
}
