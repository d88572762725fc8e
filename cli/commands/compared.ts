import { Argument, Command, Option } from 'commander';
import { RESOLUTION_ACTIONS } from '../../domain/words';
import type { ExceptionGroup, ExceptionView, MatchView, Resolved } from '../../api/types';
import { textOf } from '../http';
import { table } from '../output';
import { choiceOf, ofReconciliation, targetsOf, withChoice, type Choice } from './choice';
import { bookedLines } from './journal';
import { copyToStdout, parseId, periodPath, withMonth, type Tools } from './shared';

interface ListOptions extends Choice {
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly ndjson?: boolean;
  readonly state?: string;
  readonly sort?: string;
  readonly direction?: string;
  readonly group?: string;
  readonly limit?: number;
  readonly after?: string;
  readonly rule?: string;
  readonly certainty?: string;
}

/** Rows a person reads on a terminal; more are for programs. */
const SHOWN = 200;

const asJson = new Option('--json', '一个 JSON 数组 · one JSON array').conflicts(['csv', 'ndjson']);
const asNdjson = new Option('--ndjson', '每行一个 JSON · one JSON a line').conflicts(['json', 'csv']);
const limit = new Option('--limit <rows>', '每页条数 · rows of a page').argParser(parseId);
const after = new Option('--after <place>', '上一页给出的位置 · where the page before ended');

/** `exceptions`. */
export function exceptionsCommand(tools: Tools): Command {
  return withChoice(withMonth(new Command('exceptions').description('差异 · exceptions')))
    .addOption(asJson)
    .addOption(new Option('--csv', 'CSV').conflicts(['json', 'ndjson']))
    .addOption(asNdjson)
    .addOption(new Option('--state <state>', '状态 · state').choices(['open', 'resolved', 'superseded']))
    .addOption(new Option('--sort <by>', '排序 · order').choices(['difference', 'date', 'kind', 'customer', 'age']))
    .addOption(new Option('--direction <way>', '升序或降序 · which way').choices(['asc', 'desc']))
    .addOption(limit)
    .addOption(after)
    .addOption(
      new Option('--group <by>', '分组合计 · grouped, counted and summed')
        .choices(['kind', 'reconciliation', 'owner', 'customer', 'cause'])
        .conflicts(['csv', 'ndjson', 'sort', 'limit', 'after']),
    )
    .action(async (company: string, period: string, options: ListOptions) => {
      const path = `${periodPath(company, period)}/exceptions`;
      const { state, sort, direction } = options;
      const which = { ...choiceOf(options), state };
      if (options.group !== undefined)
        return showGroups(tools, `${path}/groups`, { ...which, by: options.group }, options);
      const query = { ...which, sort, direction };
      await showList(tools, path, query, options, exceptionTable);
    });
}

/** `matches`. */
export function matchesCommand(tools: Tools): Command {
  return withMonth(new Command('matches').description('匹配 · matches'))
    .addOption(asJson)
    .addOption(asNdjson)
    .addOption(ofReconciliation)
    .option('--rule <code>', '规则；by-hand 为手工匹配 · rule; by-hand for those a person made')
    .addOption(new Option('--state <state>', '状态 · state').choices(['confirmed', 'suggested', 'apart']))
    .addOption(new Option('--certainty <word>', '把握 · certainty').choices(['certain', 'probable', 'possible']))
    .addOption(limit)
    .addOption(after)
    .action(async (company: string, period: string, options: ListOptions) => {
      const { reconciliation, rule, state, certainty } = options;
      const query = { reconciliation, rule, state, certainty };
      await showList(tools, `${periodPath(company, period)}/matches`, query, options, matchTable);
    });
}

/** `resolve`. */
export function resolveCommand(tools: Tools): Command {
  return withChoice(withMonth(new Command('resolve').description('处理差异 · resolve exceptions')))
    .addArgument(new Argument('[exception...]', '差异编号 · exception ids'))
    .addOption(new Option('--action <action>', '处理方式 · action').choices(RESOLUTION_ACTIONS).makeOptionMandatory())
    .requiredOption('--reason <reason>', '原因 · reason')
    .option('--replace', '改答他人的处理 · replace another person’s answer')
    .option('--json', '一个 JSON 文档 · one JSON document')
    .action(
      async (company: string, period: string, exceptions: string[], options: ResolveOptions, command: Command) => {
        const { action, reason, replace } = options;
        const which = targetsOf(command, exceptions, options);
        const path = `${periodPath(company, period)}/resolutions`;
        const asked = { ...which, action, reason, ...(replace === true ? { replace } : {}) };
        const resolved = await tools.client.post<Resolved>(path, asked);
        if (options.json) return tools.output.document(resolved);
        tools.output.line(`已处理 resolved ${resolved.resolved} · ${action}`);
        for (const line of bookedLines(resolved.journal)) tools.output.line(line);
      },
    );
}

interface ResolveOptions extends Choice {
  readonly action: string;
  readonly reason: string;
  readonly replace?: boolean;
  readonly json?: boolean;
}

type Query = Readonly<Record<string, string | undefined>>;

/**
 * A list whole for programs, or its first page for people; a page's end says where the next one begins.
 * @param shown what people see of a page's JSON
 */
async function showList(
  tools: Tools,
  path: string,
  query: Query,
  options: ListOptions,
  shown: (page: string) => string,
): Promise<void> {
  const format = formatOf(options);
  const page = { after: options.after, limit: options.limit?.toString() };
  if (format !== undefined && page.limit === undefined) return copyToStdout(tools, path, { ...query, format });
  const asked = { ...query, ...page, limit: page.limit ?? String(SHOWN), format };
  const answer = await tools.client.open({ method: 'GET', path, query: asked });
  const text = await textOf(answer);
  if (format === undefined) tools.output.line(shown(text));
  else process.stdout.write(text);
  tellMore(tools, answer.headers['x-next-after'], asked.limit);
}

async function showGroups(tools: Tools, path: string, query: Query, { json }: ListOptions): Promise<void> {
  const groups = await tools.client.get<ExceptionGroup[]>(path, query);
  if (json) return tools.output.document(groups);
  const head = ['组 group', '条数 count', '未处理 open', '差额绝对值 absolute', '币种', '说明', '建议 suggested'];
  const cells = groups.flatMap(({ key, count, open, sums, title, suggestedAction }) =>
    sums.map(({ currency, absolute }, i) =>
      i === 0
        ? [key, count, open, absolute, currency, title?.zh ?? '', suggestedAction ?? '']
        : ['', '', '', absolute, currency, '', ''],
    ),
  );
  tools.output.line(cells.length === 0 ? '没有差异 · no exceptions' : table(head, cells));
}

function formatOf({ json, csv, ndjson }: ListOptions): string | undefined {
  if (csv) return 'csv';
  if (ndjson) return 'ndjson';
  return json ? 'json' : undefined;
}

function exceptionTable(page: string): string {
  const rows = JSON.parse(page) as ExceptionView[];
  const head = [
    '编号 id',
    '种类 kind',
    '状态 state',
    '左 left',
    '右 right',
    '差额 difference',
    '币种',
    '处理人 owner',
    '说明',
  ];
  const cells = rows.map((row) => [
    row.id,
    row.kind,
    row.state,
    references(row.left),
    references(row.right),
    row.difference,
    row.currency,
    row.assignee ?? row.owner,
    row.explanation.zh,
  ]);
  return cells.length === 0 ? '没有差异 · no exceptions' : table(head, cells);
}

function matchTable(page: string): string {
  const rows = JSON.parse(page) as MatchView[];
  const head = ['编号 id', '对账 reconciliation', '规则 rule', '左 left', '右 right', '差额 difference', '币种'];
  const cells = rows.map((row) => [
    row.id,
    row.reconciliation,
    row.rule,
    references(row.left),
    references(row.right),
    row.difference,
    row.currency,
  ]);
  return cells.length === 0 ? '没有匹配 · no matches' : table(head, cells);
}

function references(side: readonly { readonly reference: string }[]): string {
  const shown = side.slice(0, 3).map(({ reference }) => reference);
  if (side.length > shown.length) shown.push(`+${side.length - shown.length}`);
  return shown.length === 0 ? '–' : shown.join(' ');
}

function tellMore(tools: Tools, next: string | string[] | undefined, shown: string): void {
  if (typeof next !== 'string') return;
  tools.output.note(
    `仅显示 ${shown} 条，还有更多；下一页加 --after ${next}，全部请用 --csv 或 --json`,
    `${shown} are shown and there are more; the next page with --after ${next}, all of them with --csv or --json`,
  );
}
