import { Type } from '@sinclair/typebox';
import { matchByHand, MOST_MATCHED } from '../../store/decisions/match-by-hand';
import { undoAnswers } from '../../store/decisions/undo';
import { takeApart } from '../../store/decisions/unmatch';
import { answerOnce, who } from '../door';
import type { ApiOptions, Door } from '../options';
import { described, JournalOutcome, PeriodParams, Reason, words } from '../schemas';

const Uuid = Type.String({ format: 'uuid' });
const Hash = Type.Union([Type.String(), Type.Null()], {
  description: '正在重新对账时为 null · null while the month is compared again',
});

/** What people match, take apart and take back. */
export function byHandRoutes(door: Door, { pool }: ApiOptions): void {
  const Matched = Type.Object({
    decision: Type.String(),
    match: Type.String(),
    currency: Type.String(),
    difference: Type.String({ description: 'decimal' }),
    figuresHash: Type.String(),
    journal: Type.Optional(JournalOutcome),
  });
  const match = {
    params: PeriodParams,
    body: Type.Object(
      {
        exceptions: Type.Array(Uuid, { minItems: 2, maxItems: MOST_MATCHED, uniqueItems: true }),
        reason: Reason,
        settle: Type.Optional(words(['write_off', 'adjust'])),
      },
      { additionalProperties: false },
    ),
  };
  door.post(
    '/api/v1/companies/:code/periods/:month/matches',
    { schema: described('手工匹配差异 · match exceptions by hand', { of: Matched }, match) },
    async (request, reply) =>
      answerOnce(pool, request, reply, async (client) => {
        const { code, month } = request.params;
        const asked = { person: who(request), company: code, month, ...request.body };
        return { status: 200, body: await matchByHand(client, asked) };
      }),
  );

  const Unmatched = Type.Object({
    decision: Type.String(),
    matches: Type.Array(Type.String()),
    exceptions: Type.Array(Type.String()),
    figuresHash: Hash,
  });
  const ids = Type.Array(Uuid, { minItems: 1, maxItems: 1_000, uniqueItems: true });
  const apart = {
    params: PeriodParams,
    body: Type.Object({ matches: ids, reason: Reason }, { additionalProperties: false }),
  };
  door.post(
    '/api/v1/companies/:code/periods/:month/unmatch',
    { schema: described('拆开匹配 · take matches apart', { of: Unmatched }, apart) },
    async (request, reply) =>
      answerOnce(pool, request, reply, async (client) => {
        const { code, month } = request.params;
        const asked = { person: who(request), company: code, month, ...request.body };
        return { status: 200, body: await takeApart(client, asked) };
      }),
  );

  const back = {
    params: PeriodParams,
    body: Type.Object({ ids, reason: Reason }, { additionalProperties: false }),
  };
  door.post(
    '/api/v1/companies/:code/periods/:month/undo',
    { schema: described('撤销处理或拆开 · take answers back', { of: Unmatched }, back) },
    async (request, reply) =>
      answerOnce(pool, request, reply, async (client) => {
        const { code, month } = request.params;
        const asked = { person: who(request), company: code, month, ...request.body };
        return { status: 200, body: await undoAnswers(client, asked) };
      }),
  );
}
