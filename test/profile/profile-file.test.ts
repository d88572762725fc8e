import { parseProfile } from '../../domain/profile-file';
import type { Problem } from '../../domain/problem';

const faultsOf = (source: string): [number, string][] => {
  try {
    parseProfile(source);
    return [];
  } catch (error) {
    const { code, details } = error as Problem;
    expect(code).toBe('PROFILE_INVALID');
    return (details['faults'] as { line: number; path: string }[]).map(({ line, path }) => [line, path]);
  }
};

const SHORT = `name: b
relation: bank_entry
account: "6222 0001"
columns:
  booked_on: 日期
  amount: {debit: 支出, credit: 收入}
  description: [摘要, 附言]
skip: {where: 摘要, words: [作废]}
`;

test('the short forms a clerk writes are the long ones', () => {
  const { columns, skip, channel, header } = parseProfile(SHORT);
  expect(columns).toEqual({
    account: { how: 'value', value: '6222 0001' },
    booked_on: { how: 'from', column: '日期' },
    amount: { how: 'sides', debit: '支出', credit: '收入' },
    description: { how: 'join', columns: ['摘要', '附言'], with: ' ' },
  });
  expect([skip, channel, header]).toEqual([[{ column: '摘要', words: ['作废'] }], 'bank', []]);
});

test('every fault is found in one pass, each with its line', () => {
  const source = `name: Bank A
relation: bank_entry
encoding: big5
columns:
  booked_on: {form: 日期}
  amount:
    from: 金额
    sign: {column: 方向, way: [借]}
  colour: 颜色
dates: [dd/MM, gestern]
channels: card
`;
  expect(faultsOf(source)).toEqual([
    [1, 'name'],
    [3, 'encoding'],
    [5, 'columns.booked_on'],
    [8, 'columns.amount.sign.way'],
    [9, 'columns.colour'],
    [10, 'dates[0]'],
    [10, 'dates[1]'],
    [11, 'channels'],
  ]);
});

test.each([
  ['an unknown relation', SHORT.replace('bank_entry', 'bank'), 2, 'relation'],
  ['a column that must be mapped and is not', SHORT.replace('  booked_on: 日期\n', ''), 5, 'columns.booked_on'],
  ['money that is made up', SHORT.replace('{debit: 支出, credit: 收入}', '{value: "1.00"}'), 6, 'columns.amount.value'],
  [
    'a date made of two sides',
    SHORT.replace('booked_on: 日期', 'booked_on: {debit: 甲, credit: 乙}'),
    5,
    'columns.booked_on.debit',
  ],
  ['a skip without words', SHORT.replace('words: [作废]', 'words: []'), 8, 'skip[0].words'],
  ['a fill of a column nobody reads', `${SHORT}fill: [凭证号]\n`, 9, 'fill'],
  [
    'a running balance of vouchers',
    'name: v\nrelation: ledger_entry\nbalance: 余额\ncolumns: {entry_no: 号, posting_date: 日, account: 科目, debit: 借, credit: 贷}\n',
    3,
    'balance',
  ],
  [
    'a key of vouchers',
    'name: v\nrelation: ledger_entry\ncolumns: {entry_no: 号, posting_date: 日, account: 科目, debit: 借, credit: 贷}\nkey: [号]\n',
    4,
    'key',
  ],
  [
    'a word that ours has not',
    'name: p\nrelation: channel_transaction\ncolumns: {transaction_no: 号, occurred_at: 时间, type: 类型, gross_amount: 金额}\nwords:\n  type: {消费: sale}\n',
    5,
    'words.type.消费',
  ],
  ['a reference to another part', `${SHORT}key: *first\n`, 9, 'key'],
])('%s is refused with its line', (_what, source, line, path) => {
  expect(faultsOf(source)).toContainEqual([line, path]);
});

test('a name with a prototype’s word, a billion laughs and a megabyte of depth are only faults', () => {
  expect(
    faultsOf(SHORT.replace('  booked_on: 日期', '  __proto__: 日期\n  constructor: 日期\n  booked_on: 日期')),
  ).toEqual([
    [5, 'columns.__proto__'],
    [6, 'columns.constructor'],
  ]);
  const laughs = `a: &a [x,x,x,x]\nb: &b [*a,*a,*a,*a]\nc: [*b,*b,*b,*b]\n${SHORT}`;
  expect(faultsOf(laughs).length).toBeGreaterThan(0);
  expect(faultsOf('name: x\nrelation: bank_entry\ncolumns: 7\n').length).toBeGreaterThan(0);
  expect(faultsOf('- a\n- b\n').length).toBeGreaterThan(0);
});
