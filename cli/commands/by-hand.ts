import { Command, Option } from 'commander';
import type { HandMatched, Undone, Unmatched } from '../../api/types';
import { settleClose } from '../wait';
import { bookedLines } from './journal';
import { periodPath, withJson, withMonth, type Tools } from './shared';

interface Said {
  readonly reason: string;
  readonly json?: boolean;
}

/** `match`. */
export function matchCommand(tools: Tools): Command {
  const command = withMonth(new Command('match').description('手工匹配差异 · match exceptions by hand'))
    .argument('<exception...>', '差异编号，两方都要有 · exception ids, of both sides')
    .requiredOption('--reason <reason>', '原因 · reason')
    .addOption(new Option('--write-off', '余差核销 · write off what is left').conflicts('adjust'))
    .addOption(new Option('--adjust', '余差调整 · adjust what is left').conflicts('writeOff'));
  return withJson(command).action(
    async (
      company: string,
      period: string,
      exceptions: string[],
      options: Said & { writeOff?: boolean; adjust?: boolean },
    ) => {
      const settle = options.writeOff === true ? 'write_off' : options.adjust === true ? 'adjust' : undefined;
      const body = {
        exceptions: [...new Set(exceptions)],
        reason: options.reason,
        ...(settle === undefined ? {} : { settle }),
      };
      const matched = await tools.client.post<HandMatched>(`${periodPath(company, period)}/matches`, body);
      if (options.json) return tools.output.document(matched);
      tools.output.line(`已匹配 matched ${matched.match} · 余差 left over ${matched.difference} ${matched.currency}`);
      for (const line of bookedLines(matched.journal)) tools.output.line(line);
    },
  );
}

/** `unmatch`. */
export function unmatchCommand(tools: Tools): Command {
  const command = withMonth(new Command('unmatch').description('拆开匹配 · take matches apart'))
    .argument('<match...>', '匹配编号 · match ids')
    .requiredOption('--reason <reason>', '原因 · reason');
  return withJson(command).action(async (company: string, period: string, matches: string[], options: Said) => {
    const body = { matches: [...new Set(matches)], reason: options.reason };
    const apart = await tools.client.post<Unmatched>(`${periodPath(company, period)}/unmatch`, body);
    await untilCompared(tools, { company, period }, apart.figuresHash);
    if (options.json) return tools.output.document(apart);
    tools.output.line(
      `已拆开 taken apart ${apart.matches.length} · 重新打开的差异 exceptions open again ${apart.exceptions.length}`,
    );
  });
}

/** `undo`. */
export function undoCommand(tools: Tools): Command {
  const command = withMonth(new Command('undo').description('撤销处理或拆开 · take answers back'))
    .argument('<id...>', '差异编号，或已拆开的匹配编号 · exception ids, or ids of matches taken apart')
    .requiredOption('--reason <reason>', '原因 · reason');
  return withJson(command).action(async (company: string, period: string, ids: string[], options: Said) => {
    const body = { ids: [...new Set(ids)], reason: options.reason };
    const undone = await tools.client.post<Undone>(`${periodPath(company, period)}/undo`, body);
    await untilCompared(tools, { company, period }, undone.figuresHash);
    if (options.json) return tools.output.document(undone);
    tools.output.line(
      `已撤销 undone: 差异 exceptions ${undone.exceptions.length} · 匹配 matches ${undone.matches.length}`,
    );
  });
}

/** Where matches changed the month is compared again: the next command finds it done. */
async function untilCompared(
  tools: Tools,
  month: { company: string; period: string },
  figuresHash: string | null,
): Promise<void> {
  if (figuresHash === null) await settleClose(tools, month);
}
