import { parseProfile } from '../../domain/profile-file';
import type { Proposal } from '../../domain/profile-trial';
import { proposeProfile } from '../../sources/profile/propose';
import { asFile, workbook } from './files';

const propose = (text: string | Buffer, more: Parameters<typeof proposeProfile>[0] | object = {}): Promise<Proposal> =>
  asFile(text, (path) => proposeProfile({ path, fileName: 'a.csv', rows: 5, ...more }));

const BANK = '交易日期,支出,收入,余额,对方户名,摘要\n';

test('which way money went is judged by the running balance where names mislead', async () => {
  const { yaml, unsure, trial } = await propose(
    '交易日期,借方金额,贷方金额,余额,摘要\n2026-10-01,100.00,,100.00,甲\n2026-10-02,,30.00,70.00,乙\n2026-10-03,5.00,,75.00,丙\n',
  );
  expect(parseProfile(yaml).columns['amount']).toEqual({ how: 'sides', debit: '贷方金额', credit: '借方金额' });
  expect(unsure.map(({ zh }) => zh).join()).toMatch(/按余额看，“借方金额”是收入/);
  expect(trial?.rows.map(({ values }) => values['amount'])).toEqual(['100.00', '-30.00', '5.00']);
});

test('a balance that is not continuous is left out and said', async () => {
  const { yaml, unsure, trial } = await propose(
    `${BANK}2026-10-01,,100.00,100.00,甲,a\n2026-10-02,30.00,,99.00,乙,b\n`,
  );
  expect(parseProfile(yaml).balance).toBeNull();
  expect(unsure.map(({ zh }) => zh).join()).toMatch(/余额”与发生额不连续/);
  expect(trial?.refusal).toBeNull();
});

test.each([
  ['2026.10.05', ['yyyy.MM.dd'], false],
  ['25/10/2026', ['dd/MM/yyyy'], false],
  ['10/25/2026', ['MM/dd/yyyy'], false],
  ['05/10/2026', ['dd/MM/yyyy'], true],
  ['20261005', [], false],
])('dates like %s are proposed as %j', async (date, dates, isDoubtful) => {
  const { yaml, unsure } = await propose(`${BANK}${date},,100.00,100.00,甲,a\n`);
  expect(parseProfile(yaml).dates).toEqual(dates);
  expect(unsure.some(({ zh }) => /日月先后不明/.test(zh))).toBe(isDoubtful);
});

test('a column nobody can guess leaves a profile that says what is missing', async () => {
  const { yaml, trial, unsure } = await propose('凭证号,摘要,科目编码,借方金额,贷方金额\n1,甲,1122,1.00,\n');
  expect(trial).toBeNull();
  expect(unsure.map(({ en }) => en).join()).toMatch(/posting_date/);
  expect(() => parseProfile(yaml)).toThrow('PROFILE_INVALID');
});

test('unknown types are named, and enquiries are left out', async () => {
  const { yaml, unsure, trial } = await propose(
    '商户号,终端号,交易日期,交易时间,交易类型,交易金额,手续费,结算金额,参考号\n1,2,20261001,101010,消费,1.00,0.00,1.00,a\n1,2,20261001,101010,余额查询,0.00,0.00,0.00,b\n1,2,20261001,101010,圈存,3.00,0.00,3.00,c\n',
  );
  expect(parseProfile(yaml).skip).toEqual([{ column: '交易类型', words: ['余额查询'] }]);
  expect(unsure.map(({ zh }) => zh).join()).toMatch(/“圈存”不认识/);
  expect(trial).toMatchObject({ accepted: 1, rejected: 1, excluded: 1 });
});

test('our own columns are known by our own names, and a relation may be asked for', async () => {
  const receipts = '收款单号,客户编号,收款日期,收款方式,币种,收款金额\nSK1,C1,2026-10-01,现金,CNY,5.00\n';
  const { relation, trial } = await propose(receipts);
  expect([relation, trial?.accepted]).toEqual(['receipt', 1]);
  expect((await propose(`${BANK}2026-10-01,,1.00,1.00,甲,a\n`, { relation: 'bank_entry' })).relation).toBe(
    'bank_entry',
  );
});

test('a file of names from another world does not run as YAML', async () => {
  const name = '摘要';
  const evil = await workbook({
    '*a: {b': [
      ['交易日期', '收入', '支出', '余额', name, 'x: &y *z'],
      ['2026-10-01', '1.00', null, '1.00', '- *z', '=cmd()'],
    ],
    第二: [['x']],
  });
  const { yaml, trial } = await propose(evil);
  expect(parseProfile(yaml).sheet).toBe('*a: {b');
  expect(trial?.rows[0]?.values['description']).toBe('- *z');
});
