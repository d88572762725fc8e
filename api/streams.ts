import type { FastifyReply } from 'fastify';
import { Readable } from 'node:stream';

/** Sends text as it is made; memory stays flat. */
export function sendText(reply: FastifyReply, type: string, pieces: AsyncIterable<string>): FastifyReply {
  return reply.type(type).send(Readable.from(batched(pieces), { objectMode: false }));
}

/** A JSON array, one row a line. */
export async function* jsonArray(rows: AsyncIterable<unknown>): AsyncGenerator<string> {
  let lead = '[';
  for await (const row of rows) {
    yield `${lead}\n${JSON.stringify(row)}`;
    lead = ',';
  }
  yield lead === '[' ? '[]\n' : '\n]\n';
}

/** One JSON document a line. */
export async function* ndjson(rows: AsyncIterable<unknown>): AsyncGenerator<string> {
  for await (const row of rows) yield `${JSON.stringify(row)}\n`;
}

/** A list in the form that was asked for. */
export function sendRows(reply: FastifyReply, form: 'json' | 'ndjson', rows: AsyncIterable<unknown>): FastifyReply {
  return form === 'ndjson'
    ? sendText(reply, 'application/x-ndjson; charset=utf-8', ndjson(rows))
    : sendText(reply, 'application/json; charset=utf-8', jsonArray(rows));
}

/** Where the next page begins. */
export const NEXT_HEADER = 'x-next-after';

/** A page's rows; the header says where the next page begins. */
export function rowsOfPage<Row>(
  reply: FastifyReply,
  { rows, next }: { readonly rows: readonly Row[]; readonly next: string | null },
): AsyncIterable<Row> {
  if (next !== null) void reply.header(NEXT_HEADER, next);
  return each(rows);
}

async function* each<Row>(rows: readonly Row[]): AsyncGenerator<Row> {
  yield* rows;
}

const PIECE = 64 * 1024;

/** Pieces worth a write: a row a write would be slow. */
async function* batched(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let buffer = '';
  for await (const piece of pieces) {
    buffer += piece;
    if (buffer.length < PIECE) continue;
    yield buffer;
    buffer = '';
  }
  if (buffer !== '') yield buffer;
}
