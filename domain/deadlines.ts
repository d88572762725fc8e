import type { Deadline, Policy } from './company';
import type { Bilingual, Stage } from './words';
import { addDays, daysOf, instantOf } from './periods';
import { nthWorkingDay, type WorkingDay } from './working-days';

/** The stages that have a deadline, in order. */
export const DEADLINE_STAGES = ['cutoff', 'review', 'approve'] as const;
export type DeadlineStage = (typeof DEADLINE_STAGES)[number];

/** The deadlines of one month as instants (ISO, UTC), and what the calendar could not be sure of. */
export interface Deadlines {
  readonly cutoff: string;
  readonly review: string;
  readonly approve: string;
  readonly warnings: readonly Bilingual[];
}

/** Which deadline a stage works towards. `collect` ends with the cut-off; after approval nobody waits for people. */
export const DEADLINE_OF_STAGE: Partial<Record<Stage, DeadlineStage>> = {
  collect: 'cutoff',
  cutoff: 'cutoff',
  reconcile: 'review',
  review: 'review',
  approve: 'approve',
};

/** The instant of a deadline for a month, in the company's zone. Working day 0 is the month's last day itself. */
export function deadlineInstant(month: string, deadline: Deadline, zone: string): { at: string; warning?: Bilingual } {
  const { last } = daysOf(month);
  const { day, warning }: WorkingDay =
    deadline.workingDay === 0 ? { day: last } : nthWorkingDay(addDays(last, 1), deadline.workingDay);
  const at = new Date(instantOf(day, deadline.time, zone)).toISOString();
  return warning === undefined ? { at } : { at, warning };
}

/** All deadlines of a month by the policy. */
export function deadlinesOf(month: string, policy: Pick<Policy, 'deadlines'>, zone: string): Deadlines {
  const warnings = new Map<string, Bilingual>();
  const instant = (stage: DeadlineStage): string => {
    const { at, warning } = deadlineInstant(month, policy.deadlines[stage], zone);
    if (warning) warnings.set(warning.en, warning);
    return at;
  };
  const [cutoff, review, approve] = [instant('cutoff'), instant('review'), instant('approve')];
  return { cutoff, review, approve, warnings: [...warnings.values()] };
}

const DURATION = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;
const DURATION_UNITS_MS = [604_800_000, 86_400_000, 3_600_000, 60_000, 1_000];

/** An ISO 8601 duration of weeks to seconds, in milliseconds; null for anything else, months and zero included. */
export function parseDuration(text: string): number | null {
  const found = DURATION.exec(text);
  if (!found || text.endsWith('T')) return null;
  const total = DURATION_UNITS_MS.reduce((sum, unit, i) => sum + unit * Number(found[i + 1] ?? 0), 0);
  return total > 0 ? total : null;
}
