import fc from 'fast-check';
import { linesPart, type OrderLine } from '../../domain/explanation/order-lines';
import { splitDifference, type Splittable } from '../../domain/explanation/parts';
import { nearKeys, slipBetween } from '../../domain/explanation/near-key';
import { Decimal } from '../../domain/money';
import { EXCEPTION_KINDS, RECONCILIATIONS } from '../../domain/words';
import { testPool } from '../support';
import { testSeed } from '../support/seed';

const seed = testSeed('DETAIL_SEED');

const amount = fc
  .bigInt({ min: -999_999_999_999_999_999n, max: 999_999_999_999_999_999n })
  .map((cents) => new Decimal(String(cents)).div(100));
const small = fc.integer({ min: -500, max: 500 }).map((cents) => new Decimal(cents).div(100));
const sideOf = fc.record({
  amounts: fc.array(fc.oneof(amount, small), { maxLength: 3 }),
  tax: fc.option(fc.oneof(amount, small), { nil: undefined }),
  fee: fc.option(small, { nil: undefined }),
});
const line: fc.Arbitrary<OrderLine> = fc.record({
  lineNo: fc.constant('1'),
  product: fc.constant('P'),
  quantity: fc.integer({ min: 1, max: 5 }).map(String),
  unitPrice: small.map((price) => price.abs().toFixed(2)),
  discount: fc.constantFrom('0', '0.10'),
  gross: small.map((gross) => gross.abs().toFixed(2)),
});

test('the parts of any difference add up to it exactly', () => {
  const splittable: fc.Arbitrary<Splittable> = fc.record({
    reconciliation: fc.constantFrom(...RECONCILIATIONS),
    kind: fc.constantFrom(...EXCEPTION_KINDS, 'match' as const),
    currency: fc.constantFrom('CNY', 'JPY', 'KWD'),
    difference: fc.oneof(amount, small, fc.constant(new Decimal(0))),
    left: sideOf,
    right: sideOf,
    lines: fc.array(line, { maxLength: 3 }),
    rate: fc.option(fc.constant(new Decimal('7.1234')), { nil: undefined }),
    facts: fc.record({
      explained: small.map((one) => one.toFixed(2)),
      openingDifference: small.map((one) => one.toFixed(2)),
    }),
  });
  fc.assert(
    fc.property(splittable, (about) => {
      const sum = Decimal.sum(0, ...splitDifference(about).map((part) => part.amount));
      expect(sum.eq(about.difference)).toBe(true);
    }),
    { seed, numRuns: 2_000 },
  );
});

test('two lines that would explain a difference explain nothing', () => {
  const twin = { lineNo: '1', product: 'P', quantity: '1', unitPrice: '5.00', discount: '0', gross: '5.00' };
  const amounts = { rest: new Decimal(5), left: new Decimal(10), right: new Decimal(5) };
  expect(linesPart([twin, { ...twin, lineNo: '2' }], amounts)).toBeUndefined();
  expect(linesPart([twin, { ...twin, lineNo: '2', gross: '7.00' }], { ...amounts, left: new Decimal(12) })?.en).toMatch(
    /line 1/,
  );
});

const key = fc.stringMatching(/^[A-Z]{2}[0-9]{4,8}$/);
/** One slip of the hand, or two, or none. */
const slipped = key.chain((from) =>
  fc
    .tuple(
      fc.nat(from.length),
      fc.constantFrom('replace', 'swap', 'drop', 'add', 'two', 'none'),
      fc.constantFrom('0', '7', 'X'),
    )
    .map(([at, how, letter]): [string, string] => {
      const [before, after] = [from.slice(0, at), from.slice(at)];
      const swap = before + (after[1] ?? '') + (after[0] ?? '') + after.slice(2);
      const made: Record<string, string> = {
        replace: before + letter + after.slice(1),
        swap,
        drop: before + after.slice(1),
        add: before + letter + after,
        two: `${letter}${before}${letter}${after}`,
        none: from,
      };
      return [from, made[how] ?? from];
    }),
);

test('a slip is seen alike by the words, by the list to look up, and by the database', async () => {
  const pairs = fc.sample(slipped, { seed, numRuns: 500 });
  const { pool, close } = await testPool();
  try {
    const { rows } = await pool.query<{ near: boolean }>(
      'SELECT is_near(f, t) AS near FROM unnest($1::text[], $2::text[]) AS pair(f, t)',
      [pairs.map(([from]) => from), pairs.map(([, to]) => to)],
    );
    for (const [index, [from, to]] of pairs.entries()) {
      const slip = slipBetween(from, to);
      expect([from, to, slip !== undefined && slip !== 'same']).toEqual([from, to, rows[index]!.near]);
      if (slip !== undefined && /^[A-Z0-9]+$/.test(to) && !to.slice(2).includes('X'))
        expect([to, nearKeys(from).includes(to)]).toEqual([to, true]);
    }
  } finally {
    await close();
  }
});

test('the kind of a slip is told, and short numbers are near to nothing', () => {
  expect(slipBetween('SO100012', 'SO100021')).toBe('transposed');
  expect(slipBetween('SO100012', 'SO100017')).toBe('replaced');
  expect(slipBetween('SO100012', 'SO10012')).toBe('left_out');
  expect(slipBetween('SO100012', 'SO1000012')).toBe('added');
  expect(slipBetween('SO100012', 'SO100121')).toBeUndefined();
  expect(slipBetween('SO12', 'SO13')).toBeUndefined();
  expect(nearKeys('SO12')).toEqual(['SO12']);
});
