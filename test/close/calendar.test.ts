import { deadlineInstant, deadlinesOf, parseDuration } from '../../domain/deadlines';
import { addMonths, clockIn, daysOf, instantOf, monthBefore } from '../../domain/periods';
import { hasCalendar, isWorkingDay, nthWorkingDay } from '../../domain/working-days';

const SHANGHAI = 'Asia/Shanghai';

describe('months', () => {
  it('are counted over the year’s end', () => {
    expect([addMonths('2026-12', 1), addMonths('2026-01', -1), addMonths('2026-10', 15)]).toEqual([
      '2027-01',
      '2025-12',
      '2028-01',
    ]);
    expect(daysOf('2028-02')).toEqual({ first: '2028-02-01', last: '2028-02-29' });
    expect(() => addMonths('2026-13', 1)).toThrow(RangeError);
  });

  it('follow the company’s clocks, not the server’s, at the edge of a month', () => {
    const justBefore = Date.parse('2026-10-31T15:59:59.999Z');
    expect(monthBefore(justBefore, SHANGHAI)).toBe('2026-09');
    expect(monthBefore(justBefore + 1, SHANGHAI)).toBe('2026-10');
    expect(monthBefore(justBefore + 1, 'UTC')).toBe('2026-09');
  });

  it.each([
    ['2026-11-01', '06:00', SHANGHAI, '2026-10-31T22:00:00.000Z'],
    ['2026-11-01', '06:00', 'UTC', '2026-11-01T06:00:00.000Z'],
    ['2026-03-29', '02:30', 'Europe/Berlin', '2026-03-29T01:30:00.000Z'], // skipped: after the skip
    ['2026-10-25', '02:30', 'Europe/Berlin', '2026-10-25T00:30:00.000Z'], // twice: the first
    ['2026-07-01', '09:00', 'America/Los_Angeles', '2026-07-01T16:00:00.000Z'],
    ['2026-01-01', '00:00', 'Asia/Kathmandu', '2025-12-31T18:15:00.000Z'],
  ])('%s %s in %s is %s', (day, time, zone, instant) => {
    expect(new Date(instantOf(day, time, zone)).toISOString()).toBe(instant);
  });

  it('are shown on the clocks of the zone', () => {
    expect(clockIn(Date.parse('2026-10-31T22:00:00Z'), SHANGHAI)).toBe('2026-11-01 06:00');
  });
});

describe('working days in China', () => {
  it('leave out public holidays and count the weekends worked instead', () => {
    expect([isWorkingDay('2026-10-01'), isWorkingDay('2026-10-10'), isWorkingDay('2026-10-11')]).toEqual([
      false,
      true,
      false,
    ]);
    expect(nthWorkingDay('2026-10-01', 1)).toEqual({ day: '2026-10-08' });
    expect(nthWorkingDay('2026-10-01', 3)).toEqual({ day: '2026-10-10' });
    expect(nthWorkingDay('2026-11-01', 1)).toEqual({ day: '2026-11-02' });
  });

  it('skip only weekends in a year that is not published, and say so', () => {
    expect(hasCalendar('2026')).toBe(true);
    expect(hasCalendar('2099')).toBe(false);
    const { day, warning } = nthWorkingDay('2099-01-01', 2);
    expect(day).toBe('2099-01-02');
    expect(warning?.zh).toContain('2099');
    expect(warning?.en).toContain('weekends');
  });
});

describe('deadlines', () => {
  const policy = {
    deadlines: {
      cutoff: { workingDay: 1, time: '18:00' },
      review: { workingDay: 3, time: '18:00' },
      approve: { workingDay: 4, time: '09:30' },
    },
  };

  it('are instants in the company’s zone, counted in working days after the month’s end', () => {
    expect(deadlinesOf('2026-09', policy, SHANGHAI)).toEqual({
      cutoff: '2026-10-08T10:00:00.000Z',
      review: '2026-10-10T10:00:00.000Z',
      approve: '2026-10-12T01:30:00.000Z',
      warnings: [],
    });
  });

  it('may be the month’s last day itself', () => {
    expect(deadlineInstant('2026-10', { workingDay: 0, time: '18:00' }, SHANGHAI).at).toBe('2026-10-31T10:00:00.000Z');
  });

  it('warn once for a year without a calendar', () => {
    expect(deadlinesOf('2099-05', policy, SHANGHAI).warnings.length).toBe(1);
  });
});

describe('durations', () => {
  it.each([
    ['PT24H', 86_400_000],
    ['P1DT30M', 88_200_000],
    ['P1W', 604_800_000],
    ['PT10S', 10_000],
  ])('%s are %d ms', (text, ms) => expect(parseDuration(text)).toBe(ms));

  it.each(['P1M', 'PT', 'P', '24h', 'PT0S', 'P-1D', ''])('%p is none', (text) =>
    expect(parseDuration(text)).toBeNull(),
  );
});
