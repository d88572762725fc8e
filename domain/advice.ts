import type { ExceptionKind, ResolutionAction, Role } from './words';

/** What usually settles an exception of a kind, and whose it is until someone resolves it. */
export interface Advice {
  readonly action: ResolutionAction;
  readonly owner: Role;
}

/** Small amount and fee differences inside the policy's write-off limit are advised to be written off instead. */
export const EXCEPTION_ADVICE: Readonly<Record<ExceptionKind, Advice>> = {
  missing_in_finance: { action: 'adjust', owner: 'preparer' },
  missing_in_sales: { action: 'adjust', owner: 'preparer' },
  amount_differs: { action: 'adjust', owner: 'preparer' },
  date_differs: { action: 'carry_over', owner: 'preparer' },
  duplicate: { action: 'adjust', owner: 'preparer' },
  currency_differs: { action: 'adjust', owner: 'preparer' },
  customer_differs: { action: 'adjust', owner: 'preparer' },
  status_differs: { action: 'adjust', owner: 'preparer' },
  tax_differs: { action: 'adjust', owner: 'preparer' },
  fee_differs: { action: 'adjust', owner: 'preparer' },
  unapplied_receipt: { action: 'carry_over', owner: 'preparer' },
  overpaid: { action: 'carry_over', owner: 'preparer' },
  unbilled: { action: 'carry_over', owner: 'preparer' },
  billed_not_delivered: { action: 'carry_over', owner: 'preparer' },
};
