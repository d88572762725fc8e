import { Books } from '../reconcile/books';
import { explained, nearly } from './explained';

describe('what nearly matched, and why it was not taken', () => {
  let books: Books;
  beforeEach(async () => {
    books = await Books.open();
    await books.batch('orders-csv');
    await books.batch('ledger-csv');
  });
  afterEach(() => books.close());

  test('a number one digit away that is a live order of its own is no candidate to take', async () => {
    await books.order('SO-100011', '113.00');
    await books.order('SO-100017', '113.00');
    await books.sale('记-1', 'SO-100017', '113.00');
    const detail = await explained(books, 'orders-ledger', 'SO-100011');
    expect(nearly(detail)).toEqual(['记-1 matched: reference_of_another matched']);
    expect(detail.nearly[0]!.reasons.map(({ text }) => text.en)).toEqual([
      'its number differs in one character, but SO100017 is a live document of its own',
      'already matched with SO-100017',
    ]);
    expect(detail.nearly[0]).toMatchObject({ file: 'ledger-csv.csv', slip: 'replaced' });
    expect(detail.certainty).toMatchObject({ word: 'certain', reason: { zh: '另一方没有相近的记录' } });
    expect(detail.foundBy.name.en).toBe('no rule found its other side');
  });

  test('a near number with another amount is named from both sides, and what to do with it', async () => {
    await books.order('SO-100021', '113.00');
    await books.sale('记-2', 'SO-100012', '103.00', { customer_no: 'C9' });
    const order = await explained(books, 'orders-ledger', 'SO-100021');
    expect(nearly(order)).toEqual(['记-2 exception: reference_near amount_differs customer_differs in_exception']);
    expect(order.nearly[0]).toMatchObject({ slip: 'transposed', agrees: ['date', 'currency'] });
    expect(order.nearly[0]!.reasons[1]!.text).toEqual({ zh: '金额相差 10.00', en: 'its amount differs by 10.00' });
    expect(order.certainty.word).toBe('probable');
    const posting = await explained(books, 'orders-ledger', '记-2');
    expect(nearly(posting)).toEqual([
      'SO-100021 exception: reference_near amount_differs customer_differs in_exception',
    ]);
    expect(posting.nearly[0]!.exception).toBe(order.id);
    expect(order.steps[0]!.en).toBe(
      `Check whether 记-2 (2026-10-06, 103.00) is the other side of SO-100021; if so match them by hand (match … ${order.id} ${posting.id})`,
    );
  });

  test('the same amount of another customer, far away, with the opposite sign, or taken by another', async () => {
    await books.order('SO-200001', '226.00', { order_date: '2026-10-05' });
    await books.sale('记-1', 'SO-299991', '226.00', { customer_no: 'C9', posting_date: '2026-10-06' });
    await books.sale('记-2', 'SO-299982', '226.00', { posting_date: '2026-10-28' });
    await books.sale('记-3', 'SO-299973', '-226.00', { posting_date: '2026-10-05' });
    await books.order('SO-255555', '226.00', { order_date: '2026-10-05' });
    await books.sale('记-4', 'SO-255555', '226.00', { posting_date: '2026-10-05' });
    const detail = await explained(books, 'orders-ledger', 'SO-200001');
    expect(nearly(detail).sort()).toEqual([
      '记-1 exception: reference_differs customer_differs in_exception',
      '记-2 exception: reference_differs outside_window in_exception',
      '记-3 exception: reference_differs opposite_sign in_exception',
      '记-4 matched: reference_of_another matched',
    ]);
    expect(detail.nearly.flatMap(({ reasons }) => reasons.map(({ text }) => text.en))).toContain(
      '23 days apart, outside the window of 5 days',
    );
    expect(detail.nearly.at(-1)!.reference).toBe('记-4');
  });

  test('of two equal candidates neither is taken, and both say so', async () => {
    await books.order('SO-300001', '50.00');
    await books.sale('记-1', null, '50.00', { posting_date: '2026-10-05' });
    await books.sale('记-2', null, '50.00', { posting_date: '2026-10-05' });
    const detail = await explained(books, 'orders-ledger', 'SO-300001');
    expect(nearly(detail)).toEqual([
      '记-1 exception: no_reference in_exception equal_candidates',
      '记-2 exception: no_reference in_exception equal_candidates',
    ]);
    expect(detail.certainty.word).toBe('possible');
  });

  test('the red posting of a return is shown with the sign of the return', async () => {
    await books.order('SO-400001', '113.00');
    await books.sale('记-1', 'SO-400001', '113.00');
    await books.return('RT-400001', 'SO-400001', '13.00');
    await books.sale('记-2', 'SO-999999', '-13.00', { customer_no: 'C7' });
    const detail = await explained(books, 'orders-ledger', 'RT-400001');
    expect(
      detail.nearly.map(({ reference, amount, agrees }) => [reference, amount, agrees.includes('amount')]),
    ).toEqual([['记-2', '13.00', true]]);
  });

  test('nothing near is nothing shown, and near the month’s end the other side may follow', async () => {
    await books.order('SO-500001', '77.00', { order_date: '2026-10-12' });
    await books.order('SO-500002', '78.00', { order_date: '2026-10-30' });
    await books.sale('记-1', 'SO-123456', '12.00');
    const middle = await explained(books, 'orders-ledger', 'SO-500001');
    expect([nearly(middle), middle.certainty.word]).toEqual([[], 'certain']);
    expect((await explained(books, 'orders-ledger', 'SO-500002')).certainty).toMatchObject({
      word: 'probable',
      reason: { zh: '临近月末，对方可能下月才记' },
    });
  });
});
