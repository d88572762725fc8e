import { Type } from '@sinclair/typebox';
import type { PoolClient } from 'pg';
import { enter } from '../../store/access';
import { recordAudit } from '../../store/audit';
import { backfillSchedule, pauseSchedule, readSchedule, setSchedule } from '../../store/schedules';
import type { Principal } from '../../store/sessions';
import { answerOnce, who } from '../door';
import type { ApiOptions, Door } from '../options';
import { CompanyParams, described, Month } from '../schemas';

const When = Type.Object({
  day: Type.Integer({ minimum: 1, maximum: 28, description: '次月几日 · day of the following month' }),
  hour: Type.Integer({ minimum: 0, maximum: 23, description: '公司时区 · in the company’s zone' }),
});
const Schedule = Type.Union([
  Type.Object({
    day: Type.Integer(),
    hour: Type.Integer(),
    timezone: Type.String(),
    paused: Type.Boolean(),
    applied: Type.Boolean({ description: 'the worker has carried out the last change' }),
  }),
  Type.Null(),
]);

/** When a company's months start by themselves. */
export function scheduleRoutes(door: Door, { pool }: ApiOptions): void {
  door.get(
    '/api/v1/companies/:code/schedule',
    { schema: described('结账计划 · schedule', { of: Schedule }, { params: CompanyParams }) },
    async (request, reply) => {
      const { code } = await enter(pool, who(request), request.params.code, 'read');
      return reply.send(await shown(pool, code));
    },
  );

  door.put(
    '/api/v1/companies/:code/schedule',
    { schema: described('设置计划 · set the schedule', { of: Schedule }, { params: CompanyParams, body: When }) },
    async (request, reply) =>
      answerOnce(pool, request, reply, async (client) => {
        const company = await administered(client, who(request), request.params.code);
        await setSchedule(client, company, request.body);
        await record(client, who(request), company, 'schedule.set', { ...request.body });
        return { status: 200, body: await shown(client, company.code) };
      }),
  );

  for (const [verb, summary, paused] of [
    ['pause', '暂停计划 · pause', true],
    ['resume', '恢复计划 · resume', false],
  ] as const) {
    door.post(
      `/api/v1/companies/:code/schedule/${verb}`,
      { schema: described(summary, { of: Schedule }, { params: CompanyParams }) },
      async (request, reply) =>
        answerOnce(pool, request, reply, async (client) => {
          const company = await administered(client, who(request), request.params.code);
          await pauseSchedule(client, company, paused);
          await record(client, who(request), company, paused ? 'schedule.paused' : 'schedule.resumed', {});
          return { status: 200, body: await shown(client, company.code) };
        }),
    );
  }

  const span = { params: CompanyParams, body: Type.Object({ from: Month, to: Month }) };
  door.post(
    '/api/v1/companies/:code/schedule/backfill',
    { schema: described('补启月份 · start missed months in order', { of: Schedule }, span) },
    async (request, reply) =>
      answerOnce(pool, request, reply, async (client) => {
        const company = await administered(client, who(request), request.params.code);
        await backfillSchedule(client, company, request.body.from, request.body.to);
        await record(client, who(request), company, 'schedule.backfilled', { ...request.body });
        return { status: 200, body: await shown(client, company.code) };
      }),
  );
}

async function shown(db: Parameters<typeof readSchedule>[0], code: string): Promise<unknown> {
  const schedule = await readSchedule(db, code);
  if (schedule === null) return null;
  const { day, hour, timezone, paused, applied } = schedule;
  return { day, hour, timezone, paused, applied };
}

async function administered(
  client: PoolClient,
  person: Principal,
  code: string,
): Promise<{ id: number; code: string }> {
  const { companyId } = await enter(client, person, code, 'administer');
  return { id: companyId, code };
}

async function record(
  client: PoolClient,
  person: Principal,
  company: { id: number; code: string },
  action: string,
  detail: Record<string, unknown>,
): Promise<void> {
  await recordAudit(client, { companyId: company.id, actor: person.login, action, subject: company.code, detail });
}
