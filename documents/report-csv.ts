import { AGEING_BUCKETS } from '../domain/ageing';
import { csvRecord } from '../domain/csv-text';
import type { ReceivableRow } from '../domain/report-model';
import { visible } from './escape';

/** With it Excel takes the file for UTF-8. */
const BYTE_ORDER_MARK = '\ufeff';

const COLUMNS = [
  '客户 customer_no',
  '名称 customer_name',
  '币种 currency',
  '期初 opening',
  '销售 sales',
  '退货 returns',
  '收款 receipts',
  '调整 adjustments',
  '期末 closing',
  ...AGEING_BUCKETS.map(({ name }) => `${name.zh} ${name.en}`),
  '预收 credit',
];

/** Lines are handed on in pieces of about this many characters, so that a long list is not a write a line. */
const CHUNK_LENGTH = 65_536;

/**
 * The report's CSV: every customer's balance of the month with its ages, one line each, as a stream of chunks. Texts that a
 * spreadsheet could run are made safe, numbers stay numbers.
 */
export async function* renderReportCsv(customers: AsyncIterable<ReceivableRow>): AsyncGenerator<string> {
  let chunk = BYTE_ORDER_MARK + csvRecord(COLUMNS);
  for await (const row of customers) {
    chunk += lineOf(row);
    if (chunk.length < CHUNK_LENGTH) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}

function lineOf(row: ReceivableRow): string {
  return csvRecord([
    visible(row.customerNo),
    visible(row.customerName ?? ''),
    row.currency,
    row.opening,
    row.sales,
    row.returns,
    row.receipts,
    row.adjustments,
    row.closing,
    ...row.buckets,
    row.credit,
  ]);
}
