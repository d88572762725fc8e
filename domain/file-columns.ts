import type { FactRelation, FileKind } from './words';

/**
 * How a cell is read.
 * - `reference`: a number that records are matched by; kept as written, with its normalised key beside it
 * - `amount`: money in the row's currency · `base_amount`: money in the company's
 * - `decimal`: quantities, prices, exchange rates · `rate`: a decimal or a percentage
 * - `word`: one of a few words, English or Chinese
 */
export type ColumnType =
  'text' | 'reference' | 'date' | 'instant' | 'currency' | 'amount' | 'base_amount' | 'decimal' | 'rate' | 'word';

/** A column of one of our CSV kinds. Its English name is also the fact column it fills. */
export interface FileColumn {
  readonly name: string;
  /** Names it may have in a Chinese file, the usual one first. */
  readonly chinese: readonly string[];
  readonly required: boolean;
  readonly type: ColumnType;
  /** The fact column of the normalised reference. */
  readonly key?: string;
  /** The fact column of an instant's day in the company's zone. */
  readonly day?: string;
  /** The words allowed, each with its Chinese names. */
  readonly words?: Readonly<Record<string, readonly string[]>>;
  /** The most decimals of a decimal or rate. */
  readonly decimals?: number;
  /** An empty cell is zero: the other side of a ledger line. */
  readonly blankIsZero?: boolean;
}

export type CsvKind = Extract<FileKind, `${string}-csv`>;

/** Our CSV kinds, and bank entries, which have no kind of ours and come by mapping files. */
export type TableKind = CsvKind | 'bank-entries';

/** A kind of CSV file: its columns, and which month a row belongs to. */
export interface FileColumns {
  readonly kind: TableKind;
  readonly relation: FactRelation;
  /** The first one identifies the row, and holds 合计 in a total row. */
  readonly columns: readonly FileColumn[];
  /** The column that decides the month; null: the file's rows belong to the month they are imported into. */
  readonly date: string | null;
}

type Options = Omit<FileColumn, 'name' | 'chinese' | 'required' | 'type'>;

/** Names are written `english 中文 中文`. */
function column(required: boolean, type: ColumnType, names: string, options: Options = {}): FileColumn {
  const [name = '', ...chinese] = names.split(' ');
  return { name, chinese, required, type, ...options };
}
const needed = (type: ColumnType, names: string, options?: Options): FileColumn => column(true, type, names, options);
const optional = (type: ColumnType, names: string, options?: Options): FileColumn =>
  column(false, type, names, options);

const CUSTOMER = needed('reference', 'customer_no 客户编号 客户编码 客户代码 客户号', { key: 'customer_key' });
const CURRENCY = needed('currency', 'currency 币种 币别 货币');

const STATUS_WORDS = {
  draft: ['草稿'],
  approved: ['已审核'],
  delivered: ['已发货'],
  completed: ['已完成'],
  cancelled: ['已取消'],
};
const METHOD_WORDS = {
  cash: ['现金'],
  card: ['银行卡', '刷卡'],
  alipay: ['支付宝'],
  wechat: ['微信', '微信支付'],
  bank: ['银行转账', '银行', '转账'],
  other: ['其他', '其它'],
};
const TYPE_WORDS = { payment: ['支付', '收款'], refund: ['退款'], fee: ['手续费'], payout: ['结算', '出款', '提现'] };
const INVOICE_WORDS = { blue: ['蓝字', '蓝票', '蓝字发票'], red: ['红字', '红票', '红字发票'] };

const ORDERS: FileColumns = {
  kind: 'orders-csv',
  relation: 'sales_order',
  date: 'order_date',
  columns: [
    needed('reference', 'order_no 订单号 订单编号 销售订单号', { key: 'order_key' }),
    CUSTOMER,
    optional('text', 'customer_name 客户名称 客户'),
    needed('date', 'order_date 订单日期 下单日期'),
    CURRENCY,
    needed('amount', 'gross_amount 价税合计 含税金额 订单金额'),
    needed('amount', 'tax_amount 税额'),
    needed('word', 'status 状态 订单状态', { words: STATUS_WORDS }),
    optional('text', 'salesperson 销售员 业务员 销售人员'),
    optional('text', 'region 地区 区域 大区'),
  ],
};

const ORDER_LINES: FileColumns = {
  kind: 'order-lines-csv',
  relation: 'order_line',
  date: null,
  columns: [
    needed('reference', 'order_no 订单号 订单编号 销售订单号', { key: 'order_key' }),
    needed('text', 'line_no 行号 明细行号'),
    needed('text', 'product_no 产品编号 产品编码 商品编号 商品编码 物料编码'),
    optional('text', 'product_name 产品名称 商品名称 物料名称'),
    needed('decimal', 'quantity 数量', { decimals: 6 }),
    needed('decimal', 'unit_price 单价 含税单价', { decimals: 6 }),
    optional('base_amount', 'discount_amount 折扣额 折扣金额 优惠金额'),
    needed('rate', 'tax_rate 税率', { decimals: 6 }),
    needed('base_amount', 'gross_amount 价税合计 含税金额 金额'),
  ],
};

const RETURNS: FileColumns = {
  kind: 'returns-csv',
  relation: 'sales_return',
  date: 'return_date',
  columns: [
    needed('reference', 'return_no 退货单号 退货编号', { key: 'return_key' }),
    needed('reference', 'order_no 订单号 订单编号 销售订单号 原订单号', { key: 'order_key' }),
    CUSTOMER,
    needed('date', 'return_date 退货日期'),
    CURRENCY,
    needed('amount', 'gross_amount 退货金额 价税合计 含税金额'),
    optional('text', 'reason 退货原因 原因'),
  ],
};

const RECEIPTS: FileColumns = {
  kind: 'receipts-csv',
  relation: 'receipt',
  date: 'received_at',
  columns: [
    needed('reference', 'receipt_no 收款单号 收款编号', { key: 'receipt_key' }),
    optional('reference', 'order_no 订单号 订单编号 销售订单号', { key: 'order_key' }),
    CUSTOMER,
    needed('instant', 'received_at 收款时间 收款日期 到账时间', { day: 'received_on' }),
    needed('word', 'method 收款方式 支付方式 付款方式', { words: METHOD_WORDS }),
    CURRENCY,
    needed('amount', 'amount 收款金额 金额'),
    optional('reference', 'channel_reference 渠道流水号 渠道单号 支付流水号', { key: 'channel_reference_key' }),
    optional('text', 'description 摘要 备注'),
    optional('text', 'counterparty 对方户名 付款人 付款方'),
  ],
};

const INVOICES: FileColumns = {
  kind: 'invoices-csv',
  relation: 'invoice',
  date: 'issue_date',
  columns: [
    needed('reference', 'invoice_no 发票号码 发票号', { key: 'invoice_key' }),
    optional('reference', 'order_no 订单号 订单编号 销售订单号', { key: 'order_key' }),
    CUSTOMER,
    needed('date', 'issue_date 开票日期'),
    CURRENCY,
    needed('amount', 'net_amount 不含税金额 未税金额'),
    needed('amount', 'tax_amount 税额'),
    needed('amount', 'gross_amount 价税合计 含税金额'),
    needed('word', 'kind 发票类型 蓝红字 红蓝标志', { words: INVOICE_WORDS }),
    optional('reference', 'original_invoice_no 原发票号码 原发票号 对应蓝字发票号码', { key: 'original_invoice_key' }),
  ],
};

const LEDGER: FileColumns = {
  kind: 'ledger-csv',
  relation: 'ledger_entry',
  date: 'posting_date',
  columns: [
    needed('text', 'entry_no 凭证号 凭证编号 凭证字号'),
    needed('text', 'line_no 行号 分录号 分录序号'),
    needed('date', 'posting_date 记账日期 过账日期 凭证日期'),
    needed('text', 'account 科目编码 科目代码 科目'),
    { ...CUSTOMER, required: false },
    optional('reference', 'reference 参考号 参考信息 业务编号', { key: 'reference_key' }),
    optional('text', 'description 摘要'),
    CURRENCY,
    needed('amount', 'debit 借方 借方金额 原币借方', { blankIsZero: true }),
    needed('amount', 'credit 贷方 贷方金额 原币贷方', { blankIsZero: true }),
    optional('decimal', 'exchange_rate 汇率', { decimals: 10 }),
    optional('base_amount', 'base_debit 本位币借方 本币借方'),
    optional('base_amount', 'base_credit 本位币贷方 本币贷方'),
  ],
};

const CHANNEL: FileColumns = {
  kind: 'channel-csv',
  relation: 'channel_transaction',
  date: 'occurred_at',
  columns: [
    needed('reference', 'transaction_no 流水号 交易流水号 交易号 渠道流水号', { key: 'transaction_key' }),
    optional('reference', 'merchant_reference 商户订单号 商户单号', { key: 'merchant_reference_key' }),
    needed('instant', 'occurred_at 交易时间 发生时间', { day: 'occurred_on' }),
    needed('word', 'type 交易类型 类型', { words: TYPE_WORDS }),
    CURRENCY,
    needed('amount', 'gross_amount 交易金额 金额'),
    needed('amount', 'fee_amount 手续费'),
    needed('amount', 'net_amount 净额 结算金额 到账金额'),
    optional('reference', 'payout_no 结算批次号 结算单号 出款单号', { key: 'payout_key' }),
    optional('text', 'description 摘要 备注'),
    optional('text', 'counterparty 对方户名 对方账户'),
  ],
};

const OPENINGS: FileColumns = {
  kind: 'openings-csv',
  relation: 'opening_balance',
  date: null,
  columns: [
    CUSTOMER,
    CURRENCY,
    needed('amount', 'sales_amount 销售余额 业务余额'),
    needed('amount', 'ledger_amount 总账余额 财务余额'),
  ],
};

/** Bank entries as a mapping file fills them. */
export const BANK_ENTRIES: FileColumns = {
  kind: 'bank-entries',
  relation: 'bank_entry',
  date: 'booked_on',
  columns: [
    needed('reference', 'account 账号 本方账号'),
    optional('reference', 'bank_reference 交易流水号 流水号', { key: 'bank_key' }),
    optional('reference', 'end_to_end 客户附言号 业务参考号', { key: 'end_to_end_key' }),
    needed('date', 'booked_on 交易日期 记账日期'),
    optional('date', 'value_on 起息日期'),
    CURRENCY,
    needed('amount', 'amount 金额 发生额'),
    optional('text', 'description 摘要 用途 附言'),
    optional('text', 'counterparty 对方户名'),
  ],
};

/** Our own file kinds (contracts, section 3); docs/files.md is the same for people. */
export const FILE_COLUMNS: Readonly<Record<CsvKind, FileColumns>> = {
  'orders-csv': ORDERS,
  'order-lines-csv': ORDER_LINES,
  'returns-csv': RETURNS,
  'receipts-csv': RECEIPTS,
  'invoices-csv': INVOICES,
  'ledger-csv': LEDGER,
  'channel-csv': CHANNEL,
  'openings-csv': OPENINGS,
};

/** Columns that an export of rejected rows adds; they are read over when it comes back corrected. */
export const ERROR_COLUMNS = ['错误行', '错误列', '错误代码', '错误原因'] as const;

/** A header as it is compared: width and case folded, spaces, underscores and hyphens gone. */
export function headerKey(header: string): string {
  return header
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_\p{Pd}]+/gu, '');
}
