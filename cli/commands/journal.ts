import { Command, Option } from 'commander';
import type { Proposed } from '../../api/types';
import { periodPath, saveAnswer, withMonth, type Tools } from './shared';

/** `journal`. */
export function journalCommand(tools: Tools): Command {
  return withMonth(new Command('journal').description('导出凭证建议 · export journal proposals'))
    .addOption(
      new Option('--format <format>', '格式：我们的凭证列，或金蝶凭证表 · our ledger columns, or a Kingdee sheet')
        .choices(['csv', 'kingdee', 'json'])
        .makeOptionMandatory(),
    )
    .requiredOption('--out <file>', '写入文件 · file to write; - is stdout')
    .action(async (company: string, period: string, options: { format: string; out: string }) => {
      await saveAnswer(tools, `${periodPath(company, period)}/journal`, { format: options.format }, options.out);
    });
}

/** What an answer asks finance to book, in words. */
export function bookedLines(journal: Proposed | undefined): string[] {
  if (journal === undefined) return [];
  const none = journal.notBooked.flatMap(({ count, reason }) => [
    `不记账 not booked ${count}：${reason.zh}`,
    `  ${reason.en}`,
  ]);
  const proposed = `凭证建议 journal proposals ${journal.proposals}`;
  return journal.proposals > 0 ? [proposed, ...none] : none;
}
