import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import writeXlsx from 'write-excel-file/node';

export const OUR_TAX_NO = '91330108MA2B0XYZ1K';
export const OUR_NAME = '青禾商贸有限公司';

/** An invoice as both files tell it, amounts in yuan. */
export interface MadeInvoice {
  readonly number: string;
  readonly issued: string;
  readonly seller?: { readonly taxNo: string; readonly name: string };
  readonly buyer?: { readonly taxNo: string; readonly name: string };
  /** net, rate, tax */
  readonly lines: readonly (readonly [string, string, string])[];
  readonly remark?: string;
  readonly status?: string;
}

export const fen = (yuan: string): bigint => BigInt(yuan.replace('.', ''));
export function yuan(amount: bigint): string {
  const digits = String(amount < 0n ? -amount : amount).padStart(3, '0');
  return `${amount < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

export function amountsOf({ lines }: MadeInvoice): { net: string; tax: string; gross: string } {
  const sum = (place: 0 | 2): bigint => lines.reduce((all, line) => all + fen(line[place]), 0n);
  return { net: yuan(sum(0)), tax: yuan(sum(2)), gross: yuan(sum(0) + sum(2)) };
}

const ours = { taxNo: OUR_TAX_NO, name: OUR_NAME };
const BUYER = { taxNo: '91330106MA2C1ABC3D', name: '杭州信<安>科技有限公司' };
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** The invoice as 数电票 XML, with an `EInvoice` as root. */
export function einvoice(made: MadeInvoice, prefix = ''): string {
  const { net, tax, gross } = amountsOf(made);
  const [p, seller, buyer] = [prefix, made.seller ?? ours, made.buyer ?? BUYER];
  const tag = (name: string, inner: string): string => `<${p}${name}>${inner}</${p}${name}>\n`;
  const items = made.lines.map(([amount, rate, lineTax]) =>
    tag(
      'IssuItemInformation',
      tag('ItemName', '*茶叶*龙井') + tag('Amount', amount) + tag('TaxRate', rate) + tag('ComTaxAm', lineTax),
    ),
  );
  const label = tag('InherentLabel', tag('InIssuType', tag('LabelCode', net.startsWith('-') ? 'N' : 'Y')));
  const data = [
    tag('SellerInformation', tag('SellerIdNum', seller.taxNo) + tag('SellerName', seller.name)),
    tag('BuyerInformation', tag('BuyerIdNum', buyer.taxNo) + tag('BuyerName', escaped(buyer.name))),
    tag(
      'BasicInformation',
      tag('TotalAmWithoutTax', net) +
        tag('TotalTaxAm', tax) +
        tag('TotalTax-includedAmount', gross) +
        tag('RequestTime', made.issued),
    ),
    ...items,
    made.remark === undefined ? '' : tag('AdditionalInformation', tag('Remark', escaped(made.remark))),
  ];
  const supervision = tag('InvoiceNumber', made.number) + tag('IssueTime', made.issued);
  return (
    `<${p}EInvoice${p === '' ? '' : ` xmlns:${p.slice(0, -1)}="http://example.invalid/einvoice"`}>\n` +
    tag('Header', tag('EIid', made.number) + tag('EInvoiceTag', 'SWEI3200') + tag('Version', '0.2') + label) +
    tag('EInvoiceData', data.join('')) +
    tag('TaxSupervisionInfo', supervision) +
    `</${p}EInvoice>`
  );
}

export const xmlOf = (...invoices: string[]): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${invoices.length === 1 ? invoices[0] : `<EInvoices>${invoices.join('\n')}</EInvoices>`}`;

export const BASE_HEADER =
  '序号,发票代码,发票号码,数电发票号码,销方识别号,销方名称,购方识别号,购买方名称,开票日期,金额,税额,价税合计,发票来源,发票票种,发票状态,是否正数发票,发票风险等级,开票人,备注'.split(
    ',',
  );
export const LINE_HEADER =
  '序号,发票代码,发票号码,数电发票号码,销方识别号,销方名称,购方识别号,购买方名称,开票日期,税收分类编码,特定业务类型,货物或应税劳务名称,规格型号,单位,数量,单价,金额,税率,税额,价税合计,发票来源,发票票种,发票状态,是否正数发票,发票风险等级,开票人,备注'.split(
    ',',
  );

export type Cell = string | number | Date | { readonly formula: string };

/** The invoice's row of 发票基础信息; amounts as numbers, as the tax bureau writes them. */
export function baseRow(made: MadeInvoice, place: number): Cell[] {
  const { net, tax, gross } = amountsOf(made);
  return row(made, place, [net, tax, gross], []);
}

/** The invoice's rows of 信息汇总表. */
export function lineRows(made: MadeInvoice, place: number): Cell[][] {
  return made.lines.map(([net, rate, tax]) =>
    row(
      made,
      place,
      [net, tax, yuan(fen(net) + fen(tax))],
      ['1030201', '', '*茶叶*龙井', '250g', '盒', '1', net],
      rate,
    ),
  );
}

function row(made: MadeInvoice, place: number, amounts: string[], goods: string[], rate?: string): Cell[] {
  const [seller, buyer] = [made.seller ?? ours, made.buyer ?? BUYER];
  const [net, tax, gross] = amounts.map(Number) as [number, number, number];
  const money = rate === undefined ? [net, tax, gross] : [net, rate, tax, gross];
  return [
    String(place),
    '',
    '',
    made.number,
    seller.taxNo,
    seller.name,
    buyer.taxNo,
    buyer.name,
    made.issued,
    ...goods,
    ...money,
    '电子发票服务平台',
    '数电票（普通发票）',
    made.status ?? '正常',
    net < 0 ? '否' : '是',
    '正常',
    '周敏',
    made.remark ?? '',
  ];
}

/** An XLSX workbook of these sheets. */
export async function workbookOf(sheets: Readonly<Record<string, readonly (readonly Cell[])[]>>): Promise<Buffer> {
  const cell = (value: Cell): object | null => {
    if (value === '') return null;
    if (value instanceof Date) return { value, type: Date, format: 'yyyy/mm/dd' };
    if (typeof value === 'number') return { value, type: Number };
    if (typeof value === 'object') return { value: value.formula, type: 'Formula' };
    return { value, type: String };
  };
  const data = Object.values(sheets).map((rows) => rows.map((cells) => cells.map(cell)));
  const folder = mkdtempSync(join(tmpdir(), 'invoices-'));
  try {
    const path = join(folder, 'book.xlsx');
    const made = Object.keys(sheets).map((sheet, i) => ({ sheet, data: data[i] }));
    await (writeXlsx as unknown as (sheets: unknown) => { toFile(path: string): Promise<void> })(made).toFile(path);
    return readFileSync(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
