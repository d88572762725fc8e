import { Command } from 'commander';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AskedPull, MappingView, ProbeView, SourceLine, SourceMonth, SourceView } from '../../api/types';
import { PULL_STATE_NAMES } from '../../domain/source-words';
import { refusalText, table } from '../output';
import { findingText, legend, monthText, pullProgress } from '../source-text';
import {
  companyPath,
  existingFile,
  parsePeriod,
  periodPath,
  Unfinished,
  withJson,
  withMonth,
  type Tools,
} from './shared';

const POLL_MS = 500;

interface Json {
  readonly json?: boolean;
}

/** `source add|set|list|show|test|pull|status|mapping|pause|resume`. */
export function sourceCommand(tools: Tools): Command {
  const source = new Command('source').description('数据来源 · where the data comes from by itself');
  addFileCommands(source, tools);
  addLooks(source, tools);
  addMapping(source, tools);
  addProbes(source, tools);
  return source;
}

const sourcePath = (company: string, name: string): string =>
  `${companyPath(company)}/sources/${encodeURIComponent(name)}`;

function named(command: Command): Command {
  return withJson(command.argument('<company>', '公司代码 · company code').argument('<source>', '来源名称 · its name'));
}

function addFileCommands(source: Command, tools: Tools): void {
  withJson(
    source
      .command('add')
      .description('按文件新增来源，密钥不在文件中 · add a source from its file; secrets do not stand in it')
      .argument('<company>')
      .argument('<file>', 'source.yaml', existingFile),
  ).action(async (company: string, file: string, options: Json) => {
    const yaml = await readFile(file, 'utf8');
    const added = await tools.client.json<SourceView>({
      method: 'POST',
      path: `${companyPath(company)}/sources`,
      yaml,
    });
    show(tools, added, options);
  });
  named(source.command('set').description('按文件修改设置 · change its settings from a file'))
    .argument('<file>', 'source.yaml', existingFile)
    .action(async (company: string, name: string, file: string, options: Json) => {
      const yaml = await readFile(file, 'utf8');
      show(
        tools,
        await tools.client.json<SourceView>({ method: 'PUT', path: sourcePath(company, name), yaml }),
        options,
      );
    });
  for (const [verb, said] of [
    ['pause', '暂停 · pause: nobody waits for it'],
    ['resume', '恢复 · take it up again'],
  ] as const) {
    named(source.command(verb).description(said)).action(async (company: string, name: string, options: Json) =>
      show(tools, await tools.client.post<SourceView>(`${sourcePath(company, name)}/${verb}`), options),
    );
  }
}

function addLooks(source: Command, tools: Tools): void {
  withJson(source.command('list').description('全部来源 · all of them').argument('<company>')).action(
    async (company: string, options: Json) => {
      const lines = await tools.client.get<SourceLine[]>(`${companyPath(company)}/sources`);
      if (options.json) return tools.output.document(lines);
      const head = ['来源 source', '系统 system', '月份 month', '状态 state', '齐 whole', '部分 parts', '最近 last'];
      const rows = lines.map(({ source: name, system, active, month, state, whole, parts, pulledAt }) => [
        ...[
          name,
          system,
          month,
          active ? `${PULL_STATE_NAMES[state].zh} ${state}` : '已暂停 paused',
          whole,
          parts,
          pulledAt,
        ],
      ]);
      tools.output.line(rows.length === 0 ? '没有数据来源 · no sources' : table(head, rows));
    },
  );
  named(
    source.command('show').description('一个来源与其密钥的位置 · one, and where its secrets are looked for'),
  ).action(async (company: string, name: string, options: Json) =>
    show(tools, await tools.client.get<SourceView>(sourcePath(company, name)), options),
  );
  withJson(
    withMonth(source.command('status').description('各来源到了什么、缺什么 · what has come and what is missing')),
  ).action(async (company: string, period: string, options: Json) => {
    const months = await tools.client.get<SourceMonth[]>(`${periodPath(company, period)}/sources`);
    if (options.json) return tools.output.document(months);
    const texts = [...months.map(monthText), legend(months)].filter((text) => text !== '');
    tools.output.line(texts.length === 0 ? '没有数据来源 · no sources' : texts.join('\n\n'));
  });
}

function addMapping(source: Command, tools: Tools): void {
  named(source.command('mapping').description('字段映射，YAML · its field mapping as YAML'))
    .option('--set <file>', '按文件设置 · set it from a file', existingFile)
    .action(async (company: string, name: string, options: Json & { set?: string }) => {
      const path = `${sourcePath(company, name)}/mapping`;
      const mapping =
        options.set === undefined
          ? await tools.client.get<MappingView>(path)
          : await tools.client.json<MappingView>({ method: 'PUT', path, yaml: await readFile(options.set, 'utf8') });
      if (options.json) return tools.output.document(mapping);
      tools.output.line(mapping.file.trimEnd());
      const version = mapping.version === null ? '系统默认 the system’s own' : `版本 version ${mapping.version}`;
      tools.output.note(`映射：${version}`, 'edit it and give it back with --set FILE');
    });
}

function addProbes(source: Command, tools: Tools): void {
  named(
    source.command('test').description('登录、各读一行、查权限 · sign in, read one row of each, check rights'),
  ).action(async (company: string, name: string, options: Json) => {
    const asked = await tools.client.post<ProbeView>(`${sourcePath(company, name)}/test`);
    await tell(tools, await untilProbed(tools, company, asked), options);
  });
  named(source.command('pull').description('拉取一个月并等待 · pull a month, and wait'))
    .argument('<period>', 'YYYY-MM', parsePeriod)
    .option('--dry', '只计数，不保存 · count what would come, store nothing')
    .action(async (company: string, name: string, period: string, options: Json & { dry?: boolean }) => {
      const path = `${periodPath(company, period)}/sources/${encodeURIComponent(name)}`;
      if (options.dry === true) {
        const asked = await tools.client.post<ProbeView>(`${path}/dry-pull`);
        return tell(tools, await untilProbed(tools, company, asked), options);
      }
      const asked = await tools.client.post<AskedPull>(`${path}/pull`);
      const month = await untilPulled(tools, { company, period, name }, asked.round);
      if (options.json) tools.output.document(month);
      else tools.output.line(monthText(month));
      if (!month.complete) throw new Unfinished();
    });
}

async function untilProbed(tools: Tools, company: string, asked: ProbeView): Promise<ProbeView> {
  const path = `${sourcePath(company, asked.source)}/probes/${asked.probe}`;
  for (;;) {
    const probe = await tools.client.get<ProbeView>(path);
    if (probe.state === 'done' || probe.state === 'failed') return probe;
    const last = probe.findings.at(-1)?.subject ?? '';
    tools.output.progress(`已查 ${probe.findings.length} 项 ${last}`, `${probe.findings.length} looked at`);
    await sleep(POLL_MS);
  }
}

/** Waits while the round that was asked for is worked on; what only waits for its time is not waited for. */
async function untilPulled(
  tools: Tools,
  { company, period, name }: { company: string; period: string; name: string },
  round: number,
): Promise<SourceMonth> {
  for (;;) {
    const path = `${periodPath(company, period)}/sources`;
    const [month] = await tools.client.get<SourceMonth[]>(path, { source: name });
    if (month !== undefined && month.round >= round && !['asked', 'fetching'].includes(month.state)) return month;
    if (month !== undefined) {
      const { zh, en } = pullProgress(month);
      tools.output.progress(zh, en);
    }
    await sleep(POLL_MS);
  }
}

async function tell(tools: Tools, probe: ProbeView, options: Json): Promise<void> {
  if (options.json) tools.output.document(probe);
  else for (const finding of probe.findings) tools.output.line(findingText(finding));
  if (probe.problem !== null) process.stderr.write(`${refusalText(probe.problem.code, probe.problem.reason)}\n`);
  if (probe.problem !== null || probe.findings.some(({ state }) => state === 'missing')) throw new Unfinished();
}

function show(tools: Tools, source: SourceView, options: Json): void {
  if (options.json) return tools.output.document(source);
  const { settings, secrets, title } = source;
  tools.output.line(
    `${source.source} · ${title?.zh ?? source.system} ${title?.en ?? ''} · ${source.active ? '启用 active' : '已暂停 paused'}`,
  );
  for (const [name, value] of Object.entries(settings)) tools.output.line(`  ${name}: ${value}`);
  for (const { name, about, variable, file, optional } of secrets) {
    tools.output.line(`  ${name} · ${about.zh} ${about.en}${optional ? '（可选 optional）' : ''}`);
    tools.output.line(`    ${variable}`);
    tools.output.line(`    ${file.startsWith('/') ? file : `$SALESCLOSE_DATA/${file}`} (chmod 600)`);
  }
}
