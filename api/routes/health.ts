import { Type } from '@sinclair/typebox';
import { outboxHealth } from '../../store/health';
import { examine } from '../doctor';
import type { ApiOptions, Door } from '../options';
import { Anything, described } from '../schemas';

const Health = Type.Object({
  status: Type.String({ description: 'ok | down' }),
  version: Type.String(),
  database: Type.String({ description: 'ok | away' }),
  outbox: Type.Union([
    Type.Object({
      pending: Type.Integer(),
      oldestSeconds: Type.Integer(),
      failed: Type.Integer(),
      uncertain: Type.Integer(),
    }),
    Type.Null(),
  ]),
});

/** Whether the product can be used at all. Says nothing a stranger should not know. */
export function healthRoute(door: Door, { pool, version }: ApiOptions): void {
  door.get(
    '/health',
    { schema: described('可用状态 · health', { of: Health }, { security: [] }), logLevel: 'warn' },
    async (request, reply) => {
      try {
        return { status: 'ok', version, database: 'ok', outbox: await outboxHealth(pool) };
      } catch (error) {
        request.log.warn({ err: error }, 'the database does not answer');
        return reply.code(503).send({ status: 'down', version, database: 'away', outbox: null });
      }
    },
  );
}

/** The same for people who look after it, with the way out for everything that is not well. */
export function doctorRoute(door: Door, options: ApiOptions): void {
  door.get('/api/v1/doctor', { schema: described('体检 · doctor', { of: Anything }, {}) }, async () =>
    examine(options),
  );
}
