import { formatFen, type Fen } from '../../sample/fen';
import type { Movement, Shop } from './shop';

const END = '\r\n';
const TRADE_COLUMNS =
  '交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注';
const TRADE_SUMMARY = '总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额';
const FUND_COLUMNS =
  '记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,备注,业务凭证号';
const FUND_SUMMARY = '资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额';

export interface BillOf {
  readonly mchid: string;
  readonly subMchid?: string;
  readonly day: string;
}

/** A trade bill of the ALL variant; every other day's refund is still on its way, and no later bill says what became of it. */
export function tradeBill(shop: Shop, { mchid, subMchid = '0', day }: BillOf): Buffer {
  const moved = shop.movementsOn(day).filter(({ type }) => type !== 'withdrawal');
  const paid = sumOf(moved.filter(({ type }) => type === 'payment'));
  const refunded = -sumOf(moved.filter(({ type }) => type === 'refund'));
  const fees = moved.reduce((sum, { fee }) => sum + fee, 0n);
  const sums = [paid, refunded, 0n, fees, paid, refunded].map(formatFen);
  const rows = moved.map((movement) => tradeCells(movement, mchid, subMchid));
  return billOf(TRADE_COLUMNS, rows, TRADE_SUMMARY, [`${moved.length}.0`, ...sums]);
}

function tradeCells(
  { type, at, serial, orderNo, amount, fee, goods, payer }: Movement,
  mchid: string,
  sub: string,
): string[] {
  const isRefund = type === 'refund';
  const paid = isRefund ? '0.00' : formatFen(amount);
  const refunded = isRefund ? formatFen(-amount) : '0.00';
  const status = Number(serial.slice(6, 8)) % 2 === 0 ? 'PROCESSING' : 'SUCCESS';
  return [
    ...[at, 'wx00aa11bb22cc33dd', mchid, sub, '', transactionNo(serial), orderNo, `oA${payer}${serial}`],
    ...['JSAPI', isRefund ? 'REFUND' : 'SUCCESS', 'OTHERS', 'CNY', paid, '0.00'],
    ...(isRefund
      ? [refundNo(serial), `RF${serial}`, refunded, '0.00', 'ORIGINAL', status]
      : ['0', '0', '0.00', '0.00', '', '']),
    ...[goods, '', `${formatFen(fee)}000`, '0.60%', paid, refunded, ''],
  ];
}

/** A fund bill of the basic account, with its running balance. */
export function fundBill(shop: Shop, { mchid, day }: BillOf): Buffer {
  let balance = shop.balanceBefore(day);
  const lines = shop.movementsOn(day).flatMap(fundLines);
  const rows = lines.map(({ movement, type, number, amount }, i) => {
    balance += amount;
    const flowNo = `${mchid}${movement.serial}${String(i + 1).padStart(6, '0')}`;
    const size = formatFen(amount < 0n ? -amount : amount);
    const note = type === '退款' ? `退款总金额${size}元;含手续费0.00元` : '';
    return [
      movement.at,
      number,
      flowNo,
      type,
      type,
      amount < 0n ? '支出' : '收入',
      size,
      formatFen(balance),
      'system',
      note,
      movement.orderNo,
    ];
  });
  const incomes = lines.filter(({ amount }) => amount >= 0n);
  const expenses = lines.filter(({ amount }) => amount < 0n);
  return billOf(FUND_COLUMNS, rows, FUND_SUMMARY, [
    `${lines.length}.0`,
    ...[String(incomes.length), formatFen(sumOf(incomes)), String(expenses.length), formatFen(-sumOf(expenses))],
  ]);
}

interface FundLine {
  readonly movement: Movement;
  readonly type: string;
  readonly number: string;
  readonly amount: Fen;
}

function fundLines(movement: Movement): FundLine[] {
  const { type, serial, amount, fee } = movement;
  if (type === 'refund') return [{ movement, type: '退款', number: refundNo(serial), amount }];
  if (type === 'withdrawal') return [{ movement, type: '提现', number: `10${serial}`, amount }];
  const number = transactionNo(serial);
  return [
    { movement, type: '交易', number, amount },
    { movement, type: '扣除交易手续费', number, amount: -fee },
  ];
}

/** UTF-8 with a BOM, a header without backticks, a backtick before every other cell. */
function billOf(columns: string, rows: readonly string[][], summary: string, totals: readonly string[]): Buffer {
  const ticked = [...rows, totals].map((cells) => cells.map((cell) => `\`${cell}`).join(','));
  const lines = [columns, ...ticked.slice(0, -1), summary, ticked.at(-1)!];
  return Buffer.from(`\uFEFF${lines.map((line) => `${line}${END}`).join('')}`, 'utf8');
}

const transactionNo = (serial: string): string => `4200009900${serial.padStart(18, '0')}`;
const refundNo = (serial: string): string => `5030000990${serial.padStart(18, '0')}`;

function sumOf(moved: readonly { readonly amount: Fen }[]): Fen {
  return moved.reduce((sum, { amount }) => sum + amount, 0n);
}
