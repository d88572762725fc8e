import type { LateRows } from './late';

/** The kinds of results both sides are asked for: exceptions by kind, links by the way they were found. */
export const RESULTS = [
  'missing_in_finance',
  'missing_in_sales',
  'amount_differs',
  'date_differs',
  'duplicate',
  'currency_differs',
  'status_differs',
  'linked by number',
  'linked by a near number',
] as const;
export type Result = (typeof RESULTS)[number];

export interface Tally {
  readonly count: number;
  /** Sum of left − right in yuan, `-12.30`. */
  readonly difference: string;
}

/** What was found, or planted. Whatever else a side finds stands under its own name. */
export type Tallies = Readonly<Record<string, Tally>>;

/** What a side says of itself. */
export interface Findings {
  /** Seconds of each part, in order. */
  readonly parts: readonly (readonly [string, number])[];
  /** Seconds of the steps inside the match, the longest first, where a side tells them. */
  readonly steps?: readonly (readonly [string, number])[];
  readonly tallies: Tallies;
  readonly late?: LateRows;
}

export interface Outcome extends Findings {
  /** Highest resident memory of the measuring process in MB. */
  readonly peakMb: number;
}

export const totalOf = ({ parts }: Findings): number => parts.reduce((sum, [, seconds]) => sum + seconds, 0);

/** Every result that any of the sides knows, the asked ones first. */
export function resultsOf(sides: readonly Tallies[]): readonly string[] {
  return [...new Set<string>([...RESULTS, ...sides.flatMap((side) => Object.keys(side))])];
}

/** Results in which the sides do not agree to the last one and to the fen. */
export function disagreements(sides: readonly Tallies[]): readonly string[] {
  const shown = (side: Tallies, result: string): string =>
    `${side[result]?.count ?? 0} ${side[result]?.difference ?? '0.00'}`;
  return resultsOf(sides).filter((result) => new Set(sides.map((side) => shown(side, result))).size > 1);
}

/** Rows `result, count, difference` as a driver gives them. */
export function talliesOf(rows: readonly (readonly [string, number, string])[]): Tallies {
  return Object.fromEntries(rows.map(([result, count, difference]) => [result, { count, difference }]));
}
