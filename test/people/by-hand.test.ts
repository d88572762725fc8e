import { matchByHand } from '../../store/decisions/match-by-hand';
import { resolveExceptions } from '../../store/decisions/resolve';
import { undoAnswers } from '../../store/decisions/undo';
import { takeApart } from '../../store/decisions/unmatch';
import { pageOfMatches, type MatchView } from '../../store/matches';
import { openProposals } from '../../store/journal/read';
import { Desk } from './desk';

const SALES = 'orders-ledger';
const reason = 'the same delivery';
let desk: Desk;
beforeEach(async () => {
  desk = await Desk.open('  tolerance: {amount: "0.02", writeOff: "1.00"}\n');
});
afterEach(() => desk.close());

/** Two orders that finance booked as one voucher under a number of its own. */
async function twoOrdersOneVoucher(booked: string): Promise<string[]> {
  const { books } = desk;
  await books.order('SO10001', '60.00');
  await books.order('SO10002', '40.00', { customer_no: 'C2' });
  await books.sale('V1', 'DELIVERY77', booked);
  await desk.compare();
  return desk.ids(SALES, 'SO10001', 'SO10002', 'V1');
}

test('several with one are matched by hand, listed as a match, and stay matched when the month is compared again', async () => {
  const exceptions = await twoOrdersOneVoucher('100.00');
  const made = await desk.as('preparer', matchByHand, { exceptions, reason });
  expect(made).toMatchObject({ currency: 'CNY', difference: '0.00' });
  const whole = ['SO10001 resolved match', 'SO10002 resolved match', 'V1 resolved match'];
  expect(await desk.states(SALES)).toEqual(whole);
  const [match, ...others] = await desk.matches({ rule: 'by-hand' });
  expect(others).toEqual([]);
  expect(match).toMatchObject({ id: made.match, reconciliation: SALES, state: 'confirmed', certainty: 'certain' });
  expect([match!.left.map((one) => one.reference), match!.right.map((one) => one.amount)]).toEqual([
    ['SO10001', 'SO10002'],
    ['100.00'],
  ]);

  await desk.books.order('SO10003', '5.00');
  await desk.books.batch('returns-csv');
  await desk.compare();
  expect(await desk.states(SALES)).toEqual([...whole.slice(0, 2), 'SO10003 open', whole[2]]);
  expect(await desk.matches({ rule: 'by-hand' })).toHaveLength(1);
});

test('a match by hand falls apart whole when the figures of one exception change', async () => {
  const exceptions = await twoOrdersOneVoucher('100.00');
  await desk.as('preparer', matchByHand, { exceptions, reason });
  await desk.books.sale('V1', 'DELIVERY77', '10.00');
  await desk.books.batch('returns-csv');
  await desk.compare();
  expect(await desk.states(SALES)).toEqual(['SO10001 open', 'SO10002 open', 'V1 open']);
  expect(await desk.matches({ rule: 'by-hand' })).toEqual([]);
});

test('what is left over is inside the tolerance, written off inside the limit, adjusted, or refused with the sums', async () => {
  const exceptions = await twoOrdersOneVoucher('99.30');
  const match = (settle?: 'write_off' | 'adjust'): Promise<unknown> =>
    desk.as('preparer', matchByHand, { exceptions, reason, ...(settle === undefined ? {} : { settle }) });
  await expect(match()).rejects.toMatchObject({
    code: 'MATCH_LEAVES_DIFFERENCE',
    details: { difference: '0.70', tolerance: '0.02' },
  });
  await expect(match()).rejects.toMatchObject({ reason: { zh: expect.stringContaining('→ 0.70') } });
  expect(await match('write_off')).toMatchObject({ difference: '0.70', journal: { proposals: 1, notBooked: [] } });
  const [proposal] = await openProposals(desk.books.pool, desk.periodId);
  expect(proposal!.lines).toEqual([
    { account: '1122', customer: 'C1', debit: '0.70', credit: '0.00' },
    { account: '6603', customer: null, debit: '0.00', credit: '0.70' },
  ]);
  await desk.as('preparer', undoAnswers, { ids: exceptions.slice(0, 1), reason });
  expect(await openProposals(desk.books.pool, desk.periodId)).toEqual([]);
  expect(await match('adjust')).toMatchObject({ journal: { proposals: 1 } });
  const [split] = await openProposals(desk.books.pool, desk.periodId);
  expect(split!.lines.map(({ account, debit, credit }) => [account, debit, credit])).toEqual([
    ['1122', '0.70', '0.00'],
    ['6001', '0.00', '0.62'],
    ['2221', '0.00', '0.08'],
  ]);
});

test('a rest above the write-off limit is not written off, and then nothing is matched', async () => {
  const exceptions = await twoOrdersOneVoucher('98.50');
  await expect(
    desk.as('preparer', matchByHand, { exceptions, reason, settle: 'write_off' as const }),
  ).rejects.toMatchObject({ code: 'WRITE_OFF_TOO_LARGE', status: 422 });
  expect(await desk.states(SALES)).toEqual(['SO10001 open', 'SO10002 open', 'V1 open']);
});

test('a return is matched with a red voucher nobody could read', async () => {
  await desk.books.order('SO10001', '113.00');
  await desk.books.sale('V1', 'SO10001', '113.00');
  await desk.books.return('TH10001', 'SO10001', '22.60');
  await desk.books.sale('V2', 'CREDIT9', '-22.60', { customer_no: 'C9' });
  await desk.compare();
  const exceptions = await desk.ids(SALES, 'TH10001', 'V2');
  expect(await desk.as('reviewer', matchByHand, { exceptions, reason })).toMatchObject({ difference: '0.00' });
});

test('only what the two sides lack of one another is matched: one reconciliation, one currency, both sides, nothing answered', async () => {
  const { books } = desk;
  const [first, second, voucher] = (await twoOrdersOneVoucher('100.00')) as [string, string, string];
  await books.order('SO20001', '50.00', { currency: 'USD' });
  await books.order('SO30001', '70.00');
  await books.sale('V3', 'SO30001', '75.00');
  await books.invoice('FP1', 'NOWHERE', '60.00');
  await books.batch('returns-csv');
  await desk.compare();
  const refused = async (exceptions: string[], code: string): Promise<void> => {
    await expect(desk.as('preparer', matchByHand, { exceptions, reason })).rejects.toMatchObject({ code });
  };
  const [dollars] = await desk.ids(SALES, 'SO20001');
  const [both] = await desk.ids(SALES, 'SO30001 V3');
  const [invoice] = await desk.ids('orders-invoices', 'FP1');
  await refused([first, second], 'MATCH_ONE_SIDED');
  await refused([first, both!, voucher], 'MATCH_ONE_SIDED');
  await refused([dollars!, voucher], 'MATCH_ACROSS');
  await refused([first, invoice!], 'MATCH_ACROSS');
  await refused([first, '00000000-0000-4000-8000-000000000001'], 'EXCEPTION_NOT_FOUND');
  await desk.as('preparer', resolveExceptions, { which: { exceptions: [first] }, action: 'accept' as const, reason });
  await refused([first, second, voucher], 'ALREADY_ANSWERED');
});

test('taking back one exception of a match by hand opens all of them, and every word stays on record', async () => {
  const exceptions = await twoOrdersOneVoucher('100.00');
  await desk.as('preparer', matchByHand, { exceptions, reason });
  await expect(
    desk.as('preparer', resolveExceptions, {
      which: { exceptions: exceptions.slice(1, 2) },
      action: 'accept' as const,
      reason,
    }),
  ).rejects.toMatchObject({ code: 'MATCHED_BY_HAND' });
  const undone = await desk.as('reviewer', undoAnswers, { ids: exceptions.slice(1, 2), reason: 'not the same' });
  expect([...undone.exceptions].sort()).toEqual([...exceptions].sort());
  expect(await desk.states(SALES)).toEqual(['SO10001 open', 'SO10002 open', 'V1 open']);
  const { rows } = await desk.books.pool.query(
    `SELECT sequence, action, count(*)::int AS exceptions FROM resolution WHERE period_id = $1 GROUP BY 1, 2 ORDER BY 1`,
    [desk.periodId],
  );
  expect(rows).toEqual([
    { sequence: 1, action: 'match', exceptions: 3 },
    { sequence: 2, action: 'undo', exceptions: 3 },
  ]);
  await expect(desk.as('preparer', undoAnswers, { ids: exceptions, reason })).rejects.toMatchObject({
    code: 'NOTHING_TO_UNDO',
  });
  expect(await desk.as('preparer', matchByHand, { exceptions, reason })).toMatchObject({ difference: '0.00' });
});

test('a match by hand is taken apart like any other, by its id', async () => {
  const exceptions = await twoOrdersOneVoucher('100.00');
  const { match } = await desk.as('preparer', matchByHand, { exceptions, reason });
  const apart = await desk.as('preparer', takeApart, { matches: [match], reason });
  expect(apart.figuresHash).toMatch(/^[0-9a-f]{64}$/);
  expect(await desk.states(SALES)).toEqual(['SO10001 open', 'SO10002 open', 'V1 open']);
});

test('a match of the machine that is taken apart stays apart when the month is compared again, until that is taken back', async () => {
  const { books } = desk;
  await books.order('SO10001', '113.00');
  await books.sale('V1', 'SO10001', '113.00');
  await desk.compare();
  const [found] = await desk.matches({ reconciliation: SALES });
  const taken = await desk.as('preparer', takeApart, { matches: [found!.id], reason: 'another order’s' });
  expect(taken).toMatchObject({ matches: [found!.id], exceptions: [], figuresHash: null });
  const signals = await books.pool.query(`SELECT payload->>'signal' AS signal FROM outbox WHERE dedupe_key = $1`, [
    `decision:${taken.decision}`,
  ]);
  expect(signals.rows).toEqual([{ signal: 'decisionRecorded' }]);
  const { rows } = await books.pool.query('SELECT reconciliation, match_id FROM apart_match WHERE period_id = $1', [
    desk.periodId,
  ]);
  expect(rows).toEqual([{ reconciliation: SALES, match_id: found!.id }]);
  await expect(desk.as('preparer', takeApart, { matches: [found!.id], reason })).rejects.toMatchObject({
    code: 'FIGURES_PENDING',
  });

  await desk.compare();
  expect(await desk.matches({ reconciliation: SALES })).toEqual([]);
  expect(await desk.states(SALES)).toEqual(['SO10001 open', 'V1 open']);
  expect((await desk.matches({ state: 'apart' }))[0]).toMatchObject({
    id: found!.id,
    state: 'apart',
    left: found!.left,
  });

  const back = await desk.as('reviewer', undoAnswers, { ids: [found!.id], reason });
  expect(back).toMatchObject({ matches: [found!.id], figuresHash: null });
  await desk.compare();
  expect((await desk.matches({ reconciliation: SALES })).map(({ id }) => id)).toEqual([found!.id]);
  expect(await desk.matches({ state: 'apart' })).toEqual([]);
});

test('matches are read page by page, each of them once, those by hand among them', async () => {
  const { books } = desk;
  for (let i = 0; i < 7; i++) {
    await books.order(`SO2000${i}`, `${i + 1}0.00`);
    await books.sale(`W${i}`, `SO2000${i}`, `${i + 1}0.00`);
    await books.receipt(`SK2000${i}`, `SO2000${i}`, `${i + 1}0.00`, 'other');
  }
  const exceptions = await twoOrdersOneVoucher('100.00');
  await desk.as('preparer', matchByHand, { exceptions, reason });
  const whole = await desk.matches();
  const paged: MatchView[] = [];
  for (let after: string | undefined; ;) {
    const page = await pageOfMatches(books.pool, desk.periodId, {}, { limit: 4, after });
    paged.push(...page.rows);
    if (page.next === null) break;
    after = page.next;
  }
  expect(paged).toEqual(whole);
  expect(new Set(whole.map(({ rule }) => rule))).toEqual(new Set(['by-hand', 'order-no']));
  expect((await pageOfMatches(books.pool, desk.periodId, { rule: 'by-hand' }, { limit: 4 })).rows).toHaveLength(1);
  expect((await desk.matches({ certainty: 'probable' })).map(({ rule }) => rule)).toEqual([]);
});

test('a balance that agrees has no records to take apart, and an unknown match is not found', async () => {
  await desk.books.order('SO10001', '113.00');
  await desk.books.sale('V1', 'SO10001', '113.00');
  await desk.compare();
  const [balance] = await desk.matches({ reconciliation: 'customers-ledger' });
  const apart = (id: string): Promise<unknown> => desk.as('preparer', takeApart, { matches: [id], reason });
  await expect(apart(balance!.id)).rejects.toMatchObject({ code: 'MATCH_HAS_NO_RECORDS' });
  await expect(apart('00000000-0000-4000-8000-000000000001')).rejects.toMatchObject({ code: 'MATCH_NOT_FOUND' });
});

test('once the month is locked nothing is matched, taken apart or taken back, whoever asks', async () => {
  const { books } = desk;
  await books.order('SO40001', '20.00');
  await books.sale('V4', 'SO40001', '20.00');
  const exceptions = await twoOrdersOneVoucher('100.00');
  const { match } = await desk.as('preparer', matchByHand, { exceptions, reason });
  await desk.lock();
  const refused = { code: 'PERIOD_LOCKED', status: 409 };
  await expect(desk.as('preparer', undoAnswers, { ids: exceptions, reason })).rejects.toMatchObject(refused);
  await expect(desk.as('preparer', takeApart, { matches: [match], reason })).rejects.toMatchObject(refused);
  await expect(desk.as('preparer', matchByHand, { exceptions, reason })).rejects.toMatchObject(refused);
  await expect(
    books.pool.query(
      `INSERT INTO apart SELECT period_id, reconciliation, id, 1, true, $2, rule, certainty, currency, difference, left_ids, right_ids
         FROM match WHERE period_id = $1`,
      [desk.periodId, (await books.pool.query<{ id: string }>('SELECT id FROM decision LIMIT 1')).rows[0]!.id],
    ),
  ).rejects.toMatchObject({ code: 'SC001' });
});
