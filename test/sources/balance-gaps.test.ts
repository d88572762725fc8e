import fc from 'fast-check';
import { balanceGaps, nameGaps, type FileSpans } from '../../domain/balance-gaps';

const day = (n: number): string => `2026-10-${String(n).padStart(2, '0')}`;
const file = (
  from: number,
  to: number,
  ...spans: [opening: string, closing: string, account?: string][]
): FileSpans => ({
  from: day(from),
  to: day(to),
  spans: spans.map(([opening, closing, account = '6222']) => ({ account, currency: 'CNY', opening, closing })),
});

describe('bills and statements of one account', () => {
  test('join from day to day, whatever order they came in', () => {
    expect(
      balanceGaps([file(2, 2, ['150.00', '90.00']), file(1, 1, ['100.00', '150.0']), file(4, 4, ['90', '90.00'])]),
    ).toEqual([]);
  });

  test('a missing day is named with what the account held before and after', () => {
    const gaps = balanceGaps([file(1, 1, ['100.00', '150.00']), file(3, 3, ['120.00', '90.00'])]);
    expect(gaps).toEqual([
      {
        account: '6222',
        currency: 'CNY',
        after: '2026-10-01',
        before: '2026-10-03',
        closing: '150.00',
        opening: '120.00',
      },
    ]);
    expect(nameGaps(gaps).en).toBe('6222 ends 2026-10-01 with 150.00 and goes on 2026-10-03 from 120.00');
  });

  test('accounts are followed each by itself, and a month beside its days says nothing of them', () => {
    expect(
      balanceGaps([
        file(1, 31, ['100.00', '500.00']),
        file(1, 1, ['7.00', '9.00', 'B'], ['100.00', '150.00']),
        file(2, 2, ['9.00', '1.00', 'B'], ['150.00', '130.00']),
      ]),
    ).toEqual([]);
  });

  test('a file of several statements joins inside, oldest or newest first; what does not is named', () => {
    expect(
      balanceGaps([
        file(1, 3, ['30.00', '40.00'], ['20.00', '30.00'], ['10.00', '20.00']),
        file(4, 4, ['40.00', '41.00']),
      ]),
    ).toEqual([]);
    expect(balanceGaps([file(1, 3, ['10.00', '20.00'], ['25.00', '30.00'])])).toMatchObject([
      { after: '2026-10-01', before: '2026-10-03', closing: '20.00', opening: '25.00' },
    ]);
  });

  test('of whole months none has a gap; without one of its days there is one', () => {
    const amounts = fc.array(fc.integer({ min: 1, max: 9_999 }), { minLength: 3, maxLength: 28 });
    fc.assert(
      fc.property(amounts, fc.nat(), (moves, pick) => {
        let held = 0;
        const files = moves.map((move, at) => file(at + 1, at + 1, [held.toFixed(2), (held += move).toFixed(2)]));
        expect(balanceGaps(files)).toEqual([]);
        const missing = 1 + (pick % (files.length - 2));
        expect(balanceGaps(files.filter((_, at) => at !== missing))).toHaveLength(1);
      }),
    );
  });
});
