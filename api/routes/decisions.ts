import { Type } from '@sinclair/typebox';
import { Problem } from '../../domain/problem';
import { resolveExceptions, type ResolveRequest } from '../../store/decisions/resolve';
import { approveClose, rejectClose, reviewClose } from '../../store/decisions/sign-off';
import { answerOnce, who } from '../door';
import type { ApiOptions, Door } from '../options';
import { ActionWord, described, ExceptionKindWord, PeriodParams, Reason, RoleWord, Seen } from '../schemas';

const ExceptionIds = Type.Array(Type.String({ format: 'uuid' }), { minItems: 1, maxItems: 10_000, uniqueItems: true });

/** What people decide about exceptions and about the month. */
export function decisionRoutes(door: Door, { pool }: ApiOptions): void {
  const Resolved = Type.Object({ decision: Type.String(), resolved: Type.Integer(), figuresHash: Type.String() });
  const resolution = {
    params: PeriodParams,
    body: Type.Object(
      {
        exceptions: Type.Optional(ExceptionIds),
        kind: Type.Optional(ExceptionKindWord),
        action: ActionWord,
        reason: Reason,
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
        const { action, reason } = request.body;
        const which = whichOf(request.body);
        const asked = { person: who(request), company: code, month, which, action, reason };
        return { status: 200, body: await resolveExceptions(client, asked) };
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

function whichOf(body: {
  exceptions?: string[];
  kind?: Extract<ResolveRequest['which'], { kind: unknown }>['kind'];
}): ResolveRequest['which'] {
  if (body.exceptions !== undefined && body.kind === undefined) return { exceptions: body.exceptions };
  if (body.kind !== undefined && body.exceptions === undefined) return { kind: body.kind };
  throw new Problem(
    'BAD_REQUEST',
    { zh: '请给出 exceptions 或 kind，二者择一', en: 'give exceptions or kind, one of them' },
    400,
  );
}
