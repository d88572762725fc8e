import { tableOf } from '../../../domain/profile-fields';
import { foldWord } from '../../../domain/profile-words';
import type { Draft } from './draft';

/** What acquirers call transactions, the special ones first. `skip`: no money moves. */
const TYPES: readonly (readonly [ours: string, words: RegExp])[] = [
  ['skip', /查询|签到|预授权(?!完成)|失败/],
  ['refund', /退货|退款|撤销|冲正|退/],
  ['payout', /结算|提现|出款|划款|划账/],
  ['fee', /手续费|服务费/],
  ['payment', /消费|支付|收款|扫码|付款|刷卡|交易|完成|主扫|被扫/],
];

/** 收单结算: an acquirer's settlement of POS and card payments. */
export function draftAcquirer(draft: Draft): void {
  draft.map('transaction_no');
  draft.map('merchant_reference');
  const [date, time] = [draft.one('date'), draft.one('time')];
  if (date !== undefined)
    draft.columns['occurred_at'] = time === undefined ? date.name : { date: date.name, time: time.name };
  draft.datesOf(date);
  draft.fillDown(date);
  types(draft);
  for (const ours of ['gross_amount', 'fee_amount', 'net_amount', 'payout_no', 'counterparty', 'currency'])
    draft.map(ours);
  draft.mapMany('description');
  draft.keyFrom(draft.one('transaction_no'));
  draft.rest['channel'] = 'card';
  const merchant = draft.one('merchant');
  const [number, ...others] = merchant?.words ?? [];
  if (merchant !== undefined && number !== undefined && others.length === 0)
    draft.rest['merchant'] = { from: merchant.name, number };
  draft.doubt(
    '渠道按 card（银行卡）；若是支付宝、微信等请改 channel',
    'the channel is taken for card; change it where the file is of another',
  );
}

function types(draft: Draft): void {
  const column = draft.one('type');
  if (column === undefined) {
    draft.columns['type'] = { value: 'payment' };
    draft.doubt(
      '没有交易类型列：全部按支付（payment）读取',
      'no column names the type: every row is read as a payment',
    );
    return;
  }
  draft.columns['type'] = column.name;
  const ours = tableOf('channel_transaction').columns.find(({ name }) => name === 'type')?.words ?? {};
  const usual = new Set(Object.entries(ours).flatMap(([word, names]) => [word, ...names].map(foldWord)));
  const words: Record<string, string> = {};
  const skipped: string[] = [];
  for (const word of column.words.filter((one) => !usual.has(foldWord(one)))) {
    const meant = TYPES.find(([, pattern]) => pattern.test(word))?.[0];
    if (meant === undefined)
      draft.doubt(
        `交易类型“${word}”不认识，这些行会被拒收；请在 words.type 中补上`,
        `the type "${word}" is not known and its rows are rejected: add it under words.type`,
      );
    else if (meant === 'skip') skipped.push(word);
    else words[word] = meant;
  }
  if (Object.keys(words).length > 0) draft.rest['words'] = { type: words };
  if (skipped.length === 0) return;
  draft.rest['skip'] = { where: column.name, words: skipped };
  draft.doubt(`不读取类型为 ${skipped.join('、')} 的行`, `rows of type ${skipped.join(', ')} are left out`);
}
