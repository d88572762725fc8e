import { estimateTables } from '../../documents/outline-estimates';
import { expectedEnd, nextTry } from '../../domain/source-patience';
import { nameMissing } from '../../domain/source-words';
import type { ReportModel } from '../../domain/report-model';

const LINE = {
  source: 'wechat',
  part: 'trade/2026-10-17',
  title: { zh: '交易账单 2026-10-17', en: 'trade bill 2026-10-17' },
  currency: 'CNY',
  count: 12,
  amount: '340.50',
  basedOn: 30,
  how: { zh: '日均', en: 'mean' },
  since: { batch: 77, state: 'parked' },
};

test('the report says what a provisional month was cut off without, marked as estimates', () => {
  expect(estimateTables({} as ReportModel)).toEqual([]);
  const [table] = estimateTables({
    estimates: [LINE, { ...LINE, count: null, amount: null, since: null }],
  } as unknown as ReportModel);
  expect(table!.name.en).toContain('in no figure');
  expect(table!.rows.map(({ cells }) => cells)).toEqual([
    ['wechat', expect.stringContaining('2026-10-17'), 'CNY', '12', '340.50', expect.any(String), '#77 parked'],
    ['wechat', expect.any(String), 'CNY', null, null, expect.any(String), null],
  ]);
  expect(table!.rows.every(({ cells }) => cells.length === table!.columns.length)).toBe(true);
});

test('missing parts are named, the first five, and the rest counted', () => {
  const missing = Array.from({ length: 6 }, (_, i) => ({
    ...{ source: 'wechat', part: `t${i}`, state: 'waiting' as const },
    title: { zh: `账单 ${i}`, en: `bill ${i}` },
  }));
  expect(nameMissing(missing.slice(0, 2), 2).en).toBe('wechat bill 0, wechat bill 1');
  expect(nameMissing(missing, 9).en).toBe(
    'wechat bill 0, wechat bill 1, wechat bill 2, wechat bill 3, wechat bill 4 and 4 more',
  );
  expect(nameMissing(missing, 9).zh).toContain('等，另有 4 项');
});

test('the expected end follows the pace so far, and nobody guesses without one', () => {
  const begun = new Date('2026-11-01T08:00:00Z');
  const now = new Date('2026-11-01T08:01:00Z');
  expect(expectedEnd(begun, now, 250, 1_000)?.toISOString()).toBe('2026-11-01T08:04:00.000Z');
  expect(expectedEnd(begun, now, 250, null)).toBeNull();
  expect(expectedEnd(begun, now, 0, 1_000)).toBeNull();
});

test('parts that failed together do not come back together, and the same part always waits the same', () => {
  const now = new Date('2026-11-01T08:00:00Z');
  const tries = Array.from({ length: 31 }, (_, i) => nextTry(`wechat/trade/2026-10-${i + 1}`, 1, now).getTime());
  expect(new Set(tries).size).toBeGreaterThan(25);
  expect(nextTry('a', 3, now)).toEqual(nextTry('a', 3, now));
  expect(nextTry('a', 500, now).getTime() - now.getTime()).toBeLessThanOrEqual(72 * 60_000);
});
