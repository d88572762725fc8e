import { Problem } from '../../domain/problem';
import { nextTry } from '../../domain/source-patience';
import type { Bilingual } from '../../domain/words';
import type { Secrets } from '../../sources/secrets';
import { SourceWaits } from '../../sources/trouble';
import type { Trouble } from '../../store/sources/pull';
import { codeOf, DATABASE_AWAY } from '../errors';
import { UnexpectedOfSource } from './guarded';

/** SQLSTATE of the database's own refusal of a locked month. */
const LOCKED = 'SC001';

/** Refusals of our own books: they are no matter of the source. */
const OF_THE_BOOKS = new Set(['PERIOD_LOCKED', 'PERIOD_NOT_FOUND', 'EVIDENCE_CHANGED', 'EVIDENCE_MISSING']);

/** What a part, or a source as a whole, is waiting with. */
export interface TroubleContext {
  readonly secrets: Secrets;
  readonly signal: AbortSignal;
  /** Told what nobody expected, for the worker's log. */
  readonly warn: (line: string) => void;
  readonly now: Date;
  /** Decides the jitter. */
  readonly key: string;
  /** Failures in a row before this one. */
  readonly attempts: number;
}

/**
 * What an error means for a part: it passes, or a person must act; without a secret in its words. A database that is away, a month
 * that is locked and a worker that stops are no matter of the part: they are thrown on and end the pull, which is done again.
 */
export function troubleOf(error: unknown, context: TroubleContext): Trouble {
  // What an aborted request throws is the source's; why it was aborted is ours.
  context.signal.throwIfAborted();
  if (isOfTheBooks(error)) throw error;
  if (error instanceof SourceWaits) return waits(error.code, hidden(error.reason, context), context, error.retryAt);
  if (error instanceof Problem) {
    return { state: 'stopped', code: error.code, said: hidden(error.reason, context), nextTryAt: null };
  }
  const what = context.secrets.hide(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  context.warn(`${context.key}: ${what}`);
  const { code, reason } = failed(error instanceof UnexpectedOfSource ? error.short : codeOf(error));
  return waits(code, reason, context);
}

function waits(code: string, said: Bilingual, { key, attempts, now }: TroubleContext, retryAt?: Date): Trouble {
  return { state: 'waiting', code, said, nextTryAt: nextTry(key, attempts + 1, now, retryAt) };
}

function hidden({ zh, en }: Bilingual, { secrets }: TroubleContext): Bilingual {
  return { zh: secrets.hide(zh), en: secrets.hide(en) };
}

function isOfTheBooks(error: unknown): boolean {
  if (error instanceof UnexpectedOfSource) return false;
  if (error instanceof Problem) return OF_THE_BOOKS.has(error.code);
  const code = codeOf(error);
  return code === DATABASE_AWAY || code === LOCKED;
}

function failed(code: string): SourceWaits {
  return new SourceWaits('SOURCE_FAILED', {
    zh: `处理中出现意外错误（${code}），稍后自动重试；如一直失败，请查看 worker 日志`,
    en: `something unexpected went wrong (${code}); it is tried again. If it stays, look into the worker's log`,
  });
}
