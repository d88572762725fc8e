import type { CompanySettings } from '../../domain/company';
import { FileRefused } from '../reader';

/** Tells the company's own invoices from those it received, where the company file says its tax number. */
export class Sellers {
  private ours = 0;
  private others = 0;
  private otherSeller = '';

  constructor(private readonly company: CompanySettings) {}

  /** Whether the company sold. A seller without tax number is known by name. */
  isCompany(taxNo: string, name: string): boolean {
    if (this.company.taxNo === undefined) return true;
    const isOurs = taxNo === '' ? plain(name) === plain(this.company.name) : plain(taxNo) === plain(this.company.taxNo);
    if (isOurs) this.ours += 1;
    else this.others += 1;
    if (!isOurs && this.otherSeller === '') this.otherSeller = [taxNo, name].filter((text) => text !== '').join(' ');
    return isOurs;
  }

  /** @throws FileRefused WRONG_SELLER: not one invoice is the company's */
  finish(): void {
    const { ours, others, otherSeller, company } = this;
    if (ours > 0 || others === 0) return;
    throw new FileRefused(
      'WRONG_SELLER',
      {
        zh: `没有一张发票的销售方是本公司（公司文件 taxNo：${company.taxNo ?? ''}），例如销售方 ${otherSeller || '为空'}。请导出本公司开具的发票，或核对 taxNo。`,
        en: `Not one invoice was issued by this company (taxNo ${company.taxNo ?? ''} in its file); one seller is ${otherSeller || 'not named'}. Export the invoices it issued, or check taxNo.`,
      },
      { value: otherSeller },
    );
  }
}

function plain(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\s\p{Pd}]+/gu, '')
    .toUpperCase();
}
