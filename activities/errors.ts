import { ApplicationFailure, CancelledFailure, Context, heartbeat, log } from '@temporalio/activity';
import { Problem } from '../domain/problem';

/** The type of a failure whose cause is that the database cannot be reached. */
export const DATABASE_AWAY = 'DATABASE_AWAY';

/** Refusals that pass by themselves: trying again is right. */
const PASSING_PROBLEMS = new Set(['PERIOD_BUSY']);

/** Connection lost or refused, server starting or stopping, too many connections (SQLSTATE classes 08, 53, 57P). */
const AWAY_CODES = /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EAI_AGAIN|08\w{3}|53300|57P\d{2})$/;
const AWAY_MESSAGES =
  /connection terminated|timeout exceeded when trying to connect|connection error and is not queryable/i;

const HEARTBEAT_MS = 3_000;

/**
 * Runs an activity's work with heartbeats, so that a killed worker is noticed in seconds. A cancelled activity (its close
 * was cancelled, the worker stops) is left at once; what it still does in the database ends by itself, or is undone with
 * its connection. What it throws leaves as a code alone: histories carry no words from the books; the whole error goes to
 * the worker's log.
 * @param look what the beats carry: counts and codes, for whoever looks at the step while it runs
 */
export async function step<T>(work: () => Promise<T>, look: () => unknown = () => undefined): Promise<T> {
  const beat = setInterval(() => heartbeat(look()), HEARTBEAT_MS);
  try {
    return await Promise.race([work(), Context.current().cancelled]);
  } catch (error) {
    throw error instanceof CancelledFailure ? error : asFailure(error);
  } finally {
    clearInterval(beat);
  }
}

/** The failure an error becomes: a refusal is final, anything else is tried again. */
export function asFailure(error: unknown): ApplicationFailure {
  if (error instanceof ApplicationFailure) return error;
  const code = codeOf(error);
  const nonRetryable = error instanceof Problem && !PASSING_PROBLEMS.has(code);
  log.warn(`${Context.current().info.activityType}: ${code}`, { error });
  return ApplicationFailure.create({ message: code, type: code, nonRetryable });
}

/** A stable code for any error. */
export function codeOf(error: unknown): string {
  if (error instanceof Problem) return error.code;
  const { code, message = '' } = error as { code?: unknown; message?: string };
  const known = typeof code === 'string' ? code : '';
  if (AWAY_CODES.test(known) || AWAY_MESSAGES.test(message)) return DATABASE_AWAY;
  if (known !== '') return known;
  return error instanceof Error ? error.name : 'UNKNOWN';
}
