import { formatAmount, type MoneyString } from '../money';
import type { Bilingual, FactRelation } from '../words';

/** One accepted row with everything its file said, by column name; amounts and days as text. */
export interface FactRow {
  readonly id: string;
  readonly relation: FactRelation;
  readonly values: Readonly<Record<string, string | null>>;
  /** Columns of the file that have no meaning here. */
  readonly extra: Readonly<Record<string, unknown>> | null;
}

/** A field of a record as a person reads it. */
export interface RecordField {
  readonly name: string;
  readonly label: Bilingual;
  readonly value: string | null;
}

/** The business columns of each relation in the order a clerk reads them. */
export const FACT_COLUMNS: Readonly<Record<FactRelation, readonly string[]>> = {
  sales_order: [
    'order_no',
    'customer_no',
    'customer_name',
    'order_date',
    'currency',
    'gross_amount',
    'tax_amount',
    'status',
    'salesperson',
    'region',
  ],
  order_line: [
    'order_no',
    'line_no',
    'product_no',
    'product_name',
    'quantity',
    'unit_price',
    'discount_amount',
    'tax_rate',
    'gross_amount',
  ],
  sales_return: ['return_no', 'order_no', 'customer_no', 'return_date', 'currency', 'gross_amount', 'reason'],
  receipt: [
    'receipt_no',
    'order_no',
    'customer_no',
    'received_on',
    'received_at',
    'method',
    'currency',
    'amount',
    'channel_reference',
    'description',
    'counterparty',
  ],
  invoice: [
    'invoice_no',
    'order_no',
    'customer_no',
    'issue_date',
    'currency',
    'net_amount',
    'tax_amount',
    'gross_amount',
    'kind',
    'original_invoice_no',
  ],
  ledger_entry: [
    'entry_no',
    'line_no',
    'posting_date',
    'account',
    'customer_no',
    'reference',
    'description',
    'currency',
    'debit',
    'credit',
    'exchange_rate',
    'base_debit',
    'base_credit',
  ],
  channel_transaction: [
    'transaction_no',
    'merchant_reference',
    'occurred_on',
    'occurred_at',
    'type',
    'currency',
    'gross_amount',
    'fee_amount',
    'net_amount',
    'payout_no',
    'description',
    'counterparty',
  ],
  bank_entry: [
    'bank_reference',
    'end_to_end',
    'account',
    'booked_on',
    'value_on',
    'currency',
    'amount',
    'description',
    'counterparty',
  ],
  opening_balance: ['customer_no', 'currency', 'sales_amount', 'ledger_amount'],
};

const label = (zh: string, en: string): Bilingual => ({ zh, en });

const LABELS: Readonly<Record<string, Bilingual>> = {
  account: label('科目或账户', 'account'),
  amount: label('金额', 'amount'),
  bank_reference: label('银行流水号', 'bank reference'),
  base_credit: label('本位币贷方', 'base credit'),
  base_debit: label('本位币借方', 'base debit'),
  booked_on: label('记账日', 'booked on'),
  channel_reference: label('渠道单号', 'channel reference'),
  counterparty: label('对方', 'counterparty'),
  credit: label('贷方', 'credit'),
  currency: label('币种', 'currency'),
  customer_name: label('客户名称', 'customer name'),
  customer_no: label('客户', 'customer'),
  debit: label('借方', 'debit'),
  description: label('摘要', 'description'),
  discount_amount: label('折扣', 'discount'),
  end_to_end: label('付款方附言号', 'payer’s reference'),
  entry_no: label('凭证号', 'voucher'),
  exchange_rate: label('汇率', 'exchange rate'),
  fee_amount: label('手续费', 'fee'),
  gross_amount: label('含税金额', 'gross amount'),
  invoice_no: label('发票号', 'invoice'),
  issue_date: label('开票日期', 'issue date'),
  kind: label('红蓝', 'blue or red'),
  ledger_amount: label('总账期初', 'ledger opening'),
  line_no: label('行号', 'line'),
  merchant_reference: label('商户订单号', 'merchant reference'),
  method: label('收款方式', 'method'),
  net_amount: label('净额', 'net amount'),
  occurred_at: label('发生时间', 'occurred at'),
  occurred_on: label('发生日期', 'occurred on'),
  order_date: label('订单日期', 'order date'),
  order_no: label('订单号', 'order'),
  original_invoice_no: label('原发票号', 'original invoice'),
  payout_no: label('结算批次号', 'payout'),
  posting_date: label('记账日期', 'posting date'),
  product_name: label('品名', 'product name'),
  product_no: label('产品', 'product'),
  quantity: label('数量', 'quantity'),
  reason: label('原因', 'reason'),
  receipt_no: label('收款单号', 'receipt'),
  received_at: label('收款时间', 'received at'),
  received_on: label('收款日期', 'received on'),
  reference: label('参考号', 'reference'),
  region: label('地区', 'region'),
  return_date: label('退货日期', 'return date'),
  return_no: label('退货单号', 'return'),
  sales_amount: label('销售期初', 'sales opening'),
  salesperson: label('销售员', 'salesperson'),
  status: label('状态', 'status'),
  tax_amount: label('税额', 'tax'),
  tax_rate: label('税率', 'tax rate'),
  transaction_no: label('交易号', 'transaction'),
  type: label('类型', 'type'),
  unit_price: label('单价', 'unit price'),
  value_on: label('起息日', 'value date'),
};

/** A column's name in both languages; a column of the file's own keeps the name it has there. */
export function fieldLabel(column: string): Bilingual {
  return LABELS[column] ?? { zh: column, en: column };
}

const AMOUNTS = new Set([
  'amount',
  'gross_amount',
  'tax_amount',
  'net_amount',
  'fee_amount',
  'discount_amount',
  'debit',
  'credit',
]);

/** The fields of a row, its file's own columns last. Amounts have their currency's decimals. */
export function fieldsOf({ relation, values, extra }: FactRow): RecordField[] {
  const currency = values['currency'] ?? '';
  const own = FACT_COLUMNS[relation].map((name) => ({
    name,
    label: fieldLabel(name),
    value: shownValue(name, values[name] ?? null, currency),
  }));
  const more = Object.entries(extra ?? {}).map(([name, value]) => ({
    name,
    label: fieldLabel(name),
    value: typeof value === 'string' ? value : JSON.stringify(value),
  }));
  return [...own, ...more];
}

function shownValue(name: string, value: string | null, currency: string): MoneyString | null {
  return value === null || !AMOUNTS.has(name) ? value : formatAmount(value, currency);
}
