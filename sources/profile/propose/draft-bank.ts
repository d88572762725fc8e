import { titleValue } from '../layout';
import type { Draft } from './draft';

/** What statements call the account above their table. */
const ACCOUNT_LABELS = ['账号', '账户', '卡号', '账户号', '帐号', '本方账号', '查询账号', '户口号码'];

/** 银行流水: a bank's statement. */
export function draftBank(draft: Draft): void {
  draft.map('booked_on');
  draft.map('value_on');
  draft.datesOf(draft.one('booked_on'));
  draft.fillDown(draft.one('booked_on'));
  draft.movement('amount');
  for (const ours of ['bank_reference', 'counterparty', 'currency']) draft.map(ours);
  draft.mapMany('description');
  draft.keyFrom(draft.one('bank_reference'));
  const balance = draft.one('balance');
  if (balance !== undefined && !balance.isEmpty) draft.rest['balance'] = balance.name;
  account(draft);
}

function account(draft: Draft): void {
  const { titles } = draft.table;
  const label = ACCOUNT_LABELS.find((one) => titleValue(titles, one) !== '');
  if (draft.one('account') !== undefined) draft.map('account');
  else if (label !== undefined) draft.columns['account'] = { above: label };
  else
    draft.doubt(
      '文件没有写明账号；请加上 account: "账号"，否则以映射文件名代替，且不核对账号',
      'the file does not name its account: add account: "…", or the entries stand under the name of the profile and no account is checked',
    );
  if (draft.one('currency') === undefined && titleValue(titles, '币种') !== '')
    draft.columns['currency'] = { above: '币种' };
}
