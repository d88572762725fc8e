import { Command, InvalidArgumentError } from 'commander';
import type { ExceptionDetail, MatchDetail } from '../../api/types';
import { exceptionText, matchText } from '../detail-text';
import { periodPath, withJson, withMonth, type Tools } from './shared';

/** `exceptions show`. */
export function showExceptionCommand(tools: Tools): Command {
  return withJson(withMonth(new Command('show').description('一项差异的说明 · one exception explained')))
    .argument('<exception>', '差异编号 · exception id', parseDigest)
    .action(async (company: string, period: string, exception: string, options: { json?: boolean }) => {
      const detail = await tools.client.get<ExceptionDetail>(
        `${periodPath(company, period)}/exceptions/${encodeURIComponent(exception)}`,
      );
      if (options.json === true) return tools.output.document(detail);
      for (const line of exceptionText(detail)) tools.output.line(line);
    });
}

/** `matches show`. */
export function showMatchCommand(tools: Tools): Command {
  return withJson(withMonth(new Command('show').description('一项匹配的说明 · one match explained')))
    .argument('<match>', '匹配编号 · match id', parseDigest)
    .action(async (company: string, period: string, match: string, options: { json?: boolean }) => {
      const detail = await tools.client.get<MatchDetail>(
        `${periodPath(company, period)}/matches/${encodeURIComponent(match)}`,
      );
      if (options.json === true) return tools.output.document(detail);
      for (const line of matchText(detail)) tools.output.line(line);
    });
}

/** Adds `show` below a list, whose own options count only before it. */
export function withShow(list: Command, show: Command): Command {
  return list.enablePositionalOptions().addCommand(show);
}

/** The id of an exception or match, or wrong usage. */
export function parseDigest(text: string): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return text.toLowerCase();
  throw new InvalidArgumentError('应为编号，见 --json · an id as --json shows it');
}
