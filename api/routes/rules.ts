import { Type } from '@sinclair/typebox';
import { enter, readablePeriod } from '../../store/access';
import { approveRules, askRules, listRules } from '../../store/rules';
import { answerOnce, who } from '../door';
import type { ApiOptions, Door } from '../options';
import { Anything, CompanyParams, described, Moment, PeriodParams, Reason, ReconciliationWord } from '../schemas';

const Nullable = Type.Union([Type.String(), Type.Null()]);
const Rules = Type.Object(
  {
    standing: Type.Object({ version: Type.String(), reconciliations: Type.Array(Anything) }),
    versions: Type.Array(
      Type.Object({
        policyVersion: Type.Integer(),
        rules: Type.Array(Anything),
        author: Nullable,
        approvedBy: Nullable,
        approvedAt: Type.Union([Moment, Type.Null()]),
        reason: Nullable,
      }),
    ),
  },
  { description: '对账规则 · rules of matching' },
);
const NowAndThen = Type.Object({ now: Type.Integer(), then: Type.Integer() });
const Changes = Type.Object({ count: Type.Integer(), first: Type.Array(Anything) });
const DryRun = Type.Object({
  reconciliations: Type.Array(Type.Object({ name: ReconciliationWord, matched: NowAndThen, exceptions: NowAndThen })),
  appearing: Changes,
  disappearing: Changes,
});

/** The rules a company's months are compared by: read, tried, approved. They are written in the company file. */
export function ruleRoutes(door: Door, { pool }: ApiOptions): void {
  door.get(
    '/api/v1/companies/:code/rules',
    { schema: described('对账规则及其版本 · the rules and their versions', { of: Rules }, { params: CompanyParams }) },
    async (request) => {
      const { companyId } = await enter(pool, who(request), request.params.code, 'read');
      return listRules(pool, companyId);
    },
  );

  const approval = {
    params: CompanyParams,
    body: Type.Object({ policyVersion: Type.Integer({ minimum: 1 }), reason: Reason }, { additionalProperties: false }),
  };
  door.post(
    '/api/v1/companies/:code/rules/approvals',
    { schema: described('批准对账规则 · approve the rules of a policy version', { of: Rules }, approval) },
    async (request, reply) =>
      answerOnce(pool, request, reply, async (client) => {
        const { companyId } = await enter(client, who(request), request.params.code, 'approve');
        return { status: 200, body: await approveRules(client, who(request), { companyId, ...request.body }) };
      }),
  );

  const trial = {
    consumes: ['application/yaml'],
    params: PeriodParams,
    body: Type.String({ minLength: 1, maxLength: 262_144, description: '公司文件 · company file (YAML)' }),
  };
  door.post(
    '/api/v1/companies/:code/periods/:month/rules/dry-run',
    { schema: described('试算：按此文件对账会有何变化 · what a company file would change', { of: DryRun }, trial) },
    async (request) => {
      const periodId = await readablePeriod(pool, who(request), request.params);
      return askRules(pool, periodId, request.body);
    },
  );
}
