import type { Pool } from 'pg';
import { streamExceptions, type ExceptionView } from '../../store/exceptions';
import { streamMatches, type MatchView } from '../../store/matches';
import { plant } from './generate';
import { loadAndReconcile } from './load';
import { score, type Score } from './score';

/** One seed, from generator to score. */
export async function measure(pool: Pool, dataDir: string, seed: number, orders: number): Promise<Score> {
  const month = plant(seed, orders);
  const periodId = await loadAndReconcile(pool, dataDir, seed, month);
  const exceptions: ExceptionView[] = [];
  for await (const exception of streamExceptions(pool, periodId)) exceptions.push(exception);
  const matches: MatchView[] = [];
  for await (const match of streamMatches(pool, periodId)) matches.push(match);
  return score(month.answers, exceptions, matches);
}
