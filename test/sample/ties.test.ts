import { parse } from 'csv-parse/sync';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Decimal } from '../../domain/money';
import { COMPANY } from '../../sample/company';
import { csvOf, make, sum, unzip, vouchersOf, type Made, type Row } from './made';

let made: Made;
beforeAll(async () => {
  made = await make();
});
afterAll(() => made.remove());

/** Rows of a bill between its preamble and its footer, cells without their TABs. */
function billRows(text: string): Row[] {
  const lines = text.split('\r\n').filter((line) => line !== '' && !line.startsWith('#'));
  return parse(lines.join('\n'), { columns: true, trim: true, quote: null });
}

describe('the Alipay bill', () => {
  it('holds detail and summary under GBK names without the UTF-8 flag', async () => {
    const entries = await unzip(join(made.dir, `${COMPANY.alipayAccount}_202610.csv.zip`));
    expect(entries.map(({ name }) => name)).toEqual([
      `${COMPANY.alipayAccount}_202610_业务明细.csv`,
      `${COMPANY.alipayAccount}_202610_业务明细(汇总).csv`,
    ]);
    expect(entries.some(({ isUtf8 }) => isUtf8)).toBe(false);
  });

  it('has footers and a summary that are the sums of its rows', async () => {
    const [detail, summary] = await unzip(join(made.dir, `${COMPANY.alipayAccount}_202610.csv.zip`));
    const rows = billRows(detail?.text ?? '');
    const paid = rows.filter((row) => row['业务类型'] === '交易');
    const refunded = rows.filter((row) => row['业务类型'] === '退款');
    expect(detail?.text).toContain(`#交易合计：${paid.length}笔，商家实收共${sum(paid, '商家实收（元）')}元，`);
    expect(detail?.text).toContain(
      `#退款合计：${refunded.length}笔，商家实收退款共${sum(refunded, '商家实收（元）')}元，`,
    );
    const total = billRows(summary?.text ?? '').at(-1);
    expect(total).toMatchObject({
      门店编号: '合计',
      交易订单总笔数: String(paid.length),
      '商家实收（元）': sum(rows, '商家实收（元）'),
      '服务费（元）': sum(rows, '服务费（元）'),
    });
    expect(refunded.length).toBeGreaterThan(0);
  });
});

describe('the WeChat bill', () => {
  it('has a BOM, CRLF, 27 columns, backticks, and a summary that is the sum of its rows', () => {
    const text = readFileSync(join(made.dir, `${COMPANY.wechatMerchant}All202610.csv`), 'utf8');
    expect(text.startsWith('\uFEFF交易时间,')).toBe(true);
    const lines = text.slice(1).split('\r\n');
    const header = lines[0]?.split(',') ?? [];
    expect(header).toHaveLength(27);
    const cells = (line: string): string[] => line.slice(1).split(',`');
    const rows = lines
      .slice(1, -3)
      .map((line) => Object.fromEntries(header.map((name, i) => [name, cells(line)[i] ?? ''])));
    const totals = cells(lines.at(-2) ?? '');
    expect(totals).toEqual([
      `${rows.length}.0`,
      sum(rows, '应结订单金额'),
      sum(rows, '退款金额'),
      '0.0',
      `${sum(rows, '手续费')}000`,
      sum(rows, '订单金额'),
      sum(rows, '申请退款金额'),
    ]);
    expect(text).not.toMatch(/[^\r]\n/);
  });
});

describe('the bank statement', () => {
  it('has balances that tie day by day, each opening where the last one closed', () => {
    const statements = readFileSync(join(made.dir, 'bank.camt053.xml'), 'utf8').split('<Stmt>').slice(1);
    const signed = (amount: string, direction: string): Decimal =>
      new Decimal(amount).times(direction === 'CRDT' ? 1 : -1);
    let closed: string | undefined;
    for (const statement of statements) {
      const balance = (code: string): Decimal => {
        const found = new RegExp(
          `<Cd>${code}</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">([0-9.]+)</Amt><CdtDbtInd>(\\w+)<`,
        ).exec(statement);
        return signed(found?.[1] ?? '', found?.[2] ?? '');
      };
      const booked = [
        ...statement.matchAll(/<Ntry><Amt Ccy="CNY">([0-9.]+)<\/Amt><CdtDbtInd>(\w+)<\/CdtDbtInd><Sts>BOOK</g),
      ];
      const moved = booked.reduce(
        (total, [, amount = '', direction = '']) => total.plus(signed(amount, direction)),
        new Decimal(0),
      );
      expect(balance('OPBD').plus(moved).toFixed(2)).toBe(balance('CLBD').toFixed(2));
      if (closed !== undefined) expect(balance('OPBD').toFixed(2)).toBe(closed);
      closed = balance('CLBD').toFixed(2);
    }
    expect(statements.length).toBeGreaterThan(28);
  });
});

describe('the voucher sheet', () => {
  it('has 37 columns, numbers without a gap, and vouchers whose debit is their credit', () => {
    const rows = vouchersOf(made.dir);
    expect(Object.keys(rows[0] ?? {})).toHaveLength(37);
    const vouchers = new Map<number, Row[]>();
    for (const row of rows) {
      const number = Number(row['凭证号']);
      vouchers.set(number, [...(vouchers.get(number) ?? []), row]);
    }
    const numbers = [...vouchers.keys()];
    expect(numbers.map((number) => number - (numbers[0] ?? 0))).toEqual(numbers.map((_, i) => i));
    const off = [...vouchers].filter(([, lines]) => sum(lines, '借方') !== sum(lines, '贷方'));
    expect(off).toEqual([]);
  });
});

describe.each(['card.csv', 'cash.csv'])('the channel file %s', (name) => {
  it('pays out what it took, batch by batch, net of fees', () => {
    const rows = csvOf(made.dir, name);
    expect(
      rows.filter(
        (row) =>
          sum([row], 'gross_amount') !== new Decimal(row['net_amount'] ?? '').plus(row['fee_amount'] ?? '').toFixed(2),
      ),
    ).toEqual([]);
    const payouts = rows.filter((row) => row['type'] === 'payout');
    for (const payout of payouts) {
      const batch = rows.filter((row) => row['payout_no'] === payout['payout_no']);
      expect([sum(batch, 'gross_amount'), sum(batch, 'fee_amount'), sum(batch, 'net_amount')]).toEqual([
        '0.00',
        '0.00',
        '0.00',
      ]);
    }
    expect(payouts.length).toBeGreaterThan(25);
  });
});

describe('orders', () => {
  it('are the sums of their lines, with the tax of each line’s rate', () => {
    const lines = new Map<string, Row[]>();
    for (const line of csvOf(made.dir, 'order-lines.csv'))
      lines.set(line['order_no'] ?? '', [...(lines.get(line['order_no'] ?? '') ?? []), line]);
    for (const order of csvOf(made.dir, 'orders.csv')) {
      const own = lines.get(order['order_no'] ?? '') ?? [];
      const tax = own.map((line) => {
        const rate = new Decimal(line['tax_rate'] ?? '');
        return new Decimal(line['gross_amount'] ?? '')
          .div(rate.plus(1))
          .times(rate)
          .toDecimalPlaces(2, Decimal.ROUND_HALF_UP);
      });
      expect([sum(own, 'gross_amount'), Decimal.sum(...tax).toFixed(2)]).toEqual([
        order['gross_amount'],
        order['tax_amount'],
      ]);
    }
  });
});
