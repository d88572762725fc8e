import { Type } from '@sinclair/typebox';
import { enter } from '../../store/access';
import { closeProgress } from '../../store/close-progress';
import { cancelClose, retryClose, startClose } from '../../store/decisions/running';
import { rememberSeen } from '../../store/figures-seen';
import { closeStatus } from '../../store/status';
import { answerOnce, who } from '../door';
import type { ApiOptions, Door } from '../options';
import { Anything, BlockerRow, described, Moment, PeriodParams, StageWord } from '../schemas';

const Decided = Type.Object({ decision: Type.String() });

/** Where a close stands, and what makes it run. */
export function closeRoutes(door: Door, { pool }: ApiOptions): void {
  door.get(
    '/api/v1/companies/:code/periods/:month/close',
    {
      schema: described(
        '结账状态（记住所示数字的哈希） · status; the figures hash shown is remembered for this person',
        { of: Anything },
        { params: PeriodParams },
      ),
    },
    async (request) => {
      const { code, month } = request.params;
      const { companyId } = await enter(pool, who(request), code, 'read');
      const status = await closeStatus(pool, code, month);
      if (status.figuresHash !== null) {
        await rememberSeen(pool, { companyId, month, personId: who(request).personId, hash: status.figuresHash });
      }
      return status;
    },
  );

  const Progress = Type.Object({
    stage: StageWord,
    stageSince: Type.Union([Moment, Type.Null()]),
    lockedAt: Type.Union([Moment, Type.Null()]),
    closedAt: Type.Union([Moment, Type.Null()]),
    figuresHash: Type.Union([Type.String(), Type.Null()]),
    pending: Type.Integer({ description: 'starts and signals that have not reached the workflow yet' }),
    blockers: Type.Array(BlockerRow),
  });
  door.get(
    '/api/v1/companies/:code/periods/:month/close/progress',
    {
      schema: described(
        '进度（供轮询，不记住任何内容） · progress, for polling; nothing is remembered',
        { of: Progress },
        { params: PeriodParams },
      ),
    },
    async (request) => {
      const { companyId, code } = await enter(pool, who(request), request.params.code, 'read');
      return closeProgress(pool, { id: companyId, code }, request.params.month);
    },
  );

  const Started = Type.Object({ workflowId: Type.String(), joined: Type.Boolean() });
  door.post(
    '/api/v1/companies/:code/periods/:month/close/start',
    {
      schema: described(
        '启动或加入结账 · start or join the close',
        { status: 202, of: Started },
        { params: PeriodParams },
      ),
    },
    async (request, reply) =>
      answerOnce(pool, request, reply, async (client) => {
        const { code, month } = request.params;
        return { status: 202, body: await startClose(client, { person: who(request), company: code, month }) };
      }),
  );

  const why = { params: PeriodParams, body: Type.Object({ reason: Type.Optional(Type.String({ maxLength: 2000 })) }) };
  door.post(
    '/api/v1/companies/:code/periods/:month/close/retry',
    { schema: described('重试 · try the failed step again now', { of: Decided }, why) },
    async (request, reply) =>
      answerOnce(pool, request, reply, async (client) => {
        const { code, month } = request.params;
        const asked = { person: who(request), company: code, month, reason: request.body.reason ?? '' };
        return { status: 200, body: await retryClose(client, asked) };
      }),
  );
  door.post(
    '/api/v1/companies/:code/periods/:month/close/cancel',
    { schema: described('取消结账 · cancel the close', { of: Decided }, why) },
    async (request, reply) =>
      answerOnce(pool, request, reply, async (client) => {
        const { code, month } = request.params;
        const asked = { person: who(request), company: code, month, reason: request.body.reason ?? '' };
        return { status: 200, body: await cancelClose(client, asked) };
      }),
  );
}
