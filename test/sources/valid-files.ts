import { encode } from 'iconv-lite';
import { FILE_COLUMNS, type CsvKind } from '../../domain/file-columns';
import { isStandardKind, type StandardKind } from '../../domain/words';
import { fixture } from './collect';
import { BASE_HEADER, baseRow, einvoice, xmlOf, type MadeInvoice } from './invoices';
import { textRows, workbookOf } from './workbooks';
import { zipOf } from './zip';
import { zmFile, zmLine } from './zm';

const CELLS: Readonly<Record<string, string>> = {
  reference: 'SO-1',
  text: '红茶',
  date: '2026-10-05',
  instant: '2026-10-05 12:00:00',
  currency: 'CNY',
  amount: '10.00',
  base_amount: '10.00',
  decimal: '1',
  rate: '0.13',
};

/** One of our own tables with some rows. */
function tableOf(kind: CsvKind): Buffer {
  const { columns } = FILE_COLUMNS[kind];
  const row = (i: number): string =>
    columns
      .map(({ type, words, name }) => {
        if (words !== undefined) return Object.keys(words)[0] ?? '';
        if (name === 'fee_amount' || name === 'tax_amount' || name === 'credit') return '0.00';
        return type === 'reference' ? `SO-${i}` : (CELLS[type] ?? '');
      })
      .join(',');
  const rows = Array.from({ length: 5 }, (_, i) => row(i));
  return Buffer.from([columns.map(({ name }) => name).join(','), ...rows, ''].join('\n'));
}

function gbk(text: string): Buffer {
  return encode(text.replace(/\n/g, '\r\n'), 'gb18030');
}

const INVOICES: readonly MadeInvoice[] = ['26442000000012345671', '26442000000012345672'].map((number) => ({
  number,
  issued: '2026-10-05 12:00:00',
  lines: [['100.00', '13%', '13.00']],
}));

const THEIRS: Partial<Record<StandardKind, () => Buffer>> = {
  'alipay-trade': () =>
    zipOf([
      { name: '业务明细(汇总).csv', bytes: gbk(fixture('alipay-summary.csv')) },
      { name: '业务明细.csv', bytes: gbk(fixture('alipay-detail.csv')) },
    ]),
  'alipay-fund': () =>
    zipOf([
      { name: '账务明细(汇总).csv', bytes: gbk(fixture('alipay-fund-summary.csv')) },
      { name: '账务明细.csv', bytes: gbk(fixture('alipay-fund.csv')) },
    ]),
  'wechat-trade': () => Buffer.from(`\uFEFF${fixture('wechat-all.csv')}`),
  'wechat-fund': () => Buffer.from(`\uFEFF${fixture('wechat-fund.csv')}`),
  'unionpay-zm': () => zmFile(zmLine(), zmLine({ 9: '7', 30: '青禾' }), zmLine({ 9: '8' })),
  camt053: () => Buffer.from(fixture('camt053.xml')),
  mt940: () => Buffer.from(fixture('mt940.sta')),
  'kingdee-vouchers': () => gbk(fixture('kingdee.csv')),
  'einvoice-xml': () => Buffer.from(xmlOf(...INVOICES.map((made) => einvoice(made)))),
  'tax-bureau-xlsx': () =>
    workbookOf({ rows: textRows([BASE_HEADER, ...INVOICES.map((made) => baseRow(made, 1).map(String))]) }),
};

/** A file that its reader takes, where the tests of it have one in bytes. */
export function validFile(kind: string): Buffer | null {
  if (kind in FILE_COLUMNS) return tableOf(kind as CsvKind);
  return isStandardKind(kind) ? (THEIRS[kind]?.() ?? null) : null;
}
