import { Type } from '@sinclair/typebox';
import { resolveExceptions } from '../../store/decisions/resolve';
import { approveClose, rejectClose, reviewClose } from '../../store/decisions/sign-off';
import { answerOnce, who } from '../door';
import type { ApiOptions, Door } from '../options';
import {
  ActionWord,
  described,
  ExceptionIds,
  ExceptionParts,
  JournalOutcome,
  PeriodParams,
  Reason,
  RoleWord,
  Seen,
} from '../schemas';
import { whichOf } from '../which';

/** What people decide about exceptions and about the month. */
export function decisionRoutes(door: Door, { pool }: ApiOptions): void {
  const Resolved = Type.Object({
    decision: Type.String(),
    resolved: Type.Integer(),
    figuresHash: Type.String(),
    journal: Type.Optional(JournalOutcome),
  });
  const resolution = {
    params: PeriodParams,
    body: Type.Object(
      {
        exceptions: Type.Optional(ExceptionIds),
        ...ExceptionParts,
        action: ActionWord,
        reason: Reason,
        replace: Type.Optional(Type.Boolean({ description: '改答他人的处理 · replace another person’s answer' })),
      },
      { additionalProperties: false },
    ),
  };
  door.post(
    '/api/v1/companies/:code/periods/:month/resolutions',
    { schema: described('处理差异 · resolve exceptions', { of: Resolved }, resolution) },
    async (request, reply) =>
      answerOnce(pool, request, reply, async (client) => {
        const { code, month } = request.params;
        const { action, reason, replace = false, ...asked } = request.body;
        const answer = { which: whichOf(asked), action, reason, replace };
        return {
          status: 200,
          body: await resolveExceptions(client, { person: who(request), company: code, month, ...answer }),
        };
      }),
  );

  const SignedOff = Type.Object({ decision: Type.String(), figuresHash: Type.String(), missing: Type.Array(RoleWord) });
  const signOff = {
    params: PeriodParams,
    body: Type.Object({ reason: Reason, seen: Seen }, { additionalProperties: false }),
  };
  const verbs = [
    ['review', '复核 · review', reviewClose],
    ['approve', '审批 · approve', approveClose],
    ['reject', '退回 · reject', rejectClose],
  ] as const;
  for (const [verb, summary, decide] of verbs) {
    door.post(
      `/api/v1/companies/:code/periods/:month/${verb}`,
      { schema: described(summary, { of: SignedOff }, signOff) },
      async (request, reply) =>
        answerOnce(pool, request, reply, async (client) => {
          const { code, month } = request.params;
          const { reason, seen } = request.body;
          const asked = { person: who(request), company: code, month, reason, ...(seen === undefined ? {} : { seen }) };
          return { status: 200, body: await decide(client, asked) };
        }),
    );
  }
}
