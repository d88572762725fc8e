import type { Elements } from '../camt053/elements';
import type { Reading } from '../text';
import type { Memo } from '../text/memo';
import { LineSums, isTaxOff } from '../wire/invoice-lines';
import { invoiceAmount, invoiceTax, type AmountNames, type InvoiceAmounts, type InvoiceRow } from '../wire/invoice-row';
import { missingValue, RowRejection, unreadableCell } from '../wire/rejection';

const DATA = 'EInvoiceData';
const BASIC = `${DATA}/BasicInformation`;
const SELLER = `${DATA}/SellerInformation`;
const BUYER = `${DATA}/BuyerInformation`;
const NUMBERS = ['Header/EIid', 'TaxSupervisionInfo/InvoiceNumber'];
const ISSUED = ['TaxSupervisionInfo/IssueTime', `${BASIC}/RequestTime`];
/** Where 备注 may stand; versions differ. */
const REMARKS = [
  'AdditionalInformation/Remark',
  'AdditionalInformation/Note',
  'BasicInformation/Remark',
  'Remark',
  'Note',
];
const ISSUE_TYPE = 'Header/InherentLabel/InIssuType/LabelCode';

export const AMOUNT_PATHS: AmountNames = {
  net: `${BASIC}/TotalAmWithoutTax`,
  tax: `${BASIC}/TotalTaxAm`,
  gross: `${BASIC}/TotalTax-includedAmount`,
};

/** What is kept beside the row, by the names the tax bureau's own export uses. */
const KEPT: Readonly<Record<string, readonly string[]>> = {
  销方识别号: [`${SELLER}/SellerIdNum`],
  销方名称: [`${SELLER}/SellerName`],
  购方识别号: [`${BUYER}/BuyerIdNum`],
  购买方名称: [`${BUYER}/BuyerName`],
  发票票种: ['Header/InherentLabel/GeneralOrSpecialVAT/LabelName', 'Header/InherentLabel/EInvoiceType/LabelName'],
  开票人: [`${BASIC}/Drawer`],
};

/** The items of an invoice as they pass. */
export class Items {
  readonly sums = new LineSums();
  taxOff = 0;
  /** The first of them that cannot be read. */
  fault: RowRejection | null = null;

  add(item: Elements): void {
    try {
      const net = invoiceAmount('Amount', item.first('Amount'));
      const tax = invoiceTax('ComTaxAm', item.first('ComTaxAm'));
      this.sums.add(net, tax);
      if (isTaxOff(net, item.first('TaxRate'), tax)) this.taxOff += 1;
    } catch (cause) {
      if (!(cause instanceof RowRejection)) throw cause;
      this.fault ??= cause;
    }
  }
}

/** @throws RowRejection */
export function readInvoice(elements: Elements, items: Items, days: Memo<Reading<string>>): InvoiceRow {
  const amounts = readAmounts(elements);
  checkItems(items, amounts);
  const remark = remarkOf(elements);
  return {
    invoiceNo: numberOf(elements),
    issueDate: issueDate(elements, days),
    amounts,
    isRed: isRed(elements),
    remark,
    extra: extraOf(elements, remark),
  };
}

export function sellerOf(elements: Elements): { readonly taxNo: string; readonly name: string } {
  return { taxNo: elements.first(`${SELLER}/SellerIdNum`), name: elements.first(`${SELLER}/SellerName`) };
}

function readAmounts(elements: Elements): InvoiceAmounts {
  return {
    net: invoiceAmount(AMOUNT_PATHS.net, elements.first(AMOUNT_PATHS.net)),
    tax: invoiceTax(AMOUNT_PATHS.tax, elements.first(AMOUNT_PATHS.tax)),
    gross: invoiceAmount(AMOUNT_PATHS.gross, elements.first(AMOUNT_PATHS.gross)),
  };
}

function checkItems({ fault, sums }: Items, amounts: InvoiceAmounts): void {
  if (fault !== null) throw fault;
  if (sums.lines === 0 || sums.isTotalOf(amounts)) return;
  const { net, tax } = sums.amounts;
  throw new RowRejection(AMOUNT_PATHS.net, amounts.net, 'LINES_DIFFER', {
    zh: `明细合计金额 ${net}、税额 ${tax}，发票写明金额 ${amounts.net}、税额 ${amounts.tax}。文件被改动过，请重新下载。`,
    en: `The lines make an amount of ${net} and tax of ${tax}; the invoice says ${amounts.net} and ${amounts.tax}. The file was changed: download it again.`,
  });
}

/** The number stands twice; both must be the same 20 digits. */
function numberOf(elements: Elements): string {
  const stated = NUMBERS.flatMap((path) => elements.all(path));
  const [number, ...others] = new Set(stated);
  const column = NUMBERS[0] ?? '';
  if (number === undefined) throw missingValue(column);
  if (others.length > 0 || !/^\d{20}$/.test(number)) throw badNumber(column, [number, ...others].join(' '));
  return number;
}

function issueDate(elements: Elements, days: Memo<Reading<string>>): string {
  const column = ISSUED.find((path) => elements.first(path) !== '');
  if (column === undefined) throw missingValue(ISSUED[0] ?? '');
  const text = elements.first(column);
  const day = days.of(text);
  if (!day.ok) throw unreadableCell(column, text, day);
  return day.value;
}

/** Y is a blue invoice, N a red one. */
function isRed(elements: Elements): boolean | null {
  const code = elements.first(ISSUE_TYPE).toUpperCase();
  if (code === 'Y') return false;
  return code === 'N' ? true : null;
}

/** 备注; where no element is called so, all texts of `AdditionalInformation`. */
function remarkOf(elements: Elements): string {
  const named = elements.first(...REMARKS.map((path) => `${DATA}/${path}`));
  if (named !== '') return named;
  const others = Object.entries(elements.record()).filter(([path]) => path.startsWith(`${DATA}/AdditionalInformation`));
  return others.map(([, text]) => text).join(' ');
}

function extraOf(elements: Elements, remark: string): Record<string, string> {
  const extra: Record<string, string> = {};
  for (const [name, paths] of Object.entries(KEPT)) {
    const text = elements.first(...paths);
    if (text !== '') extra[name] = text;
  }
  return remark === '' ? extra : { ...extra, 备注: remark };
}

function badNumber(column: string, value: string): RowRejection {
  return new RowRejection(column, value.slice(0, 200), 'BAD_REFERENCE', {
    zh: `“${value.slice(0, 60)}”不是数电票号码：应为 20 位数字，且 EIid 与 InvoiceNumber 相同。请从税务系统重新下载。`,
    en: `"${value.slice(0, 60)}" is no 数电票 number: 20 digits, the same in EIid and InvoiceNumber. Download it again.`,
  });
}
