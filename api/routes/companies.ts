import { Type } from '@sinclair/typebox';
import { enter, requireInstallationAdmin } from '../../store/access';
import { addCompany, listCompanies, listPeriods, setCompany, showCompany } from '../../store/companies';
import { answerOnce, who } from '../door';
import type { ApiOptions, Door } from '../options';
import { CompanyParams, CompanyView, described, Moment, RoleWord, StageWord } from '../schemas';

const CompanyFile = Type.String({ minLength: 1, maxLength: 262_144, description: '公司文件 · company file (YAML)' });
const asYaml = { consumes: ['application/yaml'] };

/** Companies, their policy and their months. */
export function companyRoutes(door: Door, { pool }: ApiOptions): void {
  door.get(
    '/api/v1/companies',
    {
      schema: described(
        '公司列表 · companies',
        { of: Type.Array(Type.Object({ code: Type.String(), name: Type.String(), roles: Type.Array(RoleWord) })) },
        {},
      ),
    },
    async (request) => listCompanies(pool, who(request)),
  );

  const add = { ...asYaml, body: CompanyFile, querystring: Type.Object({ sample: Type.Optional(Type.Boolean()) }) };
  door.post(
    '/api/v1/companies',
    { schema: described('新增公司 · add a company', { status: 201, of: CompanyView }, add) },
    async (request, reply) => {
      requireInstallationAdmin(who(request));
      return answerOnce(pool, request, reply, async (client) => {
        const isSample = request.query.sample === true;
        return { status: 201, body: await addCompany(client, who(request), request.body, { isSample }) };
      });
    },
  );

  door.get(
    '/api/v1/companies/:code',
    { schema: described('公司与制度 · a company and its policy', { of: CompanyView }, { params: CompanyParams }) },
    async (request) => {
      const { companyId } = await enter(pool, who(request), request.params.code, 'read');
      return showCompany(pool, companyId);
    },
  );

  door.put(
    '/api/v1/companies/:code',
    {
      schema: described(
        '修改制度（新版本） · set the policy (a new version)',
        { of: CompanyView },
        { ...asYaml, params: CompanyParams, body: CompanyFile },
      ),
    },
    async (request, reply) =>
      answerOnce(pool, request, reply, async (client) => {
        const { companyId } = await enter(client, who(request), request.params.code, 'administer');
        return { status: 200, body: await setCompany(client, who(request), companyId, request.body) };
      }),
  );

  const Period = Type.Object({
    period: Type.String(),
    stage: StageWord,
    stageSince: Moment,
    lockedAt: Type.Union([Moment, Type.Null()]),
    closedAt: Type.Union([Moment, Type.Null()]),
  });
  door.get(
    '/api/v1/companies/:code/periods',
    { schema: described('会计期间 · months', { of: Type.Array(Period) }, { params: CompanyParams }) },
    async (request) => {
      const { companyId } = await enter(pool, who(request), request.params.code, 'read');
      return listPeriods(pool, companyId);
    },
  );
}
