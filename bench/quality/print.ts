import type { Score } from './score';
import { OPEN_TAGS } from './stories';

/** What one tag or kind adds up to. */
interface Tally {
  must: number;
  found: number;
  inexact: number;
  extra: number;
  open: number;
  openReported: number;
  pairs: number;
  pairsMissing: number;
  decoys: number;
  decoysCalled: number;
  wrong: number;
}

const empty = (): Tally => ({
  ...{ must: 0, found: 0, inexact: 0, extra: 0, open: 0, openReported: 0 },
  ...{ pairs: 0, pairsMissing: 0, decoys: 0, decoysCalled: 0, wrong: 0 },
});

type Tallies = Map<string, Tally>;

function add(tallies: Tallies, key: string, count: keyof Tally): void {
  const tally = tallies.get(key) ?? empty();
  tally[count]++;
  tallies.set(key, tally);
}

type Named = { readonly reconciliation: string; readonly kind: string; readonly tag: string };

function tally(scores: readonly Score[], keyOf: (one: Named) => string): Tallies {
  const tallies: Tallies = new Map();
  for (const score of scores) {
    for (const one of score.found) count(one, 'must', 'found');
    for (const [one] of score.inexact) count(one, 'must', 'inexact');
    for (const one of score.missing) count(one, 'must');
    for (const one of score.extra) count(one, 'extra');
    for (const one of score.open) count(one, 'open');
    for (const one of score.openReported) count(one, 'openReported');
  }
  return tallies;

  function count(one: Named, ...counts: readonly (keyof Tally)[]): void {
    for (const each of counts) add(tallies, keyOf(one), each);
  }
}

function tallyTags(scores: readonly Score[]): Tallies {
  const tallies = tally(scores, ({ tag }) => tag);
  for (const score of scores) {
    for (const { tag } of score.pairs) add(tallies, tag, 'pairs');
    for (const { tag } of score.pairsMissing) add(tallies, tag, 'pairsMissing');
    for (const { tag } of score.decoys) add(tallies, tag, 'decoys');
    for (const { tag } of score.decoysCalled) add(tallies, tag, 'decoysCalled');
    for (const { tag } of score.wrongMatches) add(tallies, tag, 'wrong');
  }
  return tallies;
}

function percent(part: number, whole: number): string {
  return whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`;
}

const total = (tallies: Iterable<Tally>): Tally => {
  const sum = empty();
  for (const one of tallies) for (const key of Object.keys(sum) as (keyof Tally)[]) sum[key] += one[key];
  return sum;
};

/** To the letter: an exception with other figures or records counts as missed and as false. */
const precision = ({ found, openReported, inexact, extra }: Tally): string =>
  percent(found + openReported, found + openReported + inexact + extra);
const recall = ({ found, must }: Tally): string => percent(found, must);

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] {
  const texts = [head, ...rows].map((row) => row.map((cell) => (cell === 0 ? '·' : String(cell))));
  const widths = head.map((_, column) => Math.max(...texts.map((row) => (row[column] ?? '').length)));
  return texts.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  '),
  );
}

/** The scores as a person reads them: by reconciliation and kind, by tag, in all. */
export function report(scores: readonly Score[]): string[] {
  const byName = ([a]: [string, Tally], [b]: [string, Tally]): number => (a < b ? -1 : 1);
  const kinds = [...tally(scores, ({ reconciliation, kind }) => `${reconciliation} ${kind}`)].sort(byName);
  const tags = tallyTags(scores);
  const of = (part: number, whole: number): string => (whole === 0 ? '·' : `${part}/${whole}`);
  return [
    ...table(
      ['kind', 'expected', 'found', 'inexact', 'extra', 'precision', 'recall'],
      kinds.map(([name, one]) => [name, one.must, one.found, one.inexact, one.extra, precision(one), recall(one)]),
    ),
    '',
    ...table(
      ['tag', 'expected', 'found', 'inexact', 'extra', 'open', 'pairs', 'decoys called', 'wrong matches'],
      [...tags]
        .sort(byName)
        .map(([tag, one]) => [
          OPEN_TAGS.has(tag) ? `${tag} *` : tag,
          ...[one.must, one.found, one.inexact, one.extra],
          of(one.openReported, one.open),
          of(one.pairs - one.pairsMissing, one.pairs),
          of(one.decoysCalled, one.decoys),
          one.wrong,
        ]),
    ),
    '* the contracts leave its answer open (README)',
    '',
    ...overall(scores, tags),
  ];
}

function overall(scores: readonly Score[], tags: Tallies): string[] {
  const line = (name: string, one: Tally): string[] => [
    `${name}: precision ${precision(one)}, recall ${recall(one)} to the letter; ` +
      `by kind and record ${percent(one.found + one.openReported + one.inexact, one.found + one.openReported + one.inexact + one.extra)}, ` +
      percent(one.found + one.inexact, one.must),
  ];
  const all = total(tags.values());
  const settled = total([...tags].filter(([tag]) => !OPEN_TAGS.has(tag)).map(([, one]) => one));
  const confirmed = scores.reduce((sum, score) => sum + score.confirmed, 0);
  return [
    ...line('overall', all),
    ...line('without the open tags', settled),
    `pairs matched ${all.pairs - all.pairsMissing} of ${all.pairs} (${percent(all.pairs - all.pairsMissing, all.pairs)})`,
    `decoys called exceptions ${all.decoysCalled} of ${all.decoys}; wrong among ${confirmed} confirmed matches ${all.wrong}`,
  ];
}

interface Listed {
  readonly tag: string;
  readonly reconciliation: string;
  readonly kind?: string;
  readonly rule?: string;
  readonly currency?: string;
  readonly difference?: string;
  readonly left: string | readonly string[];
  readonly right: string | readonly string[];
}

/** What is missing, extra, inexact or wrong, one a line. */
export function list({ missing, inexact, extra, pairsMissing, decoysCalled, wrongMatches }: Score): string[] {
  const line = (mark: string, one: Listed): string =>
    [
      ...[mark, one.tag, one.reconciliation, one.kind ?? one.rule ?? '', one.difference ?? '', one.currency ?? ''],
      `${[one.left].flat().join(' ')} → ${[one.right].flat().join(' ')}`,
    ].join('\t');
  return [
    ...missing.map((one) => line('missing', one)),
    ...inexact.flatMap(([one, other]) => [line('inexact', one), line('  reported', other)]),
    ...extra.map((one) => line('extra', one)),
    ...pairsMissing.map((one) => line('not matched', one)),
    ...decoysCalled.map(({ tag, references }) => ['decoy', tag, references.join(' ')].join('\t')),
    ...wrongMatches.map((one) => line('wrong match', one)),
  ];
}
