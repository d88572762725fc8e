import { Command, InvalidArgumentError } from 'commander';
import { STAGE_NAMES, type Stage } from '../../domain/words';
import type { CloseStatusDocument } from '../../api/types';
import { statusText } from '../status-text';
import { blockerLines, hasReached, settleClose, stopping, waitFor } from '../wait';
import { periodPath, Unfinished, withJson, withMonth, type Tools } from './shared';

const TARGETS = ['review', 'approve', 'lock', 'report'] as const satisfies readonly Stage[];

/** `close start|status|retry|cancel`. */
export function closeCommand(tools: Tools): Command {
  const close = new Command('close').description('月末结账 · the month-end close');
  withJson(withMonth(close.command('start').description('启动或加入并等待 · start or join, and wait')))
    .option('--until <stage>', TARGETS.join(' | '), parseTarget, 'review')
    .action(async (company: string, period: string, options: { until: Stage; json?: boolean }) =>
      start(tools, { company, period }, options),
    );
  withJson(withMonth(close.command('status').description('现在到哪一步 · where it stands'))).action(
    async (company: string, period: string, options: { json?: boolean }) => {
      const status = await readStatus(tools, company, period);
      if (options.json) tools.output.document(status);
      else tools.output.line(statusText(status));
    },
  );
  for (const [verb, said] of [
    ['retry', '立即重试 · try again now'],
    ['cancel', '取消 · cancel'],
  ] as const) {
    withJson(withMonth(close.command(verb).description(said)))
      .option('--reason <reason>', '原因 · reason')
      .action(async (company: string, period: string, options: { reason?: string; json?: boolean }) => {
        const decided = await tools.client.post(`${periodPath(company, period)}/close/${verb}`, {
          reason: options.reason,
        });
        await waitFor(tools, { company, period }, ({ pending }) => pending === 0, { limitMs: 15_000 });
        if (options.json) tools.output.document(decided);
        else tools.output.line(verb === 'retry' ? '已要求重试 · asked to try again' : '已取消 · cancelled');
      });
  }
  return close;
}

async function start(
  tools: Tools,
  month: { company: string; period: string },
  options: { until: Stage; json?: boolean },
): Promise<void> {
  const { company, period } = month;
  await tools.client.post(`${periodPath(company, period)}/close/start`);
  const progress = await waitFor(tools, month, (now) => hasReached(now, options.until));
  const status = await readStatus(tools, company, period);
  if (options.json) tools.output.document(status);
  else tools.output.line(statusText(status));
  if (hasReached(progress, options.until)) return;
  const name = STAGE_NAMES[progress.stage];
  tools.output.note(
    `停在“${name.zh}”，尚未到“${STAGE_NAMES[options.until].zh}”`,
    `stands in ${name.en}, not yet in ${options.until}`,
  );
  process.stderr.write(`${blockerLines(stopping(progress)).join('\n')}\n`);
  throw new Unfinished();
}

/** `review`, `approve`, `reject`. */
export function signOffCommand(tools: Tools, verb: 'review' | 'approve' | 'reject'): Command {
  const said = { review: '复核 · review', approve: '审批 · approve', reject: '退回复核 · reject' }[verb];
  const command = withMonth(new Command(verb).description(said))
    .requiredOption('--reason <reason>', '原因 · reason')
    .option('--seen <hash>', '所见数字的哈希 · the figures hash looked at');
  return withJson(command).action(
    async (company: string, period: string, options: { reason: string; seen?: string; json?: boolean }) => {
      const { reason, seen } = options;
      const path = `${periodPath(company, period)}/${verb}`;
      const decided = await tools.client.post<{ missing: string[]; figuresHash: string }>(path, { reason, seen });
      await untilItMoves(tools, { company, period }, verb, decided.missing);
      if (options.json) return tools.output.document(decided);
      tools.output.line(`${said}: ${period} · ${decided.figuresHash.slice(0, 16)}`);
      if (decided.missing.length > 0)
        tools.output.note(`尚需审批：${decided.missing.join('、')}`, `still to approve: ${decided.missing.join(', ')}`);
    },
  );
}

/** A decision is taken as it is recorded; this only waits so that the next command finds the close moved on. */
async function untilItMoves(
  tools: Tools,
  month: { company: string; period: string },
  verb: 'review' | 'approve' | 'reject',
  missing: readonly string[],
): Promise<void> {
  if (verb === 'review') await waitFor(tools, month, ({ stage }) => stage !== 'review', { limitMs: 30_000 });
  else if (verb === 'approve' && missing.length === 0) {
    await waitFor(tools, month, (progress) => hasReached(progress, 'lock'), { limitMs: 120_000 });
  } else await settleClose(tools, month);
}

async function readStatus(tools: Tools, company: string, period: string): Promise<CloseStatusDocument> {
  return tools.client.get<CloseStatusDocument>(`${periodPath(company, period)}/close`);
}

function parseTarget(text: string): Stage {
  const target = TARGETS.find((stage) => stage === text);
  if (target !== undefined) return target;
  throw new InvalidArgumentError(TARGETS.join(' | '));
}
