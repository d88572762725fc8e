import { join } from 'node:path';
import type { Calendar } from '../calendar';
import type { Movement } from '../cases';
import { COMPANY } from '../company';
import { formatFen, type Fen } from '../fen';
import type { TextOut } from './text-file';
import { ZipWriter } from './zip';

const END = '\r\n';
const COLUMNS =
  '支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注';
const SUMMARY_COLUMNS =
  '门店编号,门店名称,交易订单总笔数,退款订单总笔数,订单金额（元）,商家实收（元）,支付宝优惠（元）,商家优惠（元）,卡消费金额（元）,服务费（元）,分润（元）,实收净额（元）';

/** The trade bill of a month: a zip with the detail and its summary, both in GBK. */
export class AlipayBill {
  private payments = 0;
  private refunds = 0;
  private paid: Fen = 0n;
  private refunded: Fen = 0n;
  private fees: Fen = 0n;

  private constructor(
    private readonly zip: ZipWriter,
    private readonly detail: TextOut,
    private readonly calendar: Calendar,
  ) {}

  static fileName(calendar: Calendar): string {
    return `${COMPANY.alipayAccount}_${calendar.series(1)}.csv.zip`;
  }

  static async create(dir: string, calendar: Calendar): Promise<AlipayBill> {
    const zip = await ZipWriter.create(join(dir, AlipayBill.fileName(calendar)));
    const detail = await zip.entry(`${COMPANY.alipayAccount}_${calendar.series(1)}_业务明细.csv`, 'gbk');
    detail.write(preamble(calendar, '业务明细') + rule('业务明细列表', 93) + COLUMNS + END);
    return new AlipayBill(zip, detail, calendar);
  }

  add(movement: Movement): void {
    const isRefund = movement.type === 'refund';
    if (isRefund) {
      this.refunds++;
      this.refunded += movement.gross;
    } else {
      this.payments++;
      this.paid += movement.gross;
    }
    this.fees += movement.fee;
    const at = this.calendar.time(movement.at);
    const amount = formatFen(movement.gross);
    // A TAB keeps spreadsheets from taking long numbers for numbers; every text cell ends with one.
    const cells = [
      `${movement.transactionNo}\t`,
      `${movement.merchantReference}\t`,
      isRefund ? '退款\t' : '交易\t',
      `${movement.product.replaceAll(',', ' ')}\t`,
      at,
      at,
      '\t',
      '\t',
      '\t',
      '\t',
      `${masked(movement.payer)}\t`,
      amount,
      amount,
      '0.00',
      '0.00',
      '0.00',
      '0.00',
      '0.00',
      '\t',
      '0.00',
      '0.00',
      `${isRefund ? movement.refundNo : ''}\t`,
      formatFen(-movement.fee),
      '0.00',
      '\t',
    ];
    this.detail.write(cells.join(',') + END);
  }

  drain(): Promise<void> {
    return this.detail.drain();
  }

  async close(): Promise<void> {
    this.detail.write(
      rule('业务明细列表结束', 85) +
        `#交易合计：${this.payments}笔，商家实收共${formatFen(this.paid)}元，商家优惠共0.00元${END}` +
        `#退款合计：${this.refunds}笔，商家实收退款共${formatFen(this.refunded)}元，商家优惠退款共0.00元${END}` +
        exportTime(this.calendar),
    );
    await this.detail.close();
    const summary = await this.zip.entry(
      `${COMPANY.alipayAccount}_${this.calendar.series(1)}_业务明细(汇总).csv`,
      'gbk',
    );
    summary.write(this.summary());
    await summary.close();
    await this.zip.close();
  }

  private summary(): string {
    const total = this.paid + this.refunded;
    const figures = [
      String(this.payments),
      String(this.refunds),
      formatFen(total),
      formatFen(total),
      '0.00',
      '0.00',
      '0.00',
      formatFen(-this.fees),
      '0.00',
      formatFen(total - this.fees),
    ].join(',');
    return (
      preamble(this.calendar, '业务汇总') +
      rule('业务汇总列表', 93) +
      SUMMARY_COLUMNS +
      END +
      `\t,\t,${figures}${END}` +
      `合计\t,\t,${figures}${END}` +
      rule('业务汇总列表结束', 85) +
      exportTime(this.calendar)
    );
  }
}

function preamble(calendar: Calendar, what: string): string {
  const day = (n: number): string => `[${calendar.chinese(n)} 00:00:00]`;
  return (
    `#支付宝${what}查询${END}#账号：[${COMPANY.alipayAccount}]${END}` +
    `#起始日期：${day(1)}   终止日期：${day(calendar.days + 1)}${END}`
  );
}

/** `#-----业务明细列表-----` */
function rule(title: string, dashes: number): string {
  const left = Math.floor(dashes / 2);
  return `#${'-'.repeat(left)}${title}${'-'.repeat(dashes - left)}${END}`;
}

function exportTime(calendar: Calendar): string {
  return `#导出时间：[${calendar.chinese(calendar.days + 3)} 09:12:00]${END}`;
}

/** 杭州云辰商贸有限公司 → 杭州云***(***@qq.com): the bill shows payers masked. */
function masked(payer: string): string {
  return `${payer.slice(0, 3)}***(***@163.com)`;
}
