import { join } from 'node:path';
import type { Calendar } from '../calendar';
import type { Posting, Voucher } from '../cases';
import { formatFen, type Fen } from '../fen';
import { csvLine } from './csv';
import { TextFile } from './text-file';

const COLUMNS =
  '凭证日期,会计年度,会计期间,凭证字,凭证号,科目代码,科目名称,币别代码,币别名称,原币金额,借方,贷方,制单,审核,核准,出纳,经办,结算方式,结算号,凭证摘要,数量,数量单位,单价,参考信息,业务日期,往来业务编号,附件数,序号,系统模块,业务描述,汇率类型,汇率,分录序号,核算项目,过账,机制凭证,现金流量';

/** Yuan for a dollar. */
const DOLLAR = 7n;
/** Vouchers are numbered through the year; this many were written before the sample begins. */
const WRITTEN_BEFORE = 18_402;

/** The voucher sheet of K/3, 37 columns in GB18030. Gives each voucher its number. */
export class VoucherSheet {
  private written = 0;
  private rows = 0;

  private constructor(
    private readonly file: TextFile,
    private readonly calendar: Calendar,
  ) {}

  static async create(dir: string, name: string, calendar: Calendar): Promise<VoucherSheet> {
    const file = await TextFile.create(join(dir, name), 'gb18030');
    file.write(`${COLUMNS}\r\n`);
    return new VoucherSheet(file, calendar);
  }

  add(voucher: Voucher): void {
    voucher.number = WRITTEN_BEFORE + ++this.written;
    const number = voucher.number;
    voucher.postings.forEach((posting, i) => this.file.write(this.row(voucher, number, posting, i)));
  }

  get count(): { vouchers: number; rows: number } {
    return { vouchers: this.written, rows: this.rows };
  }

  drain(): Promise<void> {
    return this.file.drain();
  }

  close(): Promise<void> {
    return this.file.close();
  }

  private row(voucher: Voucher, number: number, posting: Posting, line: number): string {
    this.rows++;
    const date = this.calendar.iso(voucher.day);
    const [year = '', month = ''] = date.split('-');
    const isDollar = voucher.currency === 'USD';
    const base = (amount: Fen): string => formatFen(isDollar ? amount * DOLLAR : amount);
    const at = (place: Voucher['place']): string => (voucher.place === place ? voucher.named : '');
    const { account, customer } = posting;
    const summary = voucher.place === 'summary' ? `${voucher.summary} ${voucher.named}` : voucher.summary;
    return csvLine(
      [
        date,
        year,
        String(Number(month)),
        '记',
        String(number),
        account.code,
        account.name,
        isDollar ? 'USD' : 'RMB',
        isDollar ? '美元' : '人民币',
        formatFen(posting.debit + posting.credit),
        base(posting.debit),
        base(posting.credit),
        '周敏',
        '李静',
        '',
        '',
        '',
        voucher.place === 'settlement' ? '电汇' : '',
        at('settlement'),
        summary,
        '0',
        '',
        '0',
        at('reference'),
        date,
        at('business'),
        '1',
        String(number),
        '',
        '',
        '公司汇率',
        isDollar ? DOLLAR.toString() : '1',
        String(line),
        customer ? `客户---${customer.no}---${customer.name}` : '',
        '1',
        '',
        '',
      ],
      '\r\n',
    );
  }
}
