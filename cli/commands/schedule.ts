import { Command } from 'commander';
import { setTimeout as sleep } from 'node:timers/promises';
import { companyPath, parsePeriod, withJson, type Tools } from './shared';

interface Schedule {
  readonly day: number;
  readonly hour: number;
  readonly timezone: string;
  readonly paused: boolean;
  readonly applied: boolean;
}

const APPLY_MS = 10_000;

/** `schedule set|show|pause|resume|backfill`. */
export function scheduleCommand(tools: Tools): Command {
  const schedule = new Command('schedule').description('结账计划 · when months start by themselves');
  const wholeNumber = (text: string): number => Number(text);
  withJson(schedule.command('set').description('每月启动时间 · day and hour').argument('<company>'))
    .option('--day <day>', '次月几日 · day of the following month, 1 to 28', wholeNumber, 1)
    .option('--hour <hour>', '公司时区的小时 · hour in the company’s zone, 0 to 23', wholeNumber, 6)
    .action(async (company: string, options: { day: number; hour: number; json?: boolean }) => {
      const { day, hour } = options;
      await tools.client.json({ method: 'PUT', path: `${companyPath(company)}/schedule`, json: { day, hour } });
      await show(tools, company, options.json);
    });
  withJson(schedule.command('show').description('显示 · show').argument('<company>')).action(
    async (company: string, options: { json?: boolean }) => show(tools, company, options.json),
  );
  for (const [verb, said] of [
    ['pause', '暂停 · pause'],
    ['resume', '恢复 · resume'],
  ] as const) {
    withJson(schedule.command(verb).description(said).argument('<company>')).action(
      async (company: string, options: { json?: boolean }) => {
        await tools.client.post(`${companyPath(company)}/schedule/${verb}`);
        await show(tools, company, options.json);
      },
    );
  }
  withJson(schedule.command('backfill').description('按顺序补启 · start missed months in order').argument('<company>'))
    .requiredOption('--from <period>', 'YYYY-MM', parsePeriod)
    .requiredOption('--to <period>', 'YYYY-MM', parsePeriod)
    .action(async (company: string, options: { from: string; to: string; json?: boolean }) => {
      await tools.client.post(`${companyPath(company)}/schedule/backfill`, { from: options.from, to: options.to });
      await show(tools, company, options.json);
    });
  return schedule;
}

/** Shows the schedule once the worker has carried it out, or as it is when that takes long. */
async function show(tools: Tools, company: string, json: boolean | undefined): Promise<void> {
  const giveUp = Date.now() + APPLY_MS;
  let found = await tools.client.get<Schedule | null>(`${companyPath(company)}/schedule`);
  while (found !== null && !found.applied && Date.now() < giveUp) {
    tools.output.progress('等待 worker 应用计划', 'waiting for the worker to carry it out');
    await sleep(300);
    found = await tools.client.get<Schedule | null>(`${companyPath(company)}/schedule`);
  }
  if (json) return tools.output.document(found);
  if (found === null) return tools.output.line('没有计划，按需手工启动 · no schedule, months are started by hand');
  const { day, hour, timezone, paused, applied } = found;
  const state = `${paused ? '暂停 paused' : '启用 active'}${applied ? '' : ' · 待应用 not applied yet'}`;
  tools.output.line(`次月 ${day} 日 ${hour} 时 · day ${day} of the following month, ${hour}:00 ${timezone} · ${state}`);
}
