import type { Json } from './sign-in';

const option = (value: string, label: string): Json => ({ value, label });

const CODED: Readonly<Record<string, readonly Json[]>> = {
  order_status: [
    option('6', '确认中'),
    option('7', '已确认'),
    option('10', '已发货'),
    option('11', '已收货'),
    option('99', '已作废'),
    option('77', '挂起'),
  ],
  payment_term: [option('1', '支付宝'), option('2', '微信支付'), option('3', '银行转账'), option('4', '现金')],
  refunded_method: [option('3', '银行转账')],
};

const LABELS: Readonly<Record<string, string>> = {
  name: '编号',
  account_id: '客户名称',
  order_time: '下单日期',
  order_amount: '销售订单金额（元）',
  order_status: '订单状态',
  payment_time: '回款日期',
  payment_amount: '本次回款总金额',
  payment_term: '回款方式',
};

/** What `describe` says of an object: its standard fields, and what the company added. */
export function describeOf(record: Json | null, custom: Readonly<Record<string, string>>): Json {
  const standard = Object.keys(record ?? {}).filter((name) => !name.endsWith('__r'));
  const fields = [...new Set([...standard, 'remark', 'mc_currency'])].map((name) => [
    name,
    {
      api_name: name,
      label: LABELS[name] ?? name,
      type: CODED[name] ? 'select_one' : 'text',
      is_required: name === 'name',
      ...(CODED[name] ? { options: CODED[name] } : {}),
    },
  ]);
  const added = Object.entries(custom).map(([name, label]) => [name, { api_name: name, label, type: 'text' }]);
  return { describe: { fields: Object.fromEntries([...fields, ...added]) as Json } };
}
