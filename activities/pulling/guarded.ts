import { Problem } from '../../domain/problem';
import type { Connection } from '../../sources/system';

/** Something a connection threw that is none of its two kinds of trouble: a defect there, never one of our database. */
export class UnexpectedOfSource extends Error {
  override readonly name = 'UnexpectedOfSource';

  /** A word for it that holds nothing of what was sent or received. */
  readonly short: string;

  constructor(override readonly cause: unknown) {
    super(cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause));
    const code = (cause as { code?: unknown } | null)?.code;
    this.short =
      typeof code === 'string' && /^\w{1,40}$/.test(code) ? code : cause instanceof Error ? cause.name : 'UNKNOWN';
  }
}

/** The same connection, whose unexpected errors can be told from those of our own books. */
export function guarded(connection: Connection, signal: AbortSignal): Connection {
  const tell = (error: unknown): never => {
    if (error instanceof Problem || signal.aborted) throw error;
    throw new UnexpectedOfSource(error);
  };
  const count = connection.count?.bind(connection);
  return {
    parts: (month) => connection.parts(month).catch(tell),
    test: () => guardedEach(() => connection.test(), tell),
    pages: (part, month, cursor) => guardedEach(() => connection.pages(part, month, cursor), tell),
    ...(count === undefined ? {} : { count: (part, month) => count(part, month).catch(tell) }),
    fetch: (part, month) => connection.fetch(part, month).catch(tell),
    close: () => connection.close(),
  };
}

/** Only what the other side throws is told of, not what is done with each item here. */
async function* guardedEach<T>(begin: () => AsyncIterable<T>, tell: (error: unknown) => never): AsyncGenerator<T> {
  const items = begin()[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await items.next().catch(tell);
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await items.return?.();
  }
}
