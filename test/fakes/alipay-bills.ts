import { encode } from 'iconv-lite';
import { addDays, daysOf } from '../../domain/periods';
import { formatFen, type Fen } from '../../sample/fen';
import type { ZipPart } from '../sources/zip';
import type { Movement, Shop } from './shop';

const END = '\r\n';
const TRADE_COLUMNS =
  '支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注';
const TRADE_SUMMARY =
  '门店编号,门店名称,交易订单总笔数,退款订单总笔数,订单金额（元）,商家实收（元）,支付宝优惠（元）,商家优惠（元）,卡消费金额（元）,服务费（元）,分润（元）,实收净额（元）';
const FUND_COLUMNS =
  '账务流水号,业务流水号,商户订单号,商品名称,发生时间,对方账号,收入金额（+元）,支出金额（-元）,账户余额（元）,交易渠道,业务类型,备注';
const FUND_SUMMARY = '类型,收入笔数,收入金额（+元）,支出笔数,支出金额（-元）,总金额（元）';

/** Which bill: the account, and the first and last day. */
export interface BillSpan {
  /** 20 digits. */
  readonly account: string;
  readonly days: readonly string[];
}

/** The two files of a trade bill. */
export function tradeBill(shop: Shop, span: BillSpan): ZipPart[] {
  const moved = span.days.flatMap((day) => shop.movementsOn(day)).filter(({ type }) => type !== 'withdrawal');
  const payments = moved.filter(({ type }) => type === 'payment');
  const refunds = moved.filter(({ type }) => type === 'refund');
  const [paid, refunded] = [sumOf(payments), sumOf(refunds)];
  const fees = moved.reduce((sum, { fee }) => sum + fee, 0n);
  const figures = [payments.length, refunds.length, ...[paid + refunded, paid + refunded, 0n, 0n, 0n, -fees, 0n]]
    .map((figure) => (typeof figure === 'bigint' ? formatFen(figure) : String(figure)))
    .join(',');
  const net = formatFen(paid + refunded - fees);
  return twoFiles(
    span,
    '业务',
    [TRADE_COLUMNS, ...moved.map(tradeRow)],
    [
      `#交易合计：${payments.length}笔，商家实收共${formatFen(paid)}元，商家优惠共0.00元`,
      `#退款合计：${refunds.length}笔，商家实收退款共${formatFen(refunded)}元，商家优惠退款共0.00元`,
    ],
    [TRADE_SUMMARY, `\t,\t,${figures},${net}`, `合计\t,\t,${figures},${net}`],
  );
}

function tradeRow({ type, at, serial, orderNo, amount, fee, goods, payer }: Movement): string {
  const [zero, blank] = ['0.00', '\t'];
  const sum = formatFen(amount);
  return [
    `${tradeNo(serial)}\t`,
    `${orderNo}\t`,
    type === 'refund' ? '退款\t' : '交易\t',
    `${goods}\t`,
    ...[at, at, blank, blank, blank, blank],
    `*${payer}(***@example.com)\t`,
    ...[sum, sum, zero, zero, zero, zero, zero, blank, zero, zero],
    type === 'refund' ? `RF${serial}\t` : blank,
    ...[formatFen(-fee), zero, blank],
  ].join(',');
}

/** The two files of a fund bill, with the account's running balance. */
export function fundBill(shop: Shop, span: BillSpan): ZipPart[] {
  let balance = shop.balanceBefore(span.days[0]!);
  const lines = span.days.flatMap((day) => shop.movementsOn(day)).flatMap(fundLines);
  const rows = lines.map(({ flowNo, movement, word, amount }) => {
    balance += amount;
    const [income, expense] = amount < 0n ? [0n, amount] : [amount, 0n];
    const { at, orderNo, goods, payer, serial } = movement;
    const money = [income, expense, balance].map(formatFen);
    return [
      `${flowNo}\t`,
      `${tradeNo(serial)}\t`,
      `${orderNo}\t`,
      `${goods}\t`,
      at,
      `*${payer}\t`,
      ...money,
      '余额\t',
      `${word}\t`,
      '\t',
    ];
  });
  const incomes = lines.filter(({ amount }) => amount >= 0n);
  const expenses = lines.filter(({ amount }) => amount < 0n);
  const [gained, spent] = [sumOf(incomes), sumOf(expenses)].map(formatFen);
  return twoFiles(
    span,
    '账务',
    [FUND_COLUMNS, ...rows.map((cells) => cells.join(','))],
    [`#支出合计：${expenses.length}笔，共${spent}元,,,,`, `#收入合计：${incomes.length}笔，共${gained}元,,,,`],
    [FUND_SUMMARY, `合计,${incomes.length},${gained},${expenses.length},${spent},${formatFen(sumOf(lines))}`],
  );
}

const WORDS = { payment: '在线支付', refund: '交易退款', withdrawal: '提现' } as const;

/** A payment books its amount and, by itself, its fee. */
function fundLines(movement: Movement): { flowNo: string; movement: Movement; word: string; amount: Fen }[] {
  const flowNo = `${movement.serial}${movement.type === 'refund' ? '2' : '1'}`;
  const moved = { flowNo: `${flowNo}0`, movement, word: WORDS[movement.type], amount: movement.amount };
  return movement.fee === 0n
    ? [moved]
    : [moved, { flowNo: `${flowNo}1`, movement, word: '收费', amount: -movement.fee }];
}

function tradeNo(serial: string): string {
  return `${serial.slice(0, 8)}220014${serial.slice(8).padStart(14, '0')}`;
}

function twoFiles(
  { account, days }: BillSpan,
  what: '业务' | '账务',
  detail: readonly string[],
  footer: readonly string[],
  summary: readonly string[],
): ZipPart[] {
  const [first, last] = [days[0]!, addDays(days.at(-1)!, 1)];
  const preamble = (title: string): string[] => [
    `#支付宝${title}查询`,
    `#账号：[${account}]`,
    `#起始日期：[${chinese(first)} 00:00:00]   终止日期：[${chinese(last)} 00:00:00]`,
    `#-----------------------------------------${title}列表----------------------------------------`,
  ];
  const ending = (title: string): string =>
    `#-----------------------------------------${title}列表结束------------------------------------`;
  const made = `#导出时间：[${chinese(last)} 08:40:11]`;
  const stem = `${account}_${days.length === 1 ? first.replaceAll('-', '') : first.slice(0, 7).replace('-', '')}_${what}明细`;
  return [
    gbk(`${stem}.csv`, [...preamble(`${what}明细`), ...detail, ending(`${what}明细`), ...footer, made]),
    gbk(`${stem}(汇总).csv`, [...preamble(`${what}汇总`), ...summary, ending(`${what}汇总`), made]),
  ];
}

/** The days of a bill of one day or one month. */
export function daysOfBill(date: string): string[] {
  if (date.length === 10) return [date];
  const { first, last } = daysOf(date);
  const days: string[] = [];
  for (let day = first; day <= last; day = addDays(day, 1)) days.push(day);
  return days;
}

function gbk(name: string, lines: readonly string[]): ZipPart {
  return { name, bytes: encode(lines.map((line) => `${line}${END}`).join(''), 'gbk') };
}

function chinese(day: string): string {
  return `${day.slice(0, 4)}年${day.slice(5, 7)}月${day.slice(8)}日`;
}

function sumOf(moved: readonly { readonly amount: Fen }[]): Fen {
  return moved.reduce((sum, { amount }) => sum + amount, 0n);
}
