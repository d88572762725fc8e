import { formatAmount, type Decimal } from '../../domain/money';
import type { ChannelRow } from '../wire/channel-row';
import type { BeijingClock } from '../wire/moments';
import { missingValue, RowRejection, unreadableCell } from '../wire/rejection';
import { fenAmount, markedAmount, optionalFen } from './amounts';
import type { ZmCells, ZmField } from './layout';
import type { MonthDays } from './month-days';

/** What the known codes mean; any other one goes by the side its settlement stands on. */
const TYPES: Readonly<Record<string, 'payment' | 'refund'>> = { S22: 'payment', S30: 'refund' };
const CODE = /^[A-Z]\d\d$/;
/** Fields that fill one of ours, or say nothing to a close. */
const SAID: ReadonlySet<ZmField> = new Set<ZmField>([
  '代理机构标识码',
  '发送机构标识码',
  '交易传输时间',
  '帐号',
  '交易金额',
  '查询流水号',
  '商户订单号',
  '商户手续费',
  '结算金额',
  '清算净额',
  '商户代码',
  '商户自定义域',
  '保留使用',
]);

/** The money of a line in yuan, from the merchant's side. */
interface ZmMoney {
  readonly type: 'payment' | 'refund';
  readonly gross: Decimal;
  readonly net: Decimal;
}

/** Whether a line moves no money: neither settlement nor fee, of a code that is no purchase or refund. */
export function movesNothing(cells: ZmCells): boolean {
  const isNothing = (field: ZmField): boolean => /^([DC]?0*)$/.test(cells[field]);
  const code = cells.交易代码;
  return CODE.test(code) && TYPES[code] === undefined && isNothing('结算金额') && isNothing('商户手续费');
}

/**
 * One line of the file.
 * @throws RowRejection
 */
export function readZmRow(cells: ZmCells, days: MonthDays, clock: BeijingClock): ChannelRow {
  const { type, gross, net } = moneyOf(cells);
  const transactionNo = cells.查询流水号;
  if (transactionNo === '') throw missingValue('查询流水号');
  const moment = clock.read('交易传输时间', timeOf(cells, days));
  return {
    rowKey: `${transactionNo}/${type}`,
    transactionNo,
    merchantReference: cells.商户订单号,
    occurredAt: moment.instant,
    occurredOn: moment.day,
    type,
    currency: 'CNY',
    gross: formatAmount(gross, 'CNY'),
    fee: formatAmount(gross.minus(net), 'CNY'),
    net: formatAmount(net, 'CNY'),
    description: cells.商户自定义域,
    counterparty: cells.帐号,
    extra: extraOf(cells),
  };
}

/** What a line that is rejected was worth, where that can be read. */
export function worthOf(cells: ZmCells): string | undefined {
  try {
    return formatAmount(moneyOf(cells).gross, 'CNY');
  } catch (cause) {
    if (cause instanceof RowRejection) return undefined;
    throw cause;
  }
}

/** Gross is the transaction's amount, net its settlement; the fee that lies between them must be the one the line states. */
function moneyOf(cells: ZmCells): ZmMoney {
  const code = cells.交易代码;
  if (!CODE.test(code)) throw unknownCode(code);
  const net = markedAmount(cells, '结算金额');
  const type = TYPES[code] ?? (net.isNegative() ? 'refund' : 'payment');
  const size = fenAmount(cells, '交易金额');
  const gross = type === 'refund' ? size.neg() : size;
  if (!net.isZero() && net.isNegative() !== (type === 'refund')) throw wrongSign(cells, type);
  const fee = gross.minus(net).abs();
  const stated = markedAmount(cells, '商户手续费').abs();
  const instalment = optionalFen(cells, '分期付款附加手续费');
  if (!fee.equals(stated) && !fee.equals(stated.plus(instalment))) throw netDiffers(cells);
  return { type, gross, net };
}

function timeOf(cells: ZmCells, days: MonthDays): string {
  const text = cells.交易传输时间;
  if (text === '') throw missingValue('交易传输时间');
  const time = days.read(text);
  if (time !== null) return time;
  throw unreadableCell('交易传输时间', text, {
    code: /^\d{10}$/.test(text) ? 'NO_SUCH_DAY' : 'BAD_DATE',
    reason: {
      zh: `“${text}”不是存在的月日时分秒（MMDDhhmmss）。`,
      en: `"${text}" is no month, day and time (MMDDhhmmss).`,
    },
  });
}

function extraOf(cells: ZmCells): Record<string, string> | null {
  const told = Object.entries(cells).filter(
    ([name, text]) => !SAID.has(name as ZmField) && text !== '' && !/^[DC]?0+$/.test(text),
  );
  return told.length === 0 ? null : Object.fromEntries(told);
}

function unknownCode(code: string): RowRejection {
  return new RowRejection('交易代码', code, 'UNKNOWN_TYPE', {
    zh: `“${code}”不是交易代码（一个字母和两位数字，如 S22 消费、S30 退货）。`,
    en: `"${code}" is no transaction code (a letter and two digits, as S22 purchase, S30 refund).`,
  });
}

function wrongSign(cells: ZmCells, type: 'payment' | 'refund'): RowRejection {
  return new RowRejection('结算金额', cells.结算金额, 'WRONG_SIGN', {
    zh: `${type === 'payment' ? '消费应贷记商户（C）' : '退货应借记商户（D）'}，此行结算金额为 ${cells.结算金额}。`,
    en: `A ${type} is settled as ${type === 'payment' ? 'C' : 'D'}; this line says ${cells.结算金额}.`,
  });
}

function netDiffers(cells: ZmCells): RowRejection {
  const { 交易金额, 商户手续费, 结算金额 } = cells;
  return new RowRejection('结算金额', 结算金额, 'NET_SUM_DIFFERS', {
    zh: `交易金额 ${交易金额}、手续费 ${商户手续费} 与结算金额 ${结算金额} 对不上。`,
    en: `The amount ${交易金额} and the fee ${商户手续费} do not make the settlement ${结算金额}.`,
  });
}
