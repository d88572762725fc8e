/** In CI a red run should mean a change, not a draw: the seed stands still there unless one is given. */
const SEED_IN_CI = 20_261_031;

/**
 * The seed of a randomised test: the one the environment names, a fixed one in CI, else a new one. The test prints it, so that a
 * failure can be replayed.
 * @param variable the environment variable that replays a run
 * @throws Error when it does not hold a whole number
 */
export function testSeed(variable: string): number {
  const given = process.env[variable];
  const seed = given === undefined ? (process.env['CI'] ? SEED_IN_CI : Date.now() % 1_000_000) : Number(given);
  if (!Number.isSafeInteger(seed)) throw new Error(`${variable} is a whole number, not ${given ?? ''}`);
  return seed;
}
