import fc from 'fast-check';

/** Cells that stand in no clean export, for any column. */
const ODD = [
  ' ',
  '　',
  '\t',
  ' pad ',
  '`tick',
  '="0123"',
  'a "b"',
  "'x",
  'b\\s',
  '\\N',
  '\u00a0x',
  'x\u2003',
  '“引”',
  '（北京）',
  '\ufffd',
  'a\0b',
  '合计',
  'NaN',
  '1e3',
  '-0.00',
  '007',
  '１２３',
  '1,234.50',
  '12345678901234567890',
  '2.02610E+27',
  '🙂',
  '',
];

/** A cell that is mostly one of the usual ones. */
export function cell(...usual: string[]): fc.Arbitrary<string> {
  return fc.oneof(
    { arbitrary: fc.constantFrom(...usual), weight: 60 },
    { arbitrary: fc.constantFrom(...ODD), weight: 1 },
    { arbitrary: fc.string({ maxLength: 5 }).map((text) => text.replace(/[\r\n]/g, ' ')), weight: 1 },
  );
}

function quoted(text: string, separator: string): string {
  return text.includes(separator) || /["\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export const LINE_END = fc.constantFrom('\n', '\r\n');
const AMOUNT = ['100.00', '5.50', '45', '45.5', '1234567.89', '-20.00', '0.05'];

/** Columns of a sheet that every line fills anew. */
const LINE_CELLS: Readonly<Record<string, fc.Arbitrary<string>>> = {
  科目代码: cell('1122', '6001', '222101'),
  币别代码: cell('RMB', 'RMB', 'CNY', ''),
  币别名称: cell('人民币', ''),
  结算号: cell('', '', 'JS-1'),
  凭证摘要: cell('销售商品 温州青禾', '收款（北京）', '', '10% 折扣 a|b'),
  参考信息: cell('SO-2026 001', 'SO1', '', '订单-9'),
  往来业务编号: cell('', '', '', 'YW1'),
  汇率: cell('1', '1', '7.125', ''),
  分录序号: cell('0', '1', ''),
  核算项目: cell('客户---C001---青禾', '客户---c-2---（北京）', '', '部门---01---销售部'),
  过账: cell('1', '是', '', '否'),
  制单: cell('周敏'),
  自定义: cell('', '', '0.00', '备用', '0'),
};

/** Vouchers of two lines that balance, unless an odd cell spoils them; the second may leave the voucher's cells blank. */
const voucher = fc
  .record({
    head: fc.tuple(
      cell('2026-10-05', '2026-10-31', '2026/10/6', '2026-09-30', '20261007'),
      cell('2026', '2026', ''),
      cell('10', '10', '9', '十'),
      cell('记', '记', '收', ''),
      fc.oneof(
        { arbitrary: fc.nat({ max: 400 }).map(String), weight: 60 },
        { arbitrary: cell('凭证号', '7'), weight: 1 },
      ),
    ),
    amount: cell(...AMOUNT),
    original: cell('', '', 'same', 'same', '1.00'),
    lines: fc.array(fc.record(LINE_CELLS), { minLength: 2, maxLength: 2 }),
    repeats: fc.boolean(),
  })
  .map(({ head, amount, original, lines, repeats }) =>
    lines.map((cells, i) => ({
      ...cells,
      凭证日期: i > 0 && !repeats ? '' : head[0],
      会计年度: i > 0 && !repeats ? '' : head[1],
      会计期间: i > 0 && !repeats ? '' : head[2],
      凭证字: i > 0 && !repeats ? '' : head[3],
      凭证号: i > 0 && !repeats ? '' : head[4],
      原币金额: original === 'same' ? amount : original,
      借方: i === 0 ? amount : '0.00',
      贷方: i === 0 ? '' : amount,
    })),
  );

/** A Kingdee sheet with its columns in any order, comma or TAB between them. */
export const kingdeeSheet: fc.Arbitrary<string> = fc
  .record({
    vouchers: fc.array(voucher, { minLength: 1, maxLength: 12 }),
    needed: fc.constant([
      '凭证日期',
      '会计年度',
      '会计期间',
      '凭证字',
      '凭证号',
      '借方',
      '贷方',
      '原币金额',
      '科目代码',
    ]),
    chosen: fc.subarray(Object.keys(LINE_CELLS).filter((name) => name !== '科目代码')),
    seed: fc.nat(),
    separator: fc.constantFrom(',', '\t'),
    lineEnd: LINE_END,
    short: fc.boolean(),
  })
  .map(({ vouchers, needed, chosen, seed, separator, lineEnd, short }) => {
    const turn = seed % (needed.length + chosen.length);
    const all = [...needed, ...chosen];
    const header = [...all.slice(turn), ...all.slice(0, turn)];
    const rows = vouchers
      .flat()
      .map((row) => header.map((name) => quoted((row as Record<string, string>)[name] ?? '', separator)));
    if (short && seed % 5 === 0) rows.at(-1)?.pop();
    return [header, ...rows].map((cells) => cells.join(separator)).join(lineEnd);
  });

export const MOMENT = cell(
  '2026-10-05 12:30:45',
  '2026-10-31 23:59:59',
  '2026-10-31 20:00:00',
  '2026-09-30 00:00:00',
  '2026-10-05',
);

interface Bill {
  readonly columns: Readonly<Record<string, fc.Arbitrary<string>>>;
  /** What a provider puts around a cell. */
  readonly pack: (text: string) => string;
}

function rowsOf({ columns, pack }: Bill): fc.Arbitrary<string[]> {
  const row = fc.record(columns).map((cells) => Object.keys(columns).map((name) => pack(String(cells[name]))));
  const maimed = row.map((cells) => cells.slice(1));
  return fc
    .array(fc.oneof({ arbitrary: row, weight: 60 }, { arbitrary: maimed, weight: 1 }), { minLength: 1, maxLength: 25 })
    .map((rows) => rows.map((cells) => cells.join(',')));
}

const WECHAT_COLUMNS: Readonly<Record<string, fc.Arbitrary<string>>> = {
  交易时间: MOMENT,
  商户号: fc.constant('1900000109'),
  微信订单号: fc.bigInt({ min: 10n ** 20n, max: 10n ** 21n }).map(String),
  商户订单号: cell('SO-1', 'so 2', '订单3'),
  用户标识: cell('oA', ''),
  交易类型: cell('NATIVE'),
  交易状态: cell('SUCCESS', 'SUCCESS', 'SUCCESS', 'REFUND', 'REVOKED'),
  货币种类: cell('CNY', 'CNY', '', 'cny', 'USD'),
  应结订单金额: fc.constantFrom('10.00', '10.00', '10.0', '9.00', '10.00000'),
  微信退款单号: cell('0', '50301'),
  商户退款单号: cell('0', 'TK1'),
  退款金额: cell('0.00', '3.00'),
  退款状态: cell('', 'SUCCESS', 'FAIL'),
  商品名称: cell('西湖龙井 250g', '铅笔"HB"', '（赠）', ''),
  商户数据包: cell('', 'x'),
  手续费: cell('0.06000', '0.06', '-0.06', '0.00000', '0.061'),
  订单金额: fc.constantFrom('10.00', '10.00', '10'),
  申请退款金额: cell('0.00', '3.00'),
};

/** A WeChat bill whose summary states the number of its rows and what was ordered. */
export const wechatBill: fc.Arbitrary<string> = fc
  .record({
    rows: rowsOf({ columns: WECHAT_COLUMNS, pack: (text) => (text.startsWith('"') ? text : `\`${text}`) }),
    lineEnd: LINE_END,
    isWrong: fc.boolean(),
    seed: fc.nat(),
  })
  .map(({ rows, lineEnd, isWrong, seed }) => {
    const count = isWrong && seed % 8 === 0 ? rows.length + 1 : rows.length;
    return [Object.keys(WECHAT_COLUMNS).join(','), ...rows, '总交易单数', `\`${count}.0`, ''].join(lineEnd);
  });

const ALIPAY_COLUMNS: Readonly<Record<string, fc.Arbitrary<string>>> = {
  支付宝交易号: fc.bigInt({ min: 10n ** 27n, max: 10n ** 28n }).map(String),
  商户订单号: cell('SO-1', 'so 2', ''),
  业务类型: fc.oneof({ arbitrary: fc.constant('交易'), weight: 60 }, { arbitrary: cell('退款', '其他'), weight: 1 }),
  商品名称: cell('西湖龙井 250g', '铅笔"HB"', '（赠）', ''),
  创建时间: MOMENT,
  完成时间: MOMENT,
  门店编号: cell('', 'D-1', '0.00'),
  对方账户: cell('杭州信***(***@163.com)', ''),
  订单金额: fc.constantFrom('11.00', '11.00', '11.0', '12.00', ''),
  商家实收: fc.constantFrom('11.00', '11.00', '11.00', ''),
  '退款批次号/请求号': cell('', '', '', 'TH1'),
  服务费: cell('-0.07', '0.07', '0.00', ''),
  备注: cell('', '急'),
};

/** How many rows of a type there are, and what they brought. */
function statedOf(rows: readonly string[], type: string): { count: number; cents: number } {
  const names = Object.keys(ALIPAY_COLUMNS);
  const received = names.indexOf('商家实收');
  const ofType = rows.map((row) => row.split(',')).filter((cells) => cells[names.indexOf('业务类型')]?.trim() === type);
  const cents = ofType.map((cells) => Math.round(Number(cells[received]) * 100));
  return { count: ofType.length, cents: cents.reduce((sum, one) => sum + one, 0) };
}

/** An Alipay detail bill; its footer states counts and sums that mostly are those of its rows. */
export const alipayBill: fc.Arbitrary<string> = fc
  .record({
    rows: rowsOf({ columns: ALIPAY_COLUMNS, pack: (text) => (/^[\d.-]*$/.test(text) ? text : `${text}\t`) }),
    lineEnd: LINE_END,
    isWrong: fc.boolean(),
    seed: fc.nat(),
  })
  .map(({ rows, lineEnd, isWrong, seed }) => {
    const payments = statedOf(rows, '交易');
    const refunds = statedOf(rows, '退款');
    const slip = isWrong && seed % 8 === 0 ? 1 : 0;
    return [
      '#支付宝业务明细查询',
      '#账号：[20881234567890120156]',
      Object.keys(ALIPAY_COLUMNS).join(','),
      ...rows,
      '#-----业务明细列表结束-----',
      `#交易合计：${payments.count}笔，商家实收共${((payments.cents + slip) / 100).toFixed(2)}元，商家优惠共0.00元`,
      `#退款合计：${refunds.count}笔，商家实收退款共${(refunds.cents / 100).toFixed(2)}元，商家优惠共0.00元`,
    ].join(lineEnd);
  });
