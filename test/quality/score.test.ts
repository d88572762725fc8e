import { plant } from '../../bench/quality/generate';
import { score } from '../../bench/quality/score';
import type { ExceptionView } from '../../store/exceptions';
import type { MatchView } from '../../store/matches';

const MONTH = plant(5, 400);

describe('the score', () => {
  const record = (reference: string): { source: string; reference: string; date: string; amount: string } => ({
    ...{ source: 'orders', reference, date: '2026-10-05', amount: '1.00' },
  });
  const perfect = MONTH.answers.expected.map((one) => ({
    ...one,
    left: one.left.map((reference) => record(reference.toLowerCase())),
    right: one.right.map(record),
  })) as unknown as ExceptionView[];
  const matched = MONTH.answers.pairs.map(({ reconciliation, left, right }) => ({
    ...{ reconciliation, rule: 'order-no', state: 'confirmed', left: [record(left)], right: [record(right)] },
  })) as unknown as MatchView[];

  it('is full where everything expected is reported and every pair matched', () => {
    const full = score(MONTH.answers, perfect, matched);
    expect(full).toMatchObject({
      missing: [],
      extra: [],
      inexact: [],
      pairsMissing: [],
      decoysCalled: [],
      wrongMatches: [],
    });
    expect(full.openReported).toHaveLength(full.open.length);
    expect(full.found.length).toBeGreaterThan(200);
  });

  it('tells what is missing, and forgives what is open', () => {
    const nothing = score(MONTH.answers, [], []);
    expect(nothing.found).toEqual([]);
    expect(nothing.missing).toEqual(MONTH.answers.expected.filter(({ must }) => must));
    expect(nothing.pairsMissing).toHaveLength(MONTH.answers.pairs.length);
  });

  it('tells other figures as inexact, a strange exception as extra, and a decoy that is called', () => {
    const [first, ...rest] = perfect.filter(({ reconciliation }) => reconciliation === 'orders-invoices');
    const decoy = MONTH.answers.decoys.find(({ tag }) => tag === 'reference-edit')!;
    const strange = {
      ...first!,
      kind: 'missing_in_finance',
      left: [record(decoy.references[0]!)],
      right: [],
    } as ExceptionView;
    const told = score(MONTH.answers, [{ ...first!, difference: '0.01' }, ...rest, strange], []);
    expect(told.inexact).toHaveLength(1);
    expect(told.extra).toMatchObject([{ tag: 'reference-edit', kind: 'missing_in_finance' }]);
    expect(told.decoysCalled).toEqual([decoy]);
  });

  it('tells a confirmed match of records that have nothing to do with one another', () => {
    const [one, other] = MONTH.answers.pairs.filter(
      ({ tag, reconciliation }) => tag === 'reference-edit' && reconciliation === 'orders-ledger',
    );
    const crossed = {
      ...matched[0]!,
      reconciliation: 'orders-ledger',
      left: [record(one!.left)],
      right: [record(other!.right)],
    } as MatchView;
    expect(score(MONTH.answers, [], [crossed]).wrongMatches).toMatchObject([{ tag: 'reference-edit' }]);
    const suggested = { ...crossed, state: 'suggested' } as MatchView;
    expect(score(MONTH.answers, [], [suggested]).wrongMatches).toEqual([]);
  });
});
