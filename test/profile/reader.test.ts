import { parseProfile } from '../../domain/profile-file';
import { profileReader } from '../../sources/profile';
import { readBytes, refusalOf, type Collected, type Given } from '../sources/collect';
import { gb18030, ICBC, workbook } from './files';

const BANK = `name: bank
relation: bank_entry
account: "6222000011112222"
columns: {booked_on: 日期, amount: {debit: 支出, credit: 收入}, description: 摘要, bank_reference: 流水号}
balance: 余额
`;
const LEDGER = `name: books
relation: ledger_entry
columns:
  entry_no: {join: [字, 号], with: "-"}
  posting_date: 日期
  account: 科目
  debit: 借方
  credit: 贷方
fill: [日期, 字, 号]
`;
const CARD = `name: card
relation: channel_transaction
channel: card
columns: {transaction_no: 参考号, occurred_at: {date: 日期, time: 时间}, type: 类型, gross_amount: 金额, fee_amount: 手续费, net_amount: 净额}
words: {type: {消费: payment, 退货: refund}}
`;

const read = (profile: string, bytes: Buffer | string, given?: Given): Promise<Collected> =>
  readBytes(profileReader(parseProfile(profile)), bytes, given);
const refused = async (profile: string, bytes: Buffer | string, given?: Given): Promise<string> =>
  (await refusalOf(profileReader(parseProfile(profile)), bytes, given)).code;

const HEAD = '日期,支出,收入,余额,摘要,流水号\n';
const GOOD = '2026-10-01,,100.00,100.00,甲,1\n2026-10-02,30.00,,70.00,乙,2\n2026-10-03,,5.00,75.00,丙,3\n';

describe('a running balance', () => {
  it('may run either way', async () => {
    const down = HEAD + GOOD.trimEnd().split('\n').reverse().join('\n');
    expect((await read(BANK, HEAD + GOOD)).kept).toHaveLength(3);
    expect((await read(BANK, down)).kept).toHaveLength(3);
  });

  it('refuses the file where a row is gone or changed', async () => {
    expect(await refused(BANK, HEAD + GOOD.replace(/2026-10-02.*\n/, ''))).toBe('BALANCE_MISMATCH');
    expect(await refused(BANK, HEAD + GOOD.replace('30.00', '30.01'))).toBe('BALANCE_MISMATCH');
  });

  it('is not asked for of rejected rows that come back', async () => {
    const back = `错误行,错误列,错误代码,错误原因,${HEAD}2,,,,${GOOD.split('\n')[0]}\n4,,,,${GOOD.split('\n')[2]}\n`;
    const { kept } = await read(BANK, back);
    expect(kept.map((row) => [row['amount'], row['extra']])).toEqual([
      ['100.00', null],
      ['5.00', null],
    ]);
  });
});

describe('rows', () => {
  it('that cannot be read are rejected with the file’s own column, the others stay', async () => {
    const rows = [
      'yesterday,,1.00,1.00,日期,1',
      '2026-10-02,,1e3,2.00,金额,2',
      '2026-10-02,1.00,2.00,2.00,两边,3',
      '2026-10-02,,,2.00,没有,4',
      '2026-10-02,,1.239,2.00,小数,5',
      '2026-10-02,,1.00,2.00,短',
      '2026-10-02,,1.00,2.00,"逗,号",6,,多余',
      '2026-10-02,,1.00,2.00,"坏"引号,7',
      '2026-10-02,,1.00,2.00,科学,2.02610E+19',
      '2026-10-02,,"1,234.50",1234.50,对,8,,',
    ];
    const { rejected, kept } = await read(BANK.replace('balance: 余额\n', ''), HEAD + rows.join('\n'));
    expect(rejected.map(({ line, column, code }) => [line, column, code])).toEqual([
      [2, '日期', 'BAD_DATE'],
      [3, '收入', 'BAD_AMOUNT'],
      [4, '收入', 'BOTH_SIDES'],
      [5, '收入', 'MISSING_VALUE'],
      [6, '收入', 'TOO_MANY_DECIMALS'],
      [7, '', 'CELL_COUNT'],
      [8, '', 'CELL_COUNT'],
      [9, '', 'BAD_QUOTES'],
      [10, '交易流水号', 'MANGLED_NUMBER'],
    ]);
    expect(kept.map((row) => [row['amount'], row['description']])).toEqual([['1234.50', '对']]);
    expect(rejected[0]?.cells).toEqual({ 日期: 'yesterday', 收入: '1.00', 余额: '1.00', 摘要: '日期', 流水号: '1' });
  });

  it('of totals, carried balances, repeated headers and remarks are excluded, and entries about totals are not', async () => {
    const file = `${HEAD}承前页,,,50.00,,\n2026-10-01,,50.00,100.00,合计补款,1\n本页小计,,50.00,,,\n${HEAD}2026-10-02,30.00,,70.00,合计,2\n合 计：,30.00,50.00,,,\n打印人：李会计\n`;
    const { excluded, kept } = await read(BANK.replace('balance: 余额\n', ''), file);
    expect(excluded.map(({ why }) => why)).toEqual(['TOTAL_ROW', 'TOTAL_ROW', 'HEADER_ROW', 'TOTAL_ROW', 'NOTE_ROW']);
    expect(kept.map((row) => row['description'])).toEqual(['合计补款', '合计']);
  });

  it('must add up to the one grand total at the end', async () => {
    expect(await refused(BANK, `${HEAD}${GOOD}合计,30.00,105.01,,,\n`)).toBe('TOTALS_DIFFER');
    expect((await read(BANK, `${HEAD}${GOOD}合计,30.00,105.00,,,\n`)).kept).toHaveLength(3);
  });

  it('are told by their key columns, or by all they say', async () => {
    const twice = `${HEAD}2026-10-01,,1.00,1.00,甲,1\n2026-10-01,,1.00,2.00,甲,1\n`;
    const keys = async (profile: string): Promise<(string | null | undefined)[]> =>
      (await read(profile, twice)).kept.map((row) => row['row_key']);
    const [said, saidAgain] = await keys(BANK);
    expect(saidAgain).toBe(said?.replace(/-1$/, '-2'));
    const [own, ownAgain] = await keys(`${BANK}key: [流水号]\n`);
    expect(ownAgain).toBe(own);
  });
});

describe('vouchers', () => {
  const sheet = (rows: string): string => `日期,字,号,科目,借方,贷方\n${rows}`;

  it('number their lines by place, wherever they stand, and a rejected line keeps its number', async () => {
    const file = sheet(
      '2026-10-01,记,1,1122,１００.00,\n,,,6001,,１0x\n,,,2221,,13.00\n2026-10-02,转,1,1122,1,\n2026-10-01,记,1,6001,,87.00\n',
    );
    const { kept, rejected, summary } = await read(LEDGER, file);
    expect(kept.map((row) => [row['entry_no'], row['line_no'], row['debit'], row['credit']])).toEqual([
      ['记-1', '1', '100.00', '0.00'],
      ['记-1', '3', '0.00', '13.00'],
      ['转-1', '1', '1.00', '0.00'],
      ['记-1', '4', '0.00', '87.00'],
    ]);
    expect(rejected[0]?.cells).toEqual({
      分录号: '2',
      日期: '2026-10-01',
      字: '记',
      号: '1',
      科目: '6001',
      贷方: '１0x',
    });
    expect(summary.detected['columns']).toEqual(['日期', '字', '号', '科目', '借方', '贷方', '分录号']);
    const back = await read(LEDGER, '日期,字,号,科目,借方,贷方,分录号\n2026-10-01,记,1,6001,,0.00,2\n');
    expect(back.kept.map((row) => [row['entry_no'], row['line_no']])).toEqual([['记-1', '2']]);
  });

  it('with one column of amounts take their side from another, and a line of neither is rejected', async () => {
    const profile = LEDGER.replace('debit: 借方', 'debit: {from: 金额, when: {column: 方向, words: [借]}}').replace(
      'credit: 贷方',
      'credit: {from: 金额, when: {column: 方向, words: [贷]}}',
    );
    const { kept, rejected } = await read(
      profile,
      '日期,字,号,科目,方向,金额\n2026-10-01,记,1,1122,借,9\n,,,6001,贷,9\n,,,6001,平,9\n',
    );
    expect(kept.map((row) => [row['debit'], row['credit']])).toEqual([
      ['9.00', '0.00'],
      ['0.00', '9.00'],
    ]);
    expect(rejected.map(({ column, code }) => [column, code])).toEqual([['方向', 'BAD_WORD']]);
  });
});

describe('an acquirer’s amounts', () => {
  const HEADER = '参考号,日期,时间,类型,金额,手续费,净额\n';
  it.each([
    ['1,20261001,1:02:03,消费,100.00,0.60,99.40', ['100.00', '0.60', '99.40']],
    ['1,20261001,,消费,100.00,,99.40', ['100.00', '0.60', '99.40']],
    ['1,20261001,,消费,100.00,-0.60,99.40', ['100.00', '0.60', '99.40']],
    ['1,20261001,,消费,100.00,0.60,', ['100.00', '0.60', '99.40']],
    ['1,20261001,,退货,100.00,0.60,99.40', ['-100.00', '-0.60', '-99.40']],
    ['1,20261001,,退货,-100.00,0.00,-100.00', ['-100.00', '0.00', '-100.00']],
    ['1,20261001,,退货,100.00,0.60,100.60', ['-100.00', '0.60', '-100.60']],
    ['1,20261001,,退货,100.00,-0.60,-99.40', ['-100.00', '-0.60', '-99.40']],
  ])('%s', async (row, amounts) => {
    const { kept, rejected } = await read(CARD, HEADER + row);
    expect(rejected).toEqual([]);
    expect(kept.map((one) => [one['gross_amount'], one['fee_amount'], one['net_amount']])).toEqual([amounts]);
  });

  it('that do not tie are rejected, and so is a type nobody named', async () => {
    const { rejected } = await read(
      CARD,
      `${HEADER}1,20261001,,消费,100.00,0.60,99.00\n2,20261001,,分期,1,0,1\n3,20261001,,消费,-5,0,-5\n`,
    );
    expect(rejected.map(({ column, code }) => [column, code])).toEqual([
      ['金额', 'NET_SUM_DIFFERS'],
      ['类型', 'BAD_WORD'],
      ['金额', 'WRONG_SIGN'],
    ]);
  });

  it('of another merchant refuse the file, and skipped types are excluded with their money', async () => {
    const profile = `${CARD}merchant: {from: 商户号, number: "8981"}\nskip: {where: 类型, words: [预授权]}\n`;
    const rows = `商户号,${HEADER}8981,1,20261001,,消费,1,0,1\n`;
    expect(await refused(profile, `${rows}8982,2,20261001,,消费,1,0,1\n`)).toBe('WRONG_MERCHANT');
    const { excluded } = await read(
      profile.replace('退货: refund', '退货: refund, 预授权: payment'),
      `${rows}8981,2,20261001,,预授权,7,0,7\n`,
    );
    expect(excluded).toEqual([{ rowNo: 3, why: 'SKIPPED_ROW', amount: '7.00', currency: 'CNY' }]);
  });
});

describe('dates', () => {
  const days = async (dates: string, cells: readonly string[]): Promise<string[]> => {
    const { kept, rejected } = await read(
      `${BANK.replace('balance: 余额\n', '')}${dates}`,
      HEAD + cells.map((cell, i) => `${cell},,1.00,,x,${i}\n`).join(''),
    );
    return [...kept.map((row) => row['booked_on'] ?? ''), ...rejected.map(({ code }) => code)];
  };

  it('are read in the usual forms, and in those the profile names instead', async () => {
    expect(await days('', ['20261005', '2026年10月5日', '20261005123456', '5/10/2026', '46300'])).toEqual([
      '2026-10-05',
      '2026-10-05',
      '2026-10-05',
      'BAD_DATE',
      'BAD_DATE',
    ]);
    expect(await days('dates: [dd/MM/yyyy, yy.M.d]\n', ['05/10/2026', '26.10.5', '2026-10-05', '10/32/2026'])).toEqual([
      '2026-10-05',
      '2026-10-05',
      'BAD_DATE',
      'NO_SUCH_DAY',
    ]);
  });

  it('of a workbook may be day numbers, date cells and times of their own', async () => {
    const bytes = await workbook({
      Sheet1: [
        ['参考号', '日期', '时间', '类型', '金额', '手续费', '净额'],
        ['1', { serial: 46300, style: 'day' }, { serial: 0.395, style: 'time' }, '消费', 0.1 + 0.2, 0, 0.3],
        ['2', 46300, 0.5, '消费', 1234.5, null, 1234.5],
        [2.0261005123456788e19, 46300, null, '消费', 1, 0, 1],
      ],
    });
    const { kept, rejected } = await read(CARD, bytes);
    expect(kept.map((row) => [row['occurred_at'], row['gross_amount']])).toEqual([
      ['2026-10-05 09:28:48+08:00', '0.30'],
      ['2026-10-05 12:00:00+08:00', '1234.50'],
    ]);
    expect(rejected.map(({ code }) => code)).toEqual(['MANGLED_NUMBER']);
  });
});

describe('a file as a whole', () => {
  it.each<[string, Buffer | string, string]>([
    ['nothing', '', 'EMPTY_FILE'],
    ['no header', 'a,b\n1,2\n', 'WRONG_KIND'],
    ['a header without one of the columns', HEAD.replace('摘要', '用途'), 'MISSING_COLUMN'],
    ['a column that stands twice', HEAD.replace('流水号', '流水号,日期'), 'DUPLICATE_COLUMN'],
    ['a quote that never closes', `${HEAD}2026-10-01,,"1.00,x\n`, 'UNCLOSED_QUOTE'],
    ['a PDF', '%PDF-1.7 …', 'NOT_TEXT'],
    ['a ZIP that is no workbook', Buffer.from('504b0506000000000000000000000000000000000000', 'hex'), 'WRONG_KIND'],
    ['a damaged workbook', Buffer.from('504b0304ffff', 'hex'), 'UNSAFE_ARCHIVE'],
  ])('that is %s is refused', async (_what, bytes, code) => {
    expect(await refused(BANK, bytes)).toBe(code);
  });

  it('of another account is refused, whether the profile, a column or a title names it', async () => {
    const banks = [{ account: '6222 0000 1111 2222', currency: 'CNY' }];
    expect((await read(BANK, HEAD + GOOD, { banks })).kept).toHaveLength(3);
    expect(await refused(BANK.replace('6222', '6223'), HEAD + GOOD, { banks })).toBe('WRONG_ACCOUNT');
    const above = BANK.replace('account: "6222000011112222"', 'account: {above: 账号}');
    expect(await refused(above, `账号：6225 1111 2222 3333,户名：他人\n${HEAD}${GOOD}`, { banks })).toBe(
      'WRONG_ACCOUNT',
    );
    expect((await read(above, `户名：本人 账号：6222000011112222\n${HEAD}${GOOD}`, { banks })).kept).toHaveLength(3);
  });

  it('with a sheet that is not there names those that are', async () => {
    const bytes = await workbook({ 甲: [['x']], 乙: [['y']] });
    const { code, reason } = await refusalOf(profileReader(parseProfile(`${BANK}sheet: 明细\n`)), bytes);
    expect([code, reason.zh]).toEqual(['WRONG_KIND', expect.stringContaining('甲、乙')]);
  });

  it('in broken GB18030 loses only the broken rows', async () => {
    const bytes = gb18030(HEAD + GOOD);
    bytes[bytes.lastIndexOf(0xb1)] = 0xff;
    const { kept, rejected } = await read(BANK, bytes);
    expect([kept.length, rejected.map(({ code }) => code)]).toEqual([2, ['UNDECODABLE']]);
  });

  it('of a header without rows is a file of no rows', async () => {
    const { summary } = await read(BANK, HEAD);
    expect(summary.detected['warnings']).toEqual([expect.objectContaining({ code: 'NO_ROWS' })]);
  });

  it('that is hostile is answered in time: a far cell, ten megabytes of one line, of quotes, of columns', async () => {
    const started = Date.now();
    expect(await refused(BANK, 'x'.repeat(10_000_000))).toBe('ROW_TOO_LONG');
    expect(['UNCLOSED_QUOTE', 'WRONG_KIND', 'ROW_TOO_LONG']).toContain(await refused(BANK, '"\n'.repeat(500_000)));
    expect(['ROW_TOO_LONG', 'WRONG_KIND']).toContain(await refused(BANK, ','.repeat(900_000) + '\n'));
    const far = await workbook({ Sheet1: [['日期']] }, { XFD1048576: 1 });
    expect(await refused(BANK, far)).toBe('WORKBOOK_TOO_LARGE');
    const titles = `${'标题,\n'.repeat(101)}${HEAD}${GOOD}`;
    expect(await refused(BANK, titles)).toBe('WRONG_KIND');
    expect(Date.now() - started).toBeLessThan(15_000);
  }, 30_000);

  it('of which not one of twenty thousand rows can be read is refused; one good row among them keeps the others in quarantine', async () => {
    const bad = 'x,y,z\n'.repeat(1_600_000);
    expect(await refused(BANK, HEAD + bad)).toBe('WRONG_KIND');
    const some = await read(BANK, HEAD + '2026-10-01,,100.00,100.00,甲,1\n' + 'x,y,z\n'.repeat(21_000));
    expect([some.kept.length, some.rejected.length]).toEqual([1, 21_000]);
  });

  it('gives the same rows however its cells are packed', async () => {
    const packed = ICBC.replaceAll(/,(?=[0-9]{6},)/g, ',\t');
    const profile = `name: icbc\nrelation: bank_entry\naccount: {above: 账号}\ncolumns: {booked_on: 交易日期, amount: {debit: 借方发生额（支取）, credit: " 贷方发生额(收入)"}}\n`;
    const plain = await read(profile, ICBC);
    expect((await read(profile, packed)).kept.map((row) => row['amount'])).toEqual(
      plain.kept.map((row) => row['amount']),
    );
  });
});
