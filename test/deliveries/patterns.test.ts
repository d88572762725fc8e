import { fileRules } from '../../sources/delivered/file-rules';
import { planMonth } from '../../sources/delivered/month-plan';
import { namePattern } from '../../sources/delivered/name-pattern';
import { isPlainName, shownName } from '../../sources/delivered/names';

const dateOf = (pattern: string, ...names: string[]): unknown => namePattern(pattern, '/').dateOf(names);

describe('a name pattern', () => {
  it.each([
    ['statement_{yyyyMMdd}.sta', 'statement_20261017.sta', { day: '2026-10-17', month: '2026-10' }],
    ['statement_{yyyy-MM-dd}.sta', 'STATEMENT_2026-10-17.STA', { day: '2026-10-17', month: '2026-10' }],
    ['INN{yyMMdd}88ZM_*', 'INN26101788ZM_777290058110048', { day: '2026-10-17', month: '2026-10' }],
    ['pos_{yyyyMM}*.csv', 'pos_202610_2.csv', { month: '2026-10' }],
    ['对账单{yyyy年MM月dd日}.xlsx', '对账单2026年10月17日.xlsx', { day: '2026-10-17', month: '2026-10' }],
    ['settle_{yyyyMMdd+1}.csv', 'settle_20261101.csv', { day: '2026-10-31', month: '2026-10' }],
    ['export?.csv', 'export7.csv', {}],
  ])('%s reads %s', (pattern, name, date) => {
    expect(dateOf(pattern, name)).toEqual(date);
  });

  it.each([
    ['statement_{yyyyMMdd}.sta', 'statement_20261317.sta'],
    ['statement_{yyyyMMdd}.sta', 'statement_20260230.sta'],
    ['statement_{yyyyMMdd}.sta', 'statement_20261017.sta.bak'],
    ['a+b(c).csv', 'aab(c).csv'],
    ['*.csv', '../x.csv'],
  ])('%s does not fit %s', (pattern, name) => {
    expect(dateOf(pattern, name)).toBeUndefined();
  });

  it('asks for names one below the other, whose dates agree', () => {
    expect(dateOf('{yyyyMM}/pos_{yyyyMMdd}.csv', '202610', 'pos_20261017.csv')).toMatchObject({ day: '2026-10-17' });
    expect(dateOf('{yyyyMM}/pos_{yyyyMMdd}.csv', '202609', 'pos_20261017.csv')).toBeUndefined();
    expect(dateOf('{yyyyMM}/pos_{yyyyMMdd}.csv', 'pos_20261017.csv')).toBeUndefined();
  });

  it('fits names whose accents are composed otherwise', () => {
    expect(dateOf('relevé.csv', 'relevé.csv'.normalize('NFD'))).toEqual({});
  });

  it('fills a day in, a day later where the name is', () => {
    expect(namePattern('s_{yyyyMMdd+1}_*.csv', '/').filledIn('2026-10-31')).toBe('s_20261101_*.csv');
  });

  it('stays fast on a name made to be slow', () => {
    const begun = Date.now();
    expect(dateOf('*a*a*b', 'a'.repeat(255))).toBeUndefined();
    expect(Date.now() - begun).toBeLessThan(2_000);
  });

  it.each([
    ['{MMdd}.csv', 'no year'],
    ['{yyyydd}.csv', 'no month'],
    ['{date}.csv', '{date}'],
    ['{yyyyMM.csv', '{'],
    ['yyyyMM}.csv', '}'],
    ['../*.csv', '..'],
    ['a//b.csv', 'empty name'],
    ['*1*2*3*4', 'wildcards'],
  ])('%s is refused', (pattern, why) => {
    expect(() => namePattern(pattern, '/')).toThrow(why);
  });
});

describe('the setting files', () => {
  it('holds rules with their kinds and what is expected', () => {
    const rules = fileRules('a_{yyyyMMdd}.sta -> mt940; b.csv -> profile:lakala any ;', 'working', '/');
    expect(rules.map(({ pattern, kind, expected }) => [pattern.text, kind, expected])).toEqual([
      ['a_{yyyyMMdd}.sta', 'mt940', 'working'],
      ['b.csv', 'profile:lakala', 'any'],
    ]);
  });

  it.each([
    ['', '没有任何规则'],
    ['a.sta', '文件名 -> 类型'],
    ['a.sta -> mt942', 'mt942'],
    ['a.sta -> mt940 daily', 'daily'],
    ['{MM}.sta -> mt940', 'no year'],
  ])('%j is refused with the reason', (text, why) => {
    expect(() => fileRules(text, 'all', '/')).toThrow(
      expect.objectContaining({
        code: 'SOURCE_SETTING_INVALID',
        reason: expect.objectContaining({ zh: expect.stringContaining(why) }),
      }),
    );
  });
});

describe('a month', () => {
  const calendar = { zone: 'Asia/Shanghai', lateDays: 15 };
  const lying = (...names: string[]): { key: string; names: string[]; at: Date }[] =>
    names.map((name) => ({ key: name, names: [name], at: new Date('2026-10-20T00:00:00Z') }));
  const keys = (files: string, ...names: string[]): string[] =>
    planMonth('2026-10', fileRules(files, 'all', '/'), lying(...names), calendar).parts.map(({ key }) => key);

  it('has a part for each of its days', () => {
    const found = keys('s_{yyyyMMdd}.sta -> mt940', 's_20261017.sta', 's_20261101.sta');
    expect(found).toHaveLength(31);
    expect(found).toContain('s_20261017.sta');
    expect(found).not.toContain('s_20261101.sta');
  });

  it('has parts for its working days only, weekends worked for a holiday among them, and takes what comes on others', () => {
    const found = keys('s_{yyyyMMdd}.sta -> mt940 working', 's_20261003.sta');
    expect(found).toContain('s_20261003.sta'); // in the holiday, but there
    expect(found).not.toContain('s_20261005.sta'); // National Day holiday
    expect(found).toContain('s_20261010.sta'); // a Saturday that is worked
    expect(found).not.toContain('s_20261018.sta'); // a Sunday
  });

  it('has several parts on a day whose pattern fits several files, and a gap under the pattern where there is none', () => {
    const found = keys('p_{yyyyMMdd}*.csv -> channel-csv', 'p_20261017_1.csv', 'p_20261017_2.csv');
    expect(found.filter((key) => key.startsWith('p_20261017'))).toEqual(['p_20261017_1.csv', 'p_20261017_2.csv']);
    expect(found).toContain('p_20261018*.csv');
    expect(found).toHaveLength(32);
  });

  it('has one part for a pattern of months, whether it has come or not, unless any number will do', () => {
    expect(keys('p_{yyyyMM}.csv -> channel-csv')).toEqual(['p_202610.csv']);
    expect(keys('p_{yyyyMM}.csv -> channel-csv', 'p_202610.csv', 'p_202609.csv')).toEqual(['p_202610.csv']);
    expect(keys('p_{yyyyMM}.csv -> channel-csv any')).toEqual([]);
  });

  it('gives a file that fits two rules to the first', () => {
    const plan = planMonth(
      '2026-10',
      fileRules('a*.csv -> channel-csv; *.csv -> receipts-csv', 'any', '/'),
      lying('a1.csv', 'b1.csv'),
      calendar,
    );
    expect(plan.parts.map(({ key, kind }) => [key, kind])).toEqual([
      ['a1.csv', 'channel-csv'],
      ['b1.csv', 'receipts-csv'],
    ]);
  });

  it('takes a file without a date for the month it came in, and up to the fifteenth for the month before', () => {
    const rules = fileRules('x.csv -> channel-csv any', 'any', '/');
    const monthsOf = (at: string): string[] =>
      ['2026-09', '2026-10', '2026-11'].filter((month) => {
        const file = { key: 'x.csv', names: ['x.csv'], at: new Date(at) };
        return planMonth(month, rules, [file], calendar).parts.length > 0;
      });
    expect(monthsOf('2026-11-15T23:59:00+08:00')).toEqual(['2026-10']);
    expect(monthsOf('2026-11-16T00:00:00+08:00')).toEqual(['2026-11']);
    expect(monthsOf('2026-10-31T23:59:00+08:00')).toEqual(['2026-10']);
    expect(monthsOf('2026-10-01T00:00:00+08:00')).toEqual(['2026-09']);
  });

  it('says of a gap that it cannot have come before its day has ended', () => {
    const { parts } = planMonth('2026-10', fileRules('s_{yyyyMMdd}.sta -> mt940', 'all', '/'), [], calendar);
    expect(parts[30]).toMatchObject({ day: '2026-10-31', notBefore: new Date('2026-11-01T00:00:00+08:00') });
  });
});

describe('names', () => {
  it('are shown with what would turn, hide or move the text written out', () => {
    expect(shownName('对账\u202egnp.csv\n\u0007')).toBe('对账\\u{202e}gnp.csv\\u{a}\\u{7}');
  });

  it.each(['..', '../x', 'a/b', 'a\\b', 'a\u0000b', '', 'x'.repeat(256)])('%j is no plain name', (name) => {
    expect(isPlainName(name)).toBe(false);
  });
});
