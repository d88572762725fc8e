import fc from 'fast-check';
import { cell, LINE_END, MOMENT } from './made-files';

/** A row of a fund bill before its balance is known; `fen` is signed. */
interface Movement {
  readonly fen: number;
  readonly cells: Readonly<Record<string, string>>;
}

interface FundFile {
  readonly header: readonly string[];
  /** The cells of one movement, given the balance after it. */
  readonly row: (movement: Movement, balance: string) => readonly string[];
  readonly pack: (text: string) => string;
  readonly top: readonly string[];
  readonly bottom: (movements: readonly Movement[], slip: number) => readonly string[];
}

function yuan(fen: number): string {
  const digits = String(Math.abs(fen)).padStart(3, '0');
  return `${fen < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

function sums(movements: readonly Movement[]): { count: number; sum: string }[] {
  return [1, -1].map((sign) => {
    const fens = movements.map(({ fen }) => fen * sign).filter((fen) => fen > 0);
    return { count: fens.length, sum: yuan(fens.reduce((sum, fen) => sum + fen, 0)) };
  });
}

/** A fund bill whose balances run on, mostly, oldest or newest first. */
function fundBill(columns: Readonly<Record<string, fc.Arbitrary<string>>>, file: FundFile): fc.Arbitrary<string> {
  const movement = fc.record({ fen: fc.integer({ min: -5000, max: 100_000 }), cells: fc.record(columns) });
  return fc
    .record({
      movements: fc.array(movement, { minLength: 1, maxLength: 25 }),
      lineEnd: LINE_END,
      isNewestFirst: fc.boolean(),
      damage: fc.nat({ max: 30 }),
      odd: cell('100.00'),
    })
    .map(({ movements, lineEnd, isNewestFirst, damage, odd }) => {
      let balance = 1_000_000;
      const rows = movements.map((one, i) => {
        balance += one.fen;
        const shown = damage === i ? odd : yuan(damage === i + 10 ? balance + 1 : balance);
        const cells = file.row(one, shown).map(file.pack);
        return (damage === i + 20 ? cells.slice(1) : cells).join(',');
      });
      if (isNewestFirst) rows.reverse();
      const slip = damage === 30 ? 1 : 0;
      return [...file.top, file.header.join(','), ...rows, ...file.bottom(movements, slip)].join(lineEnd);
    });
}

const ALIPAY_CELLS: Readonly<Record<string, fc.Arbitrary<string>>> = {
  账务流水号: fc.bigInt({ min: 10n ** 14n, max: 10n ** 15n }).map(String),
  业务流水号: fc.oneof(fc.bigInt({ min: 10n ** 27n, max: 10n ** 28n }).map(String), fc.constant('')),
  商户订单号: cell('SO-1', 'so 2', ''),
  商品名称: cell('西湖龙井 250g', '铅笔"HB"', '（赠）', ''),
  发生时间: MOMENT,
  对方账号: cell('杭州信***(***@163.com)', ''),
  业务类型: cell('在线支付', '交易付款', '交易退款', '收费', '提现', '转账', '保证金'),
  备注: cell('', '急'),
  业务描述: cell('', '0.00', '001001'),
  支出写法: fc.constantFrom('-', '', '-'),
};

export const alipayFundBill = fundBill(ALIPAY_CELLS, {
  header: [
    '账务流水号,业务流水号,商户订单号,商品名称,发生时间,对方账号,收入金额（+元）,支出金额（-元）',
    '账户余额（元）,交易渠道,业务类型,备注,业务描述',
  ],
  row: ({ fen, cells }, balance) => [
    ...['账务流水号', '业务流水号', '商户订单号', '商品名称', '发生时间', '对方账号'].map((name) => cells[name] ?? ''),
    fen > 0 ? yuan(fen) : '0.00',
    fen < 0 ? `${cells.支出写法 ?? ''}${yuan(-fen)}` : '',
    balance,
    '支付宝',
    ...['业务类型', '备注', '业务描述'].map((name) => cells[name] ?? ''),
  ],
  pack: (text) => (/^[\d.-]*$/.test(text) ? text : `${text}\t`),
  top: ['#支付宝账务明细查询', '#账号：[20881234567890120156]'],
  bottom: (movements, slip) => {
    const [income, expense] = sums(movements);
    return [
      '#-----账务明细列表结束-----',
      `#支出合计：${expense!.count + slip}笔，共-${expense!.sum}元`,
      `#收入合计：${income!.count}笔，共${income!.sum}元`,
    ];
  },
});

const WECHAT_CELLS: Readonly<Record<string, fc.Arbitrary<string>>> = {
  记账时间: MOMENT,
  微信支付业务单号: fc.oneof(fc.bigInt({ min: 10n ** 27n, max: 10n ** 28n }).map(String), fc.constant('')),
  资金流水单号: fc.bigInt({ min: 10n ** 27n, max: 10n ** 28n }).map(String),
  业务名称: cell('交易', '退款', '提现'),
  业务类型: cell('交易', '退款', '扣除交易手续费', '提现', '充值'),
  资金变更提交申请人: cell('system', ''),
  备注: cell('', '退款总金额0.01元;含手续费0.00元', 'a"b'),
  业务凭证号: cell('SO-1', 'so 2', ''),
};

export const wechatFundBill = fundBill(WECHAT_CELLS, {
  header: [
    '记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元)',
    '资金变更提交申请人,备注,业务凭证号',
  ],
  row: ({ fen, cells }, balance) => [
    ...['记账时间', '微信支付业务单号', '资金流水单号', '业务名称', '业务类型'].map((name) => cells[name] ?? ''),
    fen > 0 ? '收入' : '支出',
    yuan(Math.abs(fen)),
    balance,
    ...['资金变更提交申请人', '备注', '业务凭证号'].map((name) => cells[name] ?? ''),
  ],
  pack: (text) => (text.startsWith('"') ? text : `\`${text}`),
  top: [],
  bottom: (movements, slip) => {
    const [income, expense] = sums(movements);
    const nothing = movements.filter(({ fen }) => fen === 0).length;
    return [
      '资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额',
      `\`${movements.length + slip}.0,\`${income!.count},\`${income!.sum},\`${expense!.count + nothing},\`${expense!.sum}`,
      '',
    ];
  },
});
