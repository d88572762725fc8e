import { Command, Option } from 'commander';
import { hasReached, readProgress, waitFor } from '../wait';
import { periodPath, saveAnswer, withMonth, type Tools } from './shared';

/** A report is written soon after the lock; a large month takes minutes. */
const REPORT_LIMIT_MS = 10 * 60_000;

/** `report`. */
export function reportCommand(tools: Tools): Command {
  return withMonth(new Command('report').description('结账报告 · the report'))
    .addOption(
      new Option('--format <format>', '格式 · format')
        .choices(['json', 'html', 'pdf', 'xlsx', 'csv'])
        .makeOptionMandatory(),
    )
    .requiredOption('--out <file>', '写入文件 · file to write; - is stdout')
    .action(async (company: string, period: string, options: { format: string; out: string }) => {
      await untilReported(tools, { company, period });
      const path = `${periodPath(company, period)}/report`;
      await saveAnswer(tools, path, { format: options.format }, options.out);
    });
}

async function untilReported(tools: Tools, month: { company: string; period: string }): Promise<void> {
  const { stage } = await readProgress(tools, month);
  if (stage !== 'lock' && stage !== 'report') return;
  await waitFor(tools, month, (progress) => hasReached(progress, 'report'), { limitMs: REPORT_LIMIT_MS });
}
