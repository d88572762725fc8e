import { referenceKey } from '../../domain/reference';
import type { ShownRecord } from '../../domain/explain';
import type { ExceptionView } from '../../store/exceptions';
import type { MatchView } from '../../store/matches';
import type { Answers, Decoy, Expected, Pair } from './answers';

/** An exception as reported, brought to the form of the answers. */
export interface Reported {
  readonly reconciliation: string;
  readonly kind: string;
  readonly currency: string;
  readonly difference: string;
  readonly left: readonly string[];
  readonly right: readonly string[];
  /** The story its records come from. */
  readonly tag: string;
}

/** A confirmed match of records that have no business case in common. */
export interface WrongMatch {
  readonly reconciliation: string;
  readonly rule: string;
  readonly left: readonly string[];
  readonly right: readonly string[];
  readonly tag: string;
}

/** What a run found, held against the answers. */
export interface Score {
  /** Expected and reported to the letter: reconciliation, kind, currency, difference and references. */
  readonly found: readonly Expected[];
  /** Reported with the right kind about the right records, but other figures or references. */
  readonly inexact: readonly (readonly [Expected, Reported])[];
  /** Expected, of those that must be, and reported in no way. */
  readonly missing: readonly Expected[];
  /** Reported, and neither expected nor one of the inexact. */
  readonly extra: readonly Reported[];
  /** Of the open ones, how many were reported. */
  readonly openReported: readonly Expected[];
  readonly open: readonly Expected[];
  readonly pairs: readonly Pair[];
  readonly pairsMissing: readonly Pair[];
  readonly decoys: readonly Decoy[];
  readonly decoysCalled: readonly Decoy[];
  readonly wrongMatches: readonly WrongMatch[];
  readonly confirmed: number;
}

const keyOf = (reference: string): string => referenceKey(reference) ?? '';
const referencesOf = (records: readonly ShownRecord[]): string[] =>
  [...new Set(records.map(({ reference }) => reference))].sort();

export function score(answers: Answers, exceptions: readonly ExceptionView[], matches: readonly MatchView[]): Score {
  const tags = new Map([...answers.tags].map(([reference, tag]) => [keyOf(reference), tag]));
  const tagOf = (references: readonly string[]): string =>
    references.map((reference) => tags.get(keyOf(reference))).find((tag) => tag !== undefined) ?? 'unknown';
  const reported = exceptions.map((exception) => reportedOf(exception, tagOf));
  return {
    ...compareExceptions(answers.expected, reported),
    ...comparePairs(answers.pairs, matches),
    ...compareDecoys(answers, reported),
    ...compareMatches(answers, matches, tagOf),
  };
}

function reportedOf(exception: ExceptionView, tagOf: (references: readonly string[]) => string): Reported {
  const { reconciliation, kind, currency, difference } = exception;
  const left = referencesOf(exception.left);
  const right = referencesOf(exception.right);
  const tag = reconciliation === 'customers-ledger' ? 'customer-balance' : tagOf([...left, ...right]);
  return { reconciliation, kind, currency, difference, left, right, tag };
}

type Exact = Pick<Reported, 'reconciliation' | 'kind' | 'currency' | 'difference' | 'left' | 'right'>;

const exactKey = ({ reconciliation, kind, currency, difference, left, right }: Exact): string =>
  [reconciliation, kind, currency, difference, [...left].sort().map(keyOf), '→', [...right].sort().map(keyOf)].join(
    '|',
  );

const keysOf = (expected: Expected): string[] =>
  [expected.kind, ...(expected.orKind === undefined ? [] : [expected.orKind])].map((kind) =>
    exactKey({ ...expected, kind }),
  );

function compareExceptions(
  expected: readonly Expected[],
  reported: readonly Reported[],
): Pick<Score, 'found' | 'inexact' | 'missing' | 'extra' | 'open' | 'openReported'> {
  const rest = new Map<string, Reported[]>();
  for (const one of reported) rest.set(exactKey(one), [...(rest.get(exactKey(one)) ?? []), one]);
  const take = (key: string): Reported | undefined => rest.get(key)?.pop();
  const isReported = (one: Expected): boolean => keysOf(one).some((key) => take(key) !== undefined);

  const exact = new Set(expected.filter(isReported));
  const unclaimed = new Set([...rest.values()].flat());
  const near = nearOnes(
    expected.filter((one) => !exact.has(one)),
    unclaimed,
  );
  const inexact = near.filter(([one]) => one.must);
  const seen = new Set([...exact, ...near.map(([one]) => one)]);
  return {
    found: [...exact].filter(({ must }) => must),
    inexact,
    missing: expected.filter((one) => one.must && !seen.has(one)),
    extra: [...unclaimed],
    open: expected.filter(({ must }) => !must),
    openReported: [...seen].filter(({ must }) => !must),
  };
}

/** Of what is left on both sides: same reconciliation and kind, and at least one record in common. Takes them from `unclaimed`. */
function nearOnes(left: readonly Expected[], unclaimed: Set<Reported>): (readonly [Expected, Reported])[] {
  const byRecord = new Map<string, Reported[]>();
  const keys = (one: Pick<Reported, 'reconciliation' | 'left' | 'right'>, kind: string): string[] =>
    [...one.left, ...one.right].map((reference) => `${one.reconciliation}|${kind}|${keyOf(reference)}`);
  for (const one of unclaimed)
    for (const key of keys(one, one.kind)) byRecord.set(key, [...(byRecord.get(key) ?? []), one]);
  return left.flatMap((one) => {
    const kinds = [one.kind, ...(one.orKind === undefined ? [] : [one.orKind])];
    const other = kinds
      .flatMap((kind) => keys(one, kind))
      .flatMap((key) => byRecord.get(key) ?? [])
      .find((candidate) => unclaimed.has(candidate));
    if (other === undefined) return [];
    unclaimed.delete(other);
    return [[one, other] as const];
  });
}

function comparePairs(pairs: readonly Pair[], matches: readonly MatchView[]): Pick<Score, 'pairs' | 'pairsMissing'> {
  const together = new Set<string>();
  for (const { reconciliation, state, left, right } of matches) {
    if (state !== 'confirmed') continue;
    for (const one of referencesOf(left))
      for (const other of referencesOf(right)) together.add(`${reconciliation}|${keyOf(one)}|${keyOf(other)}`);
  }
  const isMatched = ({ reconciliation, left, right }: Pair): boolean =>
    together.has(`${reconciliation}|${keyOf(left)}|${keyOf(right)}`);
  return { pairs, pairsMissing: pairs.filter((pair) => !isMatched(pair)) };
}

/** A decoy is called when an exception names one of its records that no expected exception names. */
function compareDecoys(
  { decoys, expected }: Answers,
  reported: readonly Reported[],
): Pick<Score, 'decoys' | 'decoysCalled'> {
  const planted = new Set(expected.flatMap(({ left, right }) => [...left, ...right].map(keyOf)));
  const named = new Set(
    reported
      .filter(({ reconciliation }) => reconciliation !== 'customers-ledger')
      .flatMap(({ left, right }) => [...left, ...right].map(keyOf))
      .filter((reference) => !planted.has(reference)),
  );
  return { decoys, decoysCalled: decoys.filter(({ references }) => references.some((one) => named.has(keyOf(one)))) };
}

function compareMatches(
  answers: Answers,
  matches: readonly MatchView[],
  tagOf: (references: readonly string[]) => string,
): Pick<Score, 'wrongMatches' | 'confirmed'> {
  const cases = new Map([...answers.cases].map(([reference, about]) => [keyOf(reference), about]));
  const confirmed = matches.filter(({ state }) => state === 'confirmed');
  const wrongMatches = confirmed.flatMap((match) => {
    const left = referencesOf(match.left);
    const right = referencesOf(match.right);
    if (left.length === 0 || right.length === 0) return [];
    if (allBelong(left, right, cases) && allBelong(right, left, cases)) return [];
    const { reconciliation, rule } = match;
    return [{ reconciliation, rule, left, right, tag: tagOf([...right, ...left]) }];
  });
  return { wrongMatches, confirmed: confirmed.length };
}

/** Whether each record shares a business case with one of the other side. */
function allBelong(
  records: readonly string[],
  others: readonly string[],
  cases: ReadonlyMap<string, ReadonlySet<string>>,
): boolean {
  const about = new Set(others.flatMap((other) => [...(cases.get(keyOf(other)) ?? [])]));
  return records.every((record) => [...(cases.get(keyOf(record)) ?? [])].some((one) => about.has(one)));
}
