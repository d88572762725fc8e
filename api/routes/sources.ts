import { Type } from '@sinclair/typebox';
import type { FastifyRequest } from 'fastify';
import { PULL_STATES } from '../../domain/source-words';
import { enter } from '../../store/access';
import type { Queryable } from '../../store/db';
import { setMapping, showMapping } from '../../store/sources/mapping';
import { askProbe, readProbe } from '../../store/sources/probes';
import {
  addSource,
  changeSource,
  listSources,
  setActive,
  showSource,
  type SourceOwner,
} from '../../store/sources/sources';
import { answerOnce, who } from '../door';
import type { ApiOptions, Door } from '../options';
import { Anything, BilingualText, CompanyParams, described, Moment, words } from '../schemas';

const LONGEST_FILE = 65_536;
const SourceFile = Type.String({ minLength: 1, maxLength: LONGEST_FILE, description: '来源文件 · source file (YAML)' });
const MappingFile = Type.String({
  minLength: 1,
  maxLength: LONGEST_FILE,
  description: '映射文件 · mapping file (YAML)',
});
const asYaml = { consumes: ['application/yaml'] };

export const SourceName = Type.String({ minLength: 1, maxLength: 64, description: '来源名称 · name of the source' });
const SourceParams = Type.Object({ code: CompanyParams.properties.code, source: SourceName });
const ProbeParams = Type.Object({ ...SourceParams.properties, probe: Type.Integer({ minimum: 1 }) });

const Source = Type.Object(
  {
    source: Type.String(),
    system: Type.String(),
    title: Type.Union([BilingualText, Type.Null()]),
    active: Type.Boolean(),
    settings: Type.Record(Type.String(), Type.String()),
    secrets: Type.Array(
      Type.Object({
        ...{ name: Type.String(), about: BilingualText, optional: Type.Boolean() },
        ...{ variable: Type.String(), file: Type.String() },
      }),
      { description: '密钥取自何处，不含其值 · where each secret is looked for, never its value' },
    ),
    mappingVersion: Type.Union([Type.Integer(), Type.Null()]),
    createdBy: Type.String(),
    createdAt: Moment,
  },
  { description: '数据来源 · source' },
);
const Line = Type.Object({
  ...{ source: Type.String(), system: Type.String(), active: Type.Boolean() },
  month: Type.Union([Type.String(), Type.Null()]),
  state: words(PULL_STATES),
  ...{ parts: Type.Integer(), whole: Type.Integer() },
  pulledAt: Type.Union([Moment, Type.Null()]),
});
const Mapping = Type.Object({
  version: Type.Union([Type.Integer(), Type.Null()]),
  file: Type.String({ description: '可编辑的 YAML · the file to edit' }),
  mapping: Anything,
});
export const Probe = Type.Object(
  {
    ...{ probe: Type.Integer(), source: Type.String(), kind: words(['test', 'dry'] as const) },
    month: Type.Union([Type.String(), Type.Null()]),
    state: words(['asked', 'running', 'done', 'failed'] as const),
    findings: Type.Array(Anything),
    problem: Type.Union([Type.Object({ code: Type.String(), reason: BilingualText }), Type.Null()]),
    ...{ askedBy: Type.String(), askedAt: Moment },
    finishedAt: Type.Union([Moment, Type.Null()]),
  },
  { description: '测试或试拉 · a test or a dry pull' },
);

const ALL = '/api/v1/companies/:code/sources';
const ONE = `${ALL}/:source`;

/** The outside systems a company is connected to. No secret passes here: the worker reads them where it runs. */
export function sourceRoutes(door: Door, { pool, systems = {} }: ApiOptions): void {
  const owner = async (db: Queryable, request: FastifyRequest, action: 'read' | 'administer'): Promise<SourceOwner> => {
    const person = who(request);
    const { code } = request.params as { code: string };
    const company = await enter(db, person, code, action);
    return { person, companyId: company.companyId, company: company.code };
  };

  door.get(
    ALL,
    { schema: described('数据来源 · sources', { of: Type.Array(Line) }, { params: CompanyParams }) },
    async (request) => listSources(pool, (await owner(pool, request, 'read')).companyId),
  );
  const add = { ...asYaml, params: CompanyParams, body: SourceFile };
  door.post(
    ALL,
    { schema: described('新增来源 · add a source', { status: 201, of: Source }, add) },
    async (request, reply) =>
      answerOnce(pool, request, reply, async (client) => {
        const admin = await owner(client, request, 'administer');
        return { status: 201, body: await addSource(client, admin, request.body, systems) };
      }),
  );
  door.get(
    ONE,
    { schema: described('一个来源 · one source', { of: Source }, { params: SourceParams }) },
    async (request) => showSource(pool, await owner(pool, request, 'read'), request.params.source, systems),
  );
  const change = { ...asYaml, params: SourceParams, body: SourceFile };
  door.put(
    ONE,
    { schema: described('修改设置 · change its settings', { of: Source }, change) },
    async (request, reply) =>
      answerOnce(pool, request, reply, async (client) => {
        const admin = await owner(client, request, 'administer');
        const body = await changeSource(client, admin, request.params.source, request.body, systems);
        return { status: 200, body };
      }),
  );
  for (const [verb, summary, active] of [
    ['pause', '暂停来源 · pause a source', false],
    ['resume', '恢复来源 · take a source up again', true],
  ] as const) {
    door.post(
      `${ONE}/${verb}`,
      { schema: described(summary, { of: Source }, { params: SourceParams }) },
      async (request, reply) =>
        answerOnce(pool, request, reply, async (client) => {
          const admin = await owner(client, request, 'administer');
          return { status: 200, body: await setActive(client, admin, request.params.source, active, systems) };
        }),
    );
  }

  door.get(
    `${ONE}/mapping`,
    { schema: described('字段映射 · its mapping', { of: Mapping }, { params: SourceParams }) },
    async (request) => {
      const { companyId } = await owner(pool, request, 'read');
      return showMapping(pool, companyId, request.params.source, systems);
    },
  );
  const map = { ...asYaml, params: SourceParams, body: MappingFile };
  door.put(
    `${ONE}/mapping`,
    { schema: described('设置字段映射（新版本） · set its mapping (a new version)', { of: Mapping }, map) },
    async (request, reply) =>
      answerOnce(pool, request, reply, async (client) => {
        const admin = await owner(client, request, 'administer');
        return { status: 200, body: await setMapping(client, admin, request.params.source, request.body, systems) };
      }),
  );

  door.post(
    `${ONE}/test`,
    { schema: described('测试来源 · test a source', { status: 202, of: Probe }, { params: SourceParams }) },
    async (request, reply) =>
      answerOnce(pool, request, reply, async (client) => {
        const { code: company, source } = request.params;
        return { status: 202, body: await askProbe(client, { person: who(request), company, source }) };
      }),
  );
  door.get(
    `${ONE}/probes/:probe`,
    { schema: described('测试或试拉的结果 · what a test or dry pull found', { of: Probe }, { params: ProbeParams }) },
    async (request) => readProbe(pool, (await owner(pool, request, 'read')).companyId, request.params.probe),
  );
}
