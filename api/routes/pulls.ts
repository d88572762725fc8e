import { Type } from '@sinclair/typebox';
import { PART_STATES, PULL_STATES } from '../../domain/source-words';
import { enter } from '../../store/access';
import { askPull } from '../../store/sources/ask';
import { sourceMonths } from '../../store/sources/month-view';
import { askProbe } from '../../store/sources/probes';
import { answerOnce, who } from '../door';
import type { ApiOptions, Door } from '../options';
import { BilingualText, described, Moment, PeriodParams, words } from '../schemas';
import { Probe, SourceName } from './sources';

const PullParams = Type.Object({ ...PeriodParams.properties, source: SourceName });
const Asked = Type.Object({
  ...{ source: Type.String(), month: Type.String(), round: Type.Integer() },
  ...{ state: words(PULL_STATES), workflowId: Type.String() },
});
const Maybe = <T extends ReturnType<typeof Type.String>>(of: T) => Type.Union([of, Type.Null()]);
const Part = Type.Object({
  ...{ part: Type.String(), title: BilingualText, kind: Maybe(Type.String()), day: Maybe(Type.String()) },
  ...{ state: words(PART_STATES), rows: Type.Integer(), pages: Type.Integer() },
  expected: Type.Union([Type.Integer(), Type.Null()]),
  expectedEnd: Maybe(Moment),
  batch: Type.Union([Type.Integer(), Type.Null()]),
  ...{ attempts: Type.Integer(), nextTryAt: Maybe(Moment), code: Maybe(Type.String()) },
  said: Type.Union([BilingualText, Type.Null()]),
  updatedAt: Moment,
});
const SourceMonth = Type.Object(
  {
    ...{ source: Type.String(), system: Type.String(), active: Type.Boolean(), state: words(PULL_STATES) },
    ...{ round: Type.Integer(), askedBy: Maybe(Type.String()), askedAt: Maybe(Moment), nextTryAt: Maybe(Moment) },
    problem: Type.Union([Type.Object({ code: Type.String(), reason: BilingualText }), Type.Null()]),
    ...{ complete: Type.Boolean(), whole: Type.Integer(), parts: Type.Array(Part) },
  },
  { description: '一个来源的一个月 · a source’s month' },
);

/** What sources bring into a month. */
export function pullRoutes(door: Door, { pool }: ApiOptions): void {
  const month = '/api/v1/companies/:code/periods/:month/sources';
  const query = Type.Object({ source: Type.Optional(SourceName) });
  door.get(
    month,
    {
      schema: described(
        '各来源到了什么、缺什么 · what has come and what is missing',
        { of: Type.Array(SourceMonth) },
        { params: PeriodParams, querystring: query },
      ),
    },
    async (request) => {
      const { companyId } = await enter(pool, who(request), request.params.code, 'read');
      const { source } = request.query;
      return sourceMonths(pool, {
        companyId,
        month: request.params.month,
        ...(source === undefined ? {} : { source }),
      });
    },
  );
  door.post(
    `${month}/:source/pull`,
    { schema: described('拉取 · pull', { status: 202, of: Asked }, { params: PullParams }) },
    async (request, reply) =>
      answerOnce(pool, request, reply, async (client) => {
        const { code: company, ...params } = request.params;
        return { status: 202, body: await askPull(client, { person: who(request), company, ...params }) };
      }),
  );
  door.post(
    `${month}/:source/dry-pull`,
    {
      schema: described(
        '试拉：只计数 · dry pull: counts, stores nothing',
        { status: 202, of: Probe },
        { params: PullParams },
      ),
    },
    async (request, reply) =>
      answerOnce(pool, request, reply, async (client) => {
        const { code: company, ...params } = request.params;
        return { status: 202, body: await askProbe(client, { person: who(request), company, ...params }) };
      }),
  );
}
