import { NO_CELL } from '../bytes/line-scanner';
import { columnKey, Header } from '../wire/header';
import { missingColumns, wrongKind } from '../wire/refusal';

/** The columns of 全量发票查询导出 that we look into, each with the names it may have, the usual one first. */
export const COLUMNS = {
  digitalNo: ['数电发票号码', '数电票号码', '全电发票号码', '数电号码'],
  code: ['发票代码'],
  number: ['发票号码', '发票号'],
  sellerNo: ['销方识别号', '销方纳税人识别号', '销售方识别号', '销售方纳税人识别号', '销方税号'],
  sellerName: ['销方名称', '销售方名称', '销货方名称'],
  buyerNo: ['购方识别号', '购方纳税人识别号', '购买方识别号', '购买方纳税人识别号', '购方税号'],
  buyerName: ['购买方名称', '购方名称', '购货方名称'],
  issued: ['开票日期', '开票时间'],
  net: ['金额', '合计金额', '不含税金额'],
  tax: ['税额', '合计税额'],
  gross: ['价税合计', '价税合计金额', '含税金额'],
  status: ['发票状态'],
  positive: ['是否正数发票'],
  remark: ['备注'],
  goods: ['货物或应税劳务名称', '货物或应税劳务、服务名称', '货物名称', '项目名称'],
  rate: ['税率', '税率/征收率', '税率/征收率(%)'],
} as const satisfies Readonly<Record<string, readonly string[]>>;
export type Column = keyof typeof COLUMNS;

/** The relation's columns, for rows that are rejected after they were loaded. */
export const NAMED: Readonly<Record<string, Column>> = {
  issue_date: 'issued',
  net_amount: 'net',
  tax_amount: 'tax',
  gross_amount: 'gross',
};

/** Kept beside the row under their usual names, so that a remark is found whatever the export calls it. */
export const KEPT: readonly Column[] = ['code', 'sellerNo', 'sellerName', 'buyerNo', 'buyerName', 'status', 'remark'];

/** Only lines of goods have them; an invoice as a whole has not. */
export const LINE_COLUMNS: readonly string[] = [
  '税收分类编码',
  '特定业务类型',
  '规格型号',
  '单位',
  '数量',
  '单价',
  ...COLUMNS.goods,
  ...COLUMNS.rate,
];

const IGNORED = ['序号', '错误行', '错误列', '错误代码', '错误原因'];
const REQUIRED: readonly Column[] = ['issued', 'net', 'tax', 'gross'];
/** Titles and the query may stand above the header, not more. */
export const HEADER_WITHIN = 30;

/** The header of a table; it also knows where each column stands among the cells of a sheet. */
export class TableHeader extends Header<Column> {
  private readonly cells = this.cellPlaces;

  constructor(names: readonly string[]) {
    super(names, COLUMNS, IGNORED);
  }

  /** Where the column stands; undefined where the table lacks it. */
  placeOf(column: Column): number | undefined {
    const place = this.cells[column];
    return place === NO_CELL ? undefined : place;
  }
}

/** @returns the header that these cells are; null where they are a title. @throws FileRefused MISSING_COLUMN */
export function headerIn(cells: readonly string[], line: number): TableHeader | null {
  const header = new TableHeader(cells);
  const known = (Object.keys(COLUMNS) as Column[]).filter((column) => header.has(column));
  if (known.length < 3 || !(header.has('digitalNo') || header.has('number') || header.has('issued'))) return null;
  const missing = header.missing(REQUIRED).map((column) => COLUMNS[column][0]);
  if (!header.has('digitalNo') && !header.has('number')) missing.unshift(COLUMNS.digitalNo[0]);
  if (missing.length > 0) throw missingColumns(missing, line);
  return header;
}

/** Whether a row of the table is a line of goods rather than an invoice. */
export function isOfLines(header: TableHeader): boolean {
  return header.has('goods') || header.has('rate');
}

/** Whether a column tells only of a line of goods. */
export function isLineColumn(name: string): boolean {
  return LINE_COLUMNS.includes(columnKey(name));
}

export function noHeader(line: number): Error {
  return wrongKind(
    '没有找到发票表头（数电发票号码、开票日期、金额、税额、价税合计…），不是税务系统的“全量发票查询”导出。',
    'There is no invoice header (数电发票号码, 开票日期, 金额, 税额, 价税合计…): this is no export of 全量发票查询.',
    line,
  );
}
