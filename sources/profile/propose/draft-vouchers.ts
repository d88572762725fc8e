import { customerOf } from '../../kingdee/customer';
import type { Draft } from './draft';

const DEBIT = ['借', '借方', 'D', 'DR'];
const CREDIT = ['贷', '贷方', 'C', 'CR'];

/** 凭证: a voucher sheet of Yonyou, Kingdee and the like. */
export function draftVouchers(draft: Draft): void {
  const [date, word, number] = [draft.one('posting_date'), draft.one('word'), draft.one('number')];
  draft.map('posting_date');
  draft.datesOf(date);
  for (const column of [date, word, number]) draft.fillDown(column);
  if (word !== undefined && number !== undefined)
    draft.columns['entry_no'] = { join: [word.name, number.name], with: '-' };
  else draft.map('entry_no', 'number');
  for (const ours of ['line_no', 'account', 'reference', 'currency']) draft.map(ours);
  draft.mapMany('description');
  sides(draft);
  customer(draft);
}

function sides(draft: Draft): void {
  const [amount, sign] = [draft.one('amount'), draft.one('sign')];
  if (draft.one('debit') !== undefined && draft.one('credit') !== undefined) {
    draft.map('debit');
    draft.map('credit');
  } else if (amount !== undefined && sign !== undefined) {
    draft.columns['debit'] = { from: amount.name, when: { column: sign.name, words: DEBIT } };
    draft.columns['credit'] = { from: amount.name, when: { column: sign.name, words: CREDIT } };
  }
}

function customer(draft: Draft): void {
  const column = draft.one('customer');
  if (column === undefined) {
    draft.doubt(
      '没有客户或辅助核算列：客户往来无法按客户核对',
      'no column names the customer: balances per customer cannot be compared',
    );
    return;
  }
  const isDimension = column.filled.some((cell) => customerOf(cell) !== '');
  if (isDimension) draft.columns['customer_no'] = { dimension: column.name };
  else if (/编号|编码|代码/.test(column.name)) draft.columns['customer_no'] = column.name;
  else if (!column.isEmpty)
    draft.doubt(
      `“${column.name}”（如 ${column.filled[0] ?? ''}）中认不出客户编号，没有映射 customer_no`,
      `no customer number is told in ${column.name} (such as ${column.filled[0] ?? ''}); customer_no is not mapped`,
    );
}
