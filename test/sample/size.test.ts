import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { make } from './made';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** The most memory that is really held while `work` runs, garbage taken out, in MB. */
async function peakWhile(work: () => Promise<void>): Promise<number> {
  let peak = 0;
  const look = (): void => {
    collectGarbage();
    const { heapUsed, external } = process.memoryUsage();
    peak = Math.max(peak, heapUsed + external);
  };
  const timer = setInterval(look, 500);
  await work();
  clearInterval(timer);
  return peak / 1024 ** 2;
}

const generate = (orders: number) => async (): Promise<void> => {
  const made = await make({ orders });
  expect(made.result.orders).toBe(orders);
  made.remove();
};

it('takes hardly more memory for 25,000 orders than for 5,000', async () => {
  const small = await peakWhile(generate(5_000));
  const large = await peakWhile(generate(25_000));
  // 20,000 orders with their documents, kept, would be some 100 MB.
  expect(large - small).toBeLessThan(25);
}, 120_000);

it('plants more in more orders, but only up to a bound', async () => {
  const [small, large] = [await make({ orders: 3000 }), await make({ orders: 30_000 })];
  try {
    expect(large.result.planted).toBeGreaterThan(small.result.planted * 4);
    expect(large.result.planted).toBeLessThan(5000);
  } finally {
    small.remove();
    large.remove();
  }
}, 60_000);
