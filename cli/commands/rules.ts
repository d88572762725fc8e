import { Command } from 'commander';
import { readFile } from 'node:fs/promises';
import type { MatchRule } from '../../domain/match-rules';
import type { DryRun } from '../../api/types';
import { RECONCILIATION_NAMES } from '../../domain/words';
import { table } from '../output';
import {
  changedTable,
  companyPath,
  existingFile,
  parseId,
  periodPath,
  type Tools,
  withJson,
  withMonth,
} from './shared';

interface Rules {
  readonly standing: { readonly version: string };
  readonly versions: readonly {
    readonly policyVersion: number;
    readonly rules: readonly MatchRule[];
    readonly author: string | null;
    readonly approvedBy: string | null;
    readonly approvedAt: string | null;
  }[];
}

/** `rules show|check|approve`. */
export function rulesCommand(tools: Tools): Command {
  const rules = new Command('rules').description('对账规则 · rules of matching');
  withJson(rules.command('show').description('规则及其版本 · rules and their versions').argument('<company>')).action(
    async (company: string, options: { json?: boolean }) => {
      const shown = await tools.client.get<Rules>(`${companyPath(company)}/rules`);
      if (options.json) return tools.output.document(shown);
      tell(tools, shown);
    },
  );
  withJson(
    withMonth(
      rules
        .command('check')
        .description('试算：不改动账务，看会有何变化 · what a company file would change; nothing is touched'),
    ).argument('<file>', 'company.yaml', existingFile),
  ).action(async (company: string, period: string, file: string, options: { json?: boolean }) => {
    const yaml = await readFile(file, 'utf8');
    const asked = await tools.client.json<DryRun>({
      method: 'POST',
      path: `${periodPath(company, period)}/rules/dry-run`,
      yaml,
    });
    if (options.json) return tools.output.document(asked);
    tellDryRun(tools, asked);
  });
  withJson(
    rules
      .command('approve')
      .description('批准某版制度中的规则 · approve the rules of a policy version')
      .argument('<company>')
      .requiredOption('--policy-version <n>', '制度版本 · policy version', parseId)
      .requiredOption('--reason <reason>', '原因 · reason'),
  ).action(async (company: string, options: { policyVersion: number; reason: string; json?: boolean }) => {
    const shown = await tools.client.post<Rules>(`${companyPath(company)}/rules/approvals`, {
      policyVersion: options.policyVersion,
      reason: options.reason,
    });
    if (options.json) return tools.output.document(shown);
    tell(tools, shown);
  });
  return rules;
}

function tell({ output }: Tools, { standing, versions }: Rules): void {
  output.line(`标准规则 standing rules · ${standing.version}`);
  const rows = versions.flatMap(({ policyVersion, rules, author, approvedBy }) =>
    rules.map((rule) => [
      String(policyVersion),
      rule.code,
      rule.name,
      rule.reconciliation,
      rule.shape,
      rule.automatic ? '自动 automatic' : '建议 suggests',
      author ?? '–',
      approvedBy ?? '待批准 to be approved',
    ]),
  );
  if (rows.length === 0) output.line('没有公司自己的规则 · no rules of the company’s own');
  else
    output.line(
      table(
        ['制度 policy', '代码 code', '名称 name', '对账 reconciliation', '形状', '', '制定 by', '批准 approved'],
        rows,
      ),
    );
}

function tellDryRun({ output }: Tools, { reconciliations, appearing, disappearing }: DryRun): void {
  const arrow = ({ now, then }: { now: number; then: number }): string =>
    now === then ? String(now) : `${now} → ${then}`;
  output.line(
    table(
      ['对账 reconciliation', '匹配 matches', '差异 exceptions'],
      reconciliations.map(({ name, matched, exceptions }) => [
        RECONCILIATION_NAMES[name].zh,
        arrow(matched),
        arrow(exceptions),
      ]),
    ),
  );
  for (const [title, { count, first }] of [
    ['消失 gone', disappearing],
    ['新增 new', appearing],
  ] as const) {
    output.line(`${title}: ${count}`);
    if (first.length > 0) output.line(changedTable(first));
  }
}
