import { readDay, readMoment, ZoneClock } from '../../sources/text';

const shanghai = new ZoneClock('Asia/Shanghai');
const newYork = new ZoneClock('America/New_York');

describe('dates', () => {
  test.each([
    ['2026-10-05', '2026-10-05 00:00:00+08:00'],
    ['2026/10/5', '2026-10-05 00:00:00+08:00'],
    ['20261005', '2026-10-05 00:00:00+08:00'],
    ['2026年10月5日', '2026-10-05 00:00:00+08:00'],
    ['2026-10-05 12:30:45', '2026-10-05 12:30:45+08:00'],
    ['2026-10-05T12:30', '2026-10-05 12:30:00+08:00'],
    ['2026/10/5 9:05', '2026-10-05 09:05:00+08:00'],
    ['2026年10月5日12:30', '2026-10-05 12:30:00+08:00'],
    ['20261005 12:30:45.123456789', '2026-10-05 12:30:45.123456+08:00'],
    ['2026-10-05T12:30:45Z', '2026-10-05 20:30:45+08:00'],
    ['2026-10-31T16:00:00Z', '2026-11-01 00:00:00+08:00'],
    ['2026-11-01 00:30:00 +0900', '2026-10-31 23:30:00+08:00'],
    ['2026-10-05T12:30:45+08', '2026-10-05 12:30:45+08:00'],
    [' 2024-02-29\t', '2024-02-29 00:00:00+08:00'],
  ])('%j is the moment %s', (text, instant) => {
    expect(readMoment(text, shanghai)).toEqual({ ok: true, value: { day: instant.slice(0, 10), instant } });
  });

  test.each([
    'yesterday',
    'today',
    'now',
    '5/10/2026',
    '05-10-2026',
    '2026.10.05',
    '2026-10',
    '46300',
    '46300.5',
    '1790000000',
    'Oct 5, 2026',
    '2026-10-05T',
    '2026-10-05 12',
    '2026-10-05Z',
    '2026-10-05 12:30 PM',
    '20261005123000',
    '２０２６-10-05',
    '2026-10/05',
    '26-10-05',
    '2026年10月5',
    '2026-10-05 12:30:45 CST',
    'infinity',
    '',
  ])('%j is not guessed', (text) => {
    expect(readDay(text, shanghai)).toMatchObject({ ok: false, code: 'BAD_DATE' });
  });

  test.each([
    '2026-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-10-32',
    '20260230',
    '0001-01-01',
    '2026-10-05 24:00:00',
    '2026-10-05 12:60',
    '2026-10-05T10:00:00+25:00',
  ])('%j is no day or time of the calendar', (text) => {
    expect(readDay(text, shanghai)).toMatchObject({ ok: false, code: 'NO_SUCH_DAY' });
  });

  test('clocks that change are followed: a skipped time is after the skip, a doubled one its first showing', () => {
    expect(readMoment('2026-03-08 01:59:59', newYork)).toMatchObject({
      value: { instant: '2026-03-08 01:59:59-05:00' },
    });
    expect(readMoment('2026-03-08 02:30:00', newYork)).toMatchObject({
      value: { instant: '2026-03-08 03:30:00-04:00' },
    });
    expect(readMoment('2026-11-01 01:30:00', newYork)).toMatchObject({
      value: { instant: '2026-11-01 01:30:00-04:00' },
    });
    expect(readMoment('2026-11-01T06:30:00Z', newYork)).toMatchObject({
      value: { instant: '2026-11-01 01:30:00-05:00' },
    });
    expect(readMoment('2026-07-01', newYork)).toMatchObject({ value: { instant: '2026-07-01 00:00:00-04:00' } });
  });

  test('a whole day has one offset, but not the day the clocks change', () => {
    const day = Date.UTC(2026, 9, 31) / 86_400_000;
    expect(shanghai.offsetOfDay(day)).toBe(8 * 3600);
    expect(newYork.offsetOfDay(day + 1)).toBeNull();
    expect(newYork.offsetOfDay(day + 10)).toBe(-5 * 3600);
  });
});
