import { join } from 'node:path';
import type { Calendar } from '../calendar';
import type { Movement } from '../cases';
import { COMPANY } from '../company';
import { formatFen, type Fen } from '../fen';
import { TextFile } from './text-file';

const END = '\r\n';
const COLUMNS =
  '交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注';
const SUMMARY_COLUMNS = '总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额';

/** The ALL trade bill: payments and refunds, every data cell behind a backtick, a summary at the end. */
export class WechatBill {
  private count = 0;
  private paid: Fen = 0n;
  private refunded: Fen = 0n;
  private fees: Fen = 0n;

  private constructor(
    private readonly file: TextFile,
    private readonly calendar: Calendar,
  ) {}

  static fileName(calendar: Calendar): string {
    return `${COMPANY.wechatMerchant}All${calendar.series(1)}.csv`;
  }

  static async create(dir: string, calendar: Calendar): Promise<WechatBill> {
    const file = await TextFile.create(join(dir, WechatBill.fileName(calendar)));
    file.write(`\uFEFF${COLUMNS}${END}`);
    return new WechatBill(file, calendar);
  }

  add(movement: Movement): void {
    const isRefund = movement.type === 'refund';
    this.count++;
    this.fees += movement.fee;
    if (isRefund) this.refunded -= movement.gross;
    else this.paid += movement.gross;
    const paid = isRefund ? '0.00' : formatFen(movement.gross);
    const refunded = isRefund ? formatFen(-movement.gross) : '0.00';
    const cells = [
      this.calendar.time(movement.at),
      COMPANY.wechatApp,
      COMPANY.wechatMerchant,
      '0',
      '',
      movement.transactionNo,
      movement.merchantReference,
      `o8Qk5t${movement.transactionNo.slice(-10)}${movement.transactionNo.slice(10, 22)}`,
      'NATIVE',
      isRefund ? 'REFUND' : 'SUCCESS',
      'OTHERS',
      'CNY',
      paid,
      '0.00',
      isRefund ? movement.refundNo : '0',
      isRefund ? `TK${movement.merchantReference.slice(2)}` : '0',
      refunded,
      '0.00',
      isRefund ? 'ORIGINAL' : '',
      isRefund ? 'SUCCESS' : '',
      movement.product.replaceAll(',', ' '),
      '',
      `${formatFen(movement.fee)}000`,
      '0.60%',
      paid,
      refunded,
      '',
    ];
    this.file.write(`\`${cells.join(',`')}${END}`);
  }

  drain(): Promise<void> {
    return this.file.drain();
  }

  async close(): Promise<void> {
    const totals = [
      `${this.count}.0`,
      formatFen(this.paid),
      formatFen(this.refunded),
      '0.0',
      `${formatFen(this.fees)}000`,
      formatFen(this.paid),
      formatFen(this.refunded),
    ];
    this.file.write(`${SUMMARY_COLUMNS}${END}\`${totals.join(',`')}${END}`);
    await this.file.close();
  }
}
