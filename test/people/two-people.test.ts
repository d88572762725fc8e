import { matchByHand } from '../../store/decisions/match-by-hand';
import { resolveExceptions } from '../../store/decisions/resolve';
import { undoAnswers } from '../../store/decisions/undo';
import { Desk } from './desk';

const reason = 'seen';
let desk: Desk;
let id: string;
beforeEach(async () => {
  desk = await Desk.open();
  await desk.books.order('SO10001', '60.00');
  await desk.books.sale('V1', 'ELSEWHERE', '60.00', { customer_no: 'C8' });
  await desk.compare();
  [id] = (await desk.ids('orders-ledger', 'SO10001')) as [string];
});
afterEach(() => desk.close());

const answer = (login: string, more: { replace?: boolean } = {}): Promise<{ resolved: number }> =>
  desk.as(login, resolveExceptions, { which: { exceptions: [id] }, action: 'accept' as const, reason, ...more });

test('of two people who answer one exception at the same time one wins, and the other is told who', async () => {
  const ends = await Promise.allSettled([answer('preparer'), answer('reviewer')]);
  expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  const lost = ends.find((end): end is PromiseRejectedResult => end.status === 'rejected')!;
  const won = ends[0].status === 'fulfilled' ? 'preparer' : 'reviewer';
  expect(lost.reason).toMatchObject({ code: 'ALREADY_ANSWERED', status: 409, details: { exception: id, by: won } });
  const { rows } = await desk.books.pool.query('SELECT count(*)::int AS answers FROM resolution WHERE period_id = $1', [
    desk.periodId,
  ]);
  expect(rows).toEqual([{ answers: 1 }]);
});

test('one’s own answer may be changed; another’s only on purpose, or after it is taken back', async () => {
  await answer('preparer');
  expect((await answer('preparer')).resolved).toBe(1);
  await expect(answer('second')).rejects.toMatchObject({ code: 'ALREADY_ANSWERED' });
  expect((await answer('second', { replace: true })).resolved).toBe(1);
  await desk.as('preparer', undoAnswers, { ids: [id], reason });
  expect((await answer('reviewer')).resolved).toBe(1);
});

test('two people who match one exception with two others at the same time do not both', async () => {
  await desk.books.sale('V2', 'ELSEWHERE2', '60.00', { customer_no: 'C9' });
  await desk.books.batch('returns-csv');
  await desk.compare();
  const [first, second] = await desk.ids('orders-ledger', 'V1', 'V2');
  const ends = await Promise.allSettled([
    desk.as('preparer', matchByHand, { exceptions: [id, first!], reason }),
    desk.as('second', matchByHand, { exceptions: [id, second!], reason }),
  ]);
  expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(await desk.matches({ rule: 'by-hand' })).toHaveLength(1);
});

test('whoever took an answer back as preparer counts as preparer, and does not review the month', async () => {
  await answer('reviewer');
  expect(await desk.workOf('second')).toMatchObject({ resolvedAsPreparer: false });
  await desk.as('second', undoAnswers, { ids: [id], reason });
  expect(await desk.workOf('second')).toMatchObject({ resolvedAsPreparer: true });
  expect(await desk.workOf('reviewer')).toMatchObject({ resolvedAsPreparer: false, actedAsReviewer: true });
});
