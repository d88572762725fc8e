import { headerKey } from '../../../domain/file-columns';
import { tableOf } from '../../../domain/profile-fields';
import type { FactRelation } from '../../../domain/words';

/** What a column of a file can be for a proposal: a column of ours, or something that helps to read one. */
export interface Meaning {
  readonly name: string;
  /** Names it has in files, the likeliest first; width and spaces are folded before. */
  readonly names: readonly RegExp[];
  /** What its cells hold, where that tells it from others of like names. */
  readonly holds?: 'date' | 'amount';
  /** Several columns may have this meaning. */
  readonly isMany?: true;
}

const BANK: readonly Meaning[] = [
  {
    name: 'booked_on',
    names: [/^(交易|记账|入账|账务|过账|发生)日期?$/, /^(交易|记账|入账)(日期)?时间$/, /^日期$/],
    holds: 'date',
  },
  { name: 'value_on', names: [/^起息日期?$/], holds: 'date' },
  { name: 'debit', names: [/^(借方|支出|付款|付方|转出|支取|出账)(发生额|金额|额)?(\(.*\))?$/], holds: 'amount' },
  { name: 'credit', names: [/^(贷方|收入|收款|收方|转入|存入|入账|进账)(发生额|金额|额)?(\(.*\))?$/], holds: 'amount' },
  { name: 'amount', names: [/^(交易|发生)(金额|额)$/, /^金额$/], holds: 'amount' },
  { name: 'sign', names: [/^(借贷|收支|交易)(标志|方向|标识|类型)$/, /^(借\/?贷|收\/?支|方向)$/] },
  { name: 'balance', names: [/^(账户|本次|联机|当前|交易后)?余额$/], holds: 'amount' },
  {
    name: 'counterparty',
    names: [
      /^(对方|对手|交易对手|对方账户|对方单位|收\(付\)方|收付款人)(户名|名称|账户名|账户名称|单位名称|单位|名)$/,
      /^(付款人|收款人)(名称|户名)$/,
      /^(对手信息|交易对手|对方单位|对方账户)$/,
    ],
  },
  { name: 'description', names: [/^(交易|业务|客户)?(摘要|用途|附言|备注|说明)$/], isMany: true },
  {
    name: 'bank_reference',
    names: [/^(交易|银行|核心|主机|企业)?流水号$/, /流水号$/, /^(交易序号|交易号|回单编号|业务编号|业务流水)$/],
  },
  { name: 'account', names: [/^(本方|我方|查询)(账号|账户|卡号)$/, /^账号$/] },
  { name: 'currency', names: [/^(币种|币别|货币)$/] },
];

const ACQUIRER: readonly Meaning[] = [
  {
    name: 'transaction_no',
    names: [/^(系统|检索|交易)?参考号$/, /^(交易|平台|支付|渠道)?流水号$/, /^(平台|交易)?订单号$/, /^系统跟踪号$/],
  },
  { name: 'merchant_reference', names: [/^商户(订单号|单号|流水号)$/] },
  { name: 'date', names: [/^交易日期$/, /^(交易日期时间|交易时间)$/, /^日期$/], holds: 'date' },
  { name: 'time', names: [/^交易时间$/, /^时间$/] },
  { name: 'type', names: [/^(交易|业务)(类型|类别|名称)$/, /^类型$/] },
  { name: 'gross_amount', names: [/^(交易|消费)(金额|本金)$/, /^金额$/], holds: 'amount' },
  { name: 'fee_amount', names: [/^(商户|交易|应付)?手续费(金额)?$/], holds: 'amount' },
  { name: 'net_amount', names: [/^(结算|清算|入账|到账|应结|划账)(净)?(金额|额)$/, /^(商户)?净额$/], holds: 'amount' },
  { name: 'payout_no', names: [/^(结算|清算|划款)?批次号$/, /^(结算|出款)单号$/] },
  { name: 'merchant', names: [/^商户(号|编号|代码)$/] },
  { name: 'counterparty', names: [/^(交易)?卡号$/, /^付款账号$/] },
  { name: 'description', names: [/^(备注|摘要|商品名称|卡类型)$/], isMany: true },
  { name: 'currency', names: [/^(币种|币别|货币|交易币种)$/] },
];

const VOUCHERS: readonly Meaning[] = [
  { name: 'posting_date', names: [/^(制单|凭证|记账|过账|会计)日期$/, /^日期$/], holds: 'date' },
  { name: 'word', names: [/^凭证(类别|类型|字)$/, /^(类别|字)$/] },
  { name: 'number', names: [/^凭证字号$/, /^凭证(号|编号|号数|号码)$/, /^号$/] },
  { name: 'line_no', names: [/^(分录|行)(序号|号)$/] },
  { name: 'account', names: [/^(会计)?科目(编码|代码|编号|号)$/, /^(会计)?科目$/] },
  { name: 'debit', names: [/^(本币|本位币|原币)?借方(金额|发生额|本币)?$/], holds: 'amount' },
  { name: 'credit', names: [/^(本币|本位币|原币)?贷方(金额|发生额|本币)?$/], holds: 'amount' },
  { name: 'amount', names: [/^(发生额|金额|本币金额)$/], holds: 'amount' },
  { name: 'sign', names: [/^(借贷)?方向$/, /^借\/?贷$/] },
  { name: 'customer', names: [/^客户(编号|编码|代码)$/, /^(辅助核算|核算项目|辅助项|往来单位|客户)$/] },
  { name: 'reference', names: [/^(参考信息|业务单号|单据号|结算号|票据号|票号|往来业务编号)$/] },
  { name: 'description', names: [/^(凭证)?摘要$/], isMany: true },
  { name: 'currency', names: [/^(币种|币别)(代码|名称)?$/] },
];

const OWN: Partial<Record<FactRelation, readonly Meaning[]>> = {
  bank_entry: BANK,
  channel_transaction: ACQUIRER,
  ledger_entry: VOUCHERS,
};

/** What the columns of a file can mean for a relation; of those without a dictionary, our own names. */
export function meaningsOf(relation: FactRelation): readonly Meaning[] {
  return (
    OWN[relation] ??
    tableOf(relation).columns.map(({ name, chinese }) => ({
      name,
      names: [name, ...chinese].map((one) => new RegExp(`^${headerKey(one)}$`)),
    }))
  );
}
