import { Argument, Command, Option } from 'commander';
import { EXCEPTION_KINDS, RECONCILIATIONS, RESOLUTION_ACTIONS } from '../../domain/words';
import type { ExceptionView, MatchView } from '../../api/types';
import { table } from '../output';
import { copyToStdout, periodPath, withMonth, type Tools } from './shared';

interface ListOptions {
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly ndjson?: boolean;
  readonly state?: string;
  readonly kind?: string;
  readonly reconciliation?: string;
}

/** Rows a person reads on a terminal; more are for programs. */
const SHOWN = 200;

const asJson = new Option('--json', '一个 JSON 数组 · one JSON array').conflicts(['csv', 'ndjson']);
const asNdjson = new Option('--ndjson', '每行一个 JSON · one JSON a line').conflicts(['json', 'csv']);
const ofReconciliation = new Option('--reconciliation <name>', '对账 · reconciliation').choices(RECONCILIATIONS);
const ofKind = new Option('--kind <kind>', '差异种类 · exception kind').choices(EXCEPTION_KINDS);

/** `exceptions`. */
export function exceptionsCommand(tools: Tools): Command {
  return withMonth(new Command('exceptions').description('差异 · exceptions'))
    .addOption(asJson)
    .addOption(new Option('--csv', 'CSV').conflicts(['json', 'ndjson']))
    .addOption(asNdjson)
    .addOption(new Option('--state <state>', '状态 · state').choices(['open', 'resolved', 'superseded']))
    .addOption(ofKind)
    .addOption(ofReconciliation)
    .action(async (company: string, period: string, options: ListOptions) => {
      const path = `${periodPath(company, period)}/exceptions`;
      const { state, kind, reconciliation } = options;
      const format = formatOf(options);
      if (format !== undefined) return copyToStdout(tools, path, { format, state, kind, reconciliation });
      const rows = await tools.client.get<ExceptionView[]>(path, { state, kind, reconciliation });
      tools.output.line(rows.length === 0 ? '没有差异 · no exceptions' : exceptionTable(rows.slice(0, SHOWN)));
      tellMore(tools, rows.length);
    });
}

/** `matches`. */
export function matchesCommand(tools: Tools): Command {
  return withMonth(new Command('matches').description('匹配 · matches'))
    .addOption(asJson)
    .addOption(asNdjson)
    .addOption(ofReconciliation)
    .action(async (company: string, period: string, options: ListOptions) => {
      const path = `${periodPath(company, period)}/matches`;
      const { reconciliation } = options;
      const format = formatOf(options);
      if (format !== undefined) return copyToStdout(tools, path, { format, reconciliation });
      const rows = await tools.client.get<MatchView[]>(path, { reconciliation });
      const head = ['对账 reconciliation', '规则 rule', '左 left', '右 right', '差额 difference', '币种'];
      const cells = rows
        .slice(0, SHOWN)
        .map((row) => [
          row.reconciliation,
          row.rule,
          references(row.left),
          references(row.right),
          row.difference,
          row.currency,
        ]);
      tools.output.line(rows.length === 0 ? '没有匹配 · no matches' : table(head, cells));
      tellMore(tools, rows.length);
    });
}

/** `resolve`. */
export function resolveCommand(tools: Tools): Command {
  return withMonth(new Command('resolve').description('处理差异 · resolve exceptions'))
    .addArgument(new Argument('[exception...]', '差异编号 · exception ids'))
    .addOption(ofKind)
    .addOption(new Option('--action <action>', '处理方式 · action').choices(RESOLUTION_ACTIONS).makeOptionMandatory())
    .requiredOption('--reason <reason>', '原因 · reason')
    .option('--json', '一个 JSON 文档 · one JSON document')
    .action(
      async (company: string, period: string, exceptions: string[], options: ResolveOptions, command: Command) => {
        const { kind, action, reason } = options;
        if (exceptions.length > 0 === (kind !== undefined)) {
          command.error('error: 请给出差异编号或 --kind，二者择一 · give exception ids or --kind, one of them', {
            exitCode: 2,
          });
        }
        const which = kind === undefined ? { exceptions: [...new Set(exceptions)] } : { kind };
        const path = `${periodPath(company, period)}/resolutions`;
        const resolved = await tools.client.post<{ resolved: number; figuresHash: string }>(path, {
          ...which,
          action,
          reason,
        });
        if (options.json) return tools.output.document(resolved);
        tools.output.line(`已处理 resolved ${resolved.resolved} · ${action}`);
      },
    );
}

interface ResolveOptions {
  readonly kind?: string;
  readonly action: string;
  readonly reason: string;
  readonly json?: boolean;
}

function formatOf({ json, csv, ndjson }: ListOptions): string | undefined {
  if (csv) return 'csv';
  if (ndjson) return 'ndjson';
  return json ? 'json' : undefined;
}

function exceptionTable(rows: readonly ExceptionView[]): string {
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
    row.owner,
    row.explanation.zh,
  ]);
  return table(head, cells);
}

function references(side: readonly { readonly reference: string }[]): string {
  const shown = side.slice(0, 3).map(({ reference }) => reference);
  if (side.length > shown.length) shown.push(`+${side.length - shown.length}`);
  return shown.length === 0 ? '–' : shown.join(' ');
}

function tellMore(tools: Tools, count: number): void {
  if (count <= SHOWN) return;
  tools.output.note(
    `仅显示前 ${SHOWN} 条，共 ${count} 条；全部请用 --csv 或 --json`,
    `the first ${SHOWN} of ${count}; all of them with --csv or --json`,
  );
}
