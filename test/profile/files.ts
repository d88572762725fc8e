import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import iconv from 'iconv-lite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ZipFile } from 'yazl';

/** A bank's CSV of its own making: titles, money out and in, thousands separators, a total row, remarks. */
export const ICBC = `中国工商银行 账户明细清单
账号：6222 0210 0112 2334 455,户名：青禾商贸有限公司,币种：人民币
起始日期：2026-10-01,截止日期：2026-10-31

序号,交易日期,交易时间,借方发生额(支取),贷方发生额(收入),余额,对方户名,对方账号,摘要,用途,交易流水号,
1,20261005,093015,,"12,345.60","112,345.60",河北春生贸易有限公司,="6217001234567890123",转账,货款 SO202610-0000012,="0001202610050001",
2,20261006,153000,"1,000.00",,"111,345.60",支付宝（中国）网络技术有限公司,="0123",手续费,,="0001202610060002",
3,20261007,80501,0.00,88.00,"111,433.60",,,利息,,="0001202610070003",
合计,,,"1,000.00","12,433.60",,,,,,,
本清单仅供参考，打印时间：2026-11-01 09:00:00
`;

/** Tabs, UTF-16, one column of amounts with a sign column, newest first. */
export const BOC_LINES = [
  [
    '交易日期',
    '交易时间',
    '借贷标志',
    '交易金额',
    '币种',
    '账户余额',
    '对方账户名称',
    '对方账号',
    '交易附言',
    '交易流水号',
    '本方账号',
  ],
  [
    '2026/10/9',
    '10:20:30',
    '借',
    '２００．００',
    '人民币',
    '1,300.50',
    '电力公司',
    '1001',
    '电费 十月',
    'BOC0003',
    '4563510100888888888',
  ],
  [
    '2026/10/8',
    '09:00:00',
    '贷',
    '500.50',
    '人民币',
    '1,500.50',
    '刘一',
    '1002',
    '订单 SO202610-0000007',
    'BOC0002',
    '4563510100888888888',
  ],
  [
    '2026/10/7',
    '08:59:59',
    '贷',
    '￥1,000.00',
    '人民币',
    '1,000.00',
    '王二',
    '1003',
    '',
    'BOC0001',
    '4563510100888888888',
  ],
];

/** Semicolons, GB18030, signed amounts, equal rows without a number of their own, a row of another month. */
export const CMB = `招商银行交易流水;;;;
卡号:6214 8310 0000 1234 ;;;;
记账日期;货币;交易金额;联机余额;交易摘要;对手信息
2026年9月30日;人民币;-10.00;990.00;消费;便利店
2026年10月1日;人民币;+60.00;1,050.00;转入;张三
2026年10月1日;人民币;+60.00;1,110.00;转入;张三
2026年10月2日;人民币;(10.00);1,100.00;消费;便利店
`;

/** An acquirer's settlement: refunds without sign, fee and net given, a balance enquiry that is no transaction. */
export const ACQUIRER = `商户结算明细表
商户名称：青禾商贸,结算周期：2026-10-01 至 2026-10-31
商户号,终端号,交易日期,交易时间,卡号,卡类型,交易类型,交易金额,手续费,结算金额,参考号,授权码,结算日期
898110012340001,10012345,20261003,101530,622202******4455,借记卡,消费,500.00,3.00,497.00,100000000001,,20261004
898110012340001,10012345,20261003,101731,622202******4456,贷记卡,消费,"1,200.00",7.20,"1,192.80",100000000002,123456,20261004
898110012340001,10012345,20261004,90000,622202******4455,借记卡,退货,500.00,3.00,497.00,100000000003,,20261005
898110012340001,10012346,20261005,110000,622202******9999,贷记卡,消费撤销,-80.00,-0.48,-79.52,100000000004,,20261006
小计,,,,,,,"1,120.00",6.72,"1,113.28",,,
合计,,,,,,,"1,120.00",6.72,"1,113.28",,,
`;

/** A voucher sheet: blank cells repeat the row above, totals under each page, a customer among the dimensions. */
export const VOUCHER_ROWS = [
  ['制单日期', '凭证类别', '凭证号', '摘要', '科目编码', '科目名称', '辅助核算', '借方金额', '贷方金额', '制单人'],
  [
    '2026-10-08',
    '记',
    '12',
    '销售 SO202610-0000012',
    '1122',
    '应收账款',
    '客户---C001---河北春生',
    '12,345.60',
    '',
    '李会计',
  ],
  ['', '', '', '销售 SO202610-0000012', '6001', '主营业务收入', '', '', '10,925.31', ''],
  ['', '', '', '销项税', '222101', '应交税费', '', '', '1,420.29', ''],
  ['2026-10-09', '记', '13', '冲红', '1122', '应收账款', '客户---C002---刘一', '-100.00', '', '李会计'],
  ['', '', '', '冲红', '6001', '主营业务收入', '', '', '-100.00', ''],
  ['合计', '', '', '', '', '', '', '12,245.60', '12,245.60', ''],
];

export function asCsv(rows: readonly (readonly string[])[], separator = ','): string {
  const cell = (text: string): string =>
    text.includes(separator) || text.includes('"') ? `"${text.replaceAll('"', '""')}"` : text;
  return rows.map((row) => `${row.map(cell).join(separator)}\r\n`).join('');
}

export function gb18030(text: string): Buffer {
  return iconv.encode(text, 'gb18030');
}

export function utf16(text: string): Buffer {
  return Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
}

/** A number, a date cell, text, or nothing. */
export type Cell = string | number | { readonly serial: number; readonly style: 'day' | 'time' } | null;

/**
 * A workbook of these sheets; merged cells have their value in the first one, as spreadsheets write them.
 * @param far cells of each sheet by their place
 */
export async function workbook(
  sheets: Readonly<Record<string, readonly (readonly Cell[])[]>>,
  far: Readonly<Record<string, number>> = {},
): Promise<Buffer> {
  const zip = new ZipFile();
  const add = (name: string, xml: string): void =>
    zip.addBuffer(Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>${xml}`), name);
  const names = Object.keys(sheets);
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const packages = 'http://schemas.openxmlformats.org/package/2006';
  add(
    '[Content_Types].xml',
    `<Types xmlns="${packages}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>`,
  );
  add(
    '_rels/.rels',
    `<Relationships xmlns="${packages}/relationships"><Relationship Id="r1" Type="${relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  );
  add(
    'xl/workbook.xml',
    `<workbook xmlns="${main}" xmlns:r="${relations}"><sheets>${names.map((name, i) => `<sheet name="${name}" sheetId="${i + 1}" r:id="r${i + 1}"/>`).join('')}</sheets></workbook>`,
  );
  add(
    'xl/_rels/workbook.xml.rels',
    `<Relationships xmlns="${packages}/relationships">${names.map((_, i) => `<Relationship Id="r${i + 1}" Type="${relations}/worksheet" Target="worksheets/sheet${i + 1}.xml"/>`).join('')}<Relationship Id="r99" Type="${relations}/styles" Target="styles.xml"/></Relationships>`,
  );
  add(
    'xl/styles.xml',
    `<styleSheet xmlns="${main}"><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/><xf numFmtId="21" applyNumberFormat="1"/></cellXfs></styleSheet>`,
  );
  names.forEach((name, i) => add(`xl/worksheets/sheet${i + 1}.xml`, sheetXml(main, sheets[name]!, far)));
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function sheetXml(main: string, rows: readonly (readonly Cell[])[], far: Readonly<Record<string, number>>): string {
  const cell = (value: Cell, at: string): string => {
    if (value === null || value === '') return '';
    if (typeof value === 'number') return `<c r="${at}"><v>${value}</v></c>`;
    if (typeof value === 'object')
      return `<c r="${at}" s="${value.style === 'day' ? 1 : 2}"><v>${value.serial}</v></c>`;
    const text = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
    return `<c r="${at}" t="inlineStr"><is><t xml:space="preserve">${text}</t></is></c>`;
  };
  const data = rows.map(
    (row, r) => `<row r="${r + 1}">${row.map((value, c) => cell(value, `${columnName(c)}${r + 1}`)).join('')}</row>`,
  );
  const beyond = Object.entries(far).map(([at, value]) => `<row r="${/\d+/.exec(at)![0]}">${cell(value, at)}</row>`);
  return `<worksheet xmlns="${main}"><sheetData>${data.join('')}${beyond.join('')}</sheetData></worksheet>`;
}

function columnName(index: number): string {
  return index < 26
    ? String.fromCharCode(65 + index)
    : `${columnName(Math.floor(index / 26) - 1)}${columnName(index % 26)}`;
}

/** Bytes as a file for as long as `use` takes. */
export async function asFile<T>(bytes: Buffer | string, use: (path: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'profile-'));
  try {
    const path = join(folder, 'file');
    writeFileSync(path, bytes);
    return await use(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
