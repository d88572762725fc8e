import type { CompanySettings } from '../../domain/company';

/**
 * Whether a statement's account is one of the company's. Compared without spaces and hyphens; a statement may put the
 * bank's code before a slash (`50880050/0194774600`) or the currency behind the number (`NL26…890EUR`).
 * @returns true also where the company file names no banks: then nothing is known to compare with
 */
export function isCompanyAccount(account: string, currency: string, banks: CompanySettings['banks']): boolean {
  if (banks.length === 0) return true;
  const forms = formsOf(account, currency);
  return banks.some((bank) => forms.has(plain(bank.account)));
}

function formsOf(account: string, currency: string): Set<string> {
  const whole = plain(account);
  const forms = new Set([whole]);
  const slash = whole.lastIndexOf('/');
  if (slash > 0) forms.add(whole.slice(slash + 1));
  for (const form of [...forms]) {
    if (currency !== '' && form.endsWith(currency)) forms.add(form.slice(0, -currency.length));
  }
  return forms;
}

function plain(account: string): string {
  return account
    .normalize('NFKC')
    .replace(/[\s\p{Pd}]+/gu, '')
    .toUpperCase();
}
