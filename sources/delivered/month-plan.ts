import { addDays, dayIn, daysOf, instantOf, previousMonth } from '../../domain/periods';
import { isWorkingDay } from '../../domain/working-days';
import type { FilePart } from '../system';
import type { FileRule } from './file-rules';
import type { NameDate } from './name-pattern';

/** A file that was found, before it is known which month it is of. */
export interface Found {
  /** Unique among all that lie there, and shown to people. */
  readonly key: string;
  /** What the patterns are held against, one below the other. */
  readonly names: readonly string[];
  /** When it was changed, or received, last; absent where it was not looked at, then it is every month's. */
  readonly at?: Date;
}

/** A month's parts, and what was found for each; a part without is a gap. */
export interface MonthPlan<F extends Found> {
  readonly parts: readonly FilePart[];
  readonly found: ReadonlyMap<string, F>;
}

export interface Calendar {
  /** The company's. */
  readonly zone: string;
  /** A file without a date in its name that comes on this day of a month or before is last month's. */
  readonly lateDays: number;
}

/**
 * What the rules make of a month: every file that is its, and a part for each day (or, where names hold no day, for each rule) that should have
 * one and has none. A file that fits several rules belongs to the first.
 */
export function planMonth<F extends Found>(
  month: string,
  rules: readonly FileRule[],
  lying: readonly F[],
  calendar: Calendar,
): MonthPlan<F> {
  const parts: FilePart[] = [];
  const found = new Map<string, F>();
  const taken = new Set<F>();
  for (const rule of rules) {
    const mine = lying.flatMap((file) => {
      const date = taken.has(file) ? undefined : rule.pattern.dateOf(file.names);
      return date === undefined ? [] : [{ file, date }];
    });
    for (const { file } of mine) taken.add(file);
    const ofMonth = mine.filter(({ file, date }) => (date.month ?? monthOf(file, calendar) ?? month) === month);
    for (const { file, date } of ofMonth) {
      found.set(file.key, file);
      parts.push(partOf(file.key, rule, date.day));
    }
    parts.push(
      ...gapsOf(
        month,
        rule,
        ofMonth.map(({ date }) => date),
        calendar.zone,
      ),
    );
  }
  return { parts: inOrder(parts, rules), found };
}

/** Up to `lateDays` of a month people still send what belongs to the month before. */
function monthOf({ at }: Found, { zone, lateDays }: Calendar): string | undefined {
  if (at === undefined) return undefined;
  const day = dayIn(at.getTime(), zone);
  const month = day.slice(0, 7);
  return Number(day.slice(8)) <= lateDays ? previousMonth(month) : month;
}

function gapsOf(month: string, rule: FileRule, dates: readonly NameDate[], zone: string): FilePart[] {
  const { pattern, expected } = rule;
  if (expected === 'any') return [];
  if (pattern.grain !== 'day') return dates.length > 0 ? [] : [partOf(pattern.filledIn(month), rule)];
  const there = new Set(dates.map(({ day }) => day));
  return daysIn(month)
    .filter((day) => !there.has(day) && (expected === 'all' || isWorkingDay(day)))
    .map((day) => ({
      ...partOf(pattern.filledIn(day), rule, day),
      notBefore: new Date(instantOf(addDays(day, 1), '00:00', zone)),
    }));
}

function partOf(key: string, { kind }: FileRule, day?: string): FilePart {
  return {
    nature: 'file',
    key,
    kind,
    title: { zh: `文件 ${key}`, en: `file ${key}` },
    ...(day === undefined ? {} : { day }),
  };
}

function daysIn(month: string): string[] {
  const { first, last } = daysOf(month);
  const days: string[] = [];
  for (let day = first; day <= last; day = addDays(day, 1)) days.push(day);
  return days;
}

/** Kind by kind, as the rules name them first, each by day and name. */
function inOrder(parts: readonly FilePart[], rules: readonly FileRule[]): FilePart[] {
  const kinds = rules.map(({ kind }) => kind);
  const rank = (part: FilePart): string => `${part.day ?? ''} ${part.key}`;
  return [...parts].sort((left, right) => {
    const byKind = kinds.indexOf(left.kind) - kinds.indexOf(right.kind);
    return byKind !== 0 ? byKind : rank(left) < rank(right) ? -1 : 1;
  });
}
