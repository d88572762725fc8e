import { Command, InvalidArgumentError, Option } from 'commander';
import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Proposal, Trial } from '../../domain/profile-trial';
import { FACT_RELATIONS } from '../../domain/words';
import { refusalText, table } from '../output';
import { companyPath, existingFile, parseId, periodPath, Unfinished, withJson, withMonth, type Tools } from './shared';

interface Profile {
  readonly name: string;
  readonly version: number;
  readonly relation: string;
  readonly channel: string | null;
  readonly author: string;
  readonly createdAt: string;
  readonly source?: string;
}

interface FileOptions {
  readonly encoding?: string;
  readonly rows?: number;
  readonly json?: boolean;
}

/** `profile propose|add|list|show|try`: how files of banks, acquirers and ledgers are read. */
export function profileCommand(tools: Tools): Command {
  const profile = new Command('profile').description(
    '映射文件：银行、收单、用友等的文件如何读取 · how others’ files are read',
  );
  addPropose(profile, tools);
  addAdd(profile, tools);
  addList(profile, tools);
  addTry(profile, tools);
  return profile;
}

function addPropose(profile: Command, tools: Tools): void {
  const command = profile
    .command('propose')
    .description('由文件生成映射文件，并试读前几行 · make a mapping file from a file, and read its first rows')
    .argument('<file>', 'CSV | TSV | XLSX', existingFile)
    .addOption(new Option('--relation <relation>', '文件的内容 · what its rows are').choices(FACT_RELATIONS))
    .option('--name <name>', '映射文件名 · name of the mapping file')
    .option('--out <file>', '写入映射文件 · write the mapping file');
  withFileOptions(command).action(
    async (file: string, options: FileOptions & { relation?: string; name?: string; out?: string }) => {
      const { relation, name, out } = options;
      const proposal = await send<Proposal>(tools, '/api/v1/profiles/proposal', file, options, { relation, name });
      if (out !== undefined) await writeFile(out, proposal.yaml, { flag: 'wx' });
      if (options.json) return tools.output.document(proposal);
      if (out === undefined) tools.output.line(proposal.yaml);
      else tools.output.line(out);
      for (const { zh, en } of proposal.unsure) tools.output.note(`请确认：${zh}`, `look at: ${en}`);
      if (proposal.trial !== null) tell(tools, proposal.trial);
    },
  );
}

function addAdd(profile: Command, tools: Tools): void {
  const command = profile
    .command('add')
    .description('新增映射文件；同名则为新版本 · add a mapping file, or a new version of it')
    .argument('<company>', '公司代码 · company code')
    .argument('<profile.yaml>', 'YAML', existingFile);
  withJson(command).action(async (company: string, file: string, options: { json?: boolean }) => {
    const yaml = await readFile(file, 'utf8');
    const added = await tools.client.json<Profile>({ method: 'POST', path: `${companyPath(company)}/profiles`, yaml });
    if (options.json) return tools.output.document(added);
    tools.output.line(`映射文件 profile ${added.name} · 版本 version ${added.version}`);
    tools.output.line(`salesclose import ${company} <YYYY-MM> profile:${added.name} <file>`);
  });
}

function addList(profile: Command, tools: Tools): void {
  const list = profile.command('list').description('映射文件 · mapping files').argument('<company>');
  withJson(list).action(async (company: string, options: { json?: boolean }) => {
    const profiles = await tools.client.get<Profile[]>(`${companyPath(company)}/profiles`);
    if (options.json) return tools.output.document(profiles);
    const head = ['名称 name', '版本 version', '内容 relation', '渠道 channel', '编写 by', '时间 at'];
    const rows = profiles.map((one) => [one.name, one.version, one.relation, one.channel, one.author, one.createdAt]);
    tools.output.line(rows.length === 0 ? '没有映射文件 · no profiles' : table(head, rows));
  });
  const show = profile
    .command('show')
    .description('一个映射文件的原文 · a mapping file as written')
    .argument('<company>')
    .argument('<name>')
    .option('--version <n>', '版本，默认最新 · version, by default the newest', parseId);
  withJson(show).action(async (company: string, name: string, options: { version?: number; json?: boolean }) => {
    const path = `${companyPath(company)}/profiles/${encodeURIComponent(name)}`;
    const shown = await tools.client.get<Profile>(path, { version: options.version });
    if (options.json) return tools.output.document(shown);
    tools.output.line(shown.source ?? '');
  });
}

function addTry(profile: Command, tools: Tools): void {
  const command = withMonth(profile.command('try').description('试读，不入库 · read a file without storing it'))
    .argument('<name>', '映射文件名 · name of the mapping file')
    .argument('<file>', 'CSV | TSV | XLSX', existingFile);
  withFileOptions(command).action(
    async (company: string, period: string, name: string, file: string, options: FileOptions) => {
      const path = `${periodPath(company, period)}/profiles/${encodeURIComponent(name)}/try`;
      const trial = await send<Trial>(tools, path, file, options);
      if (options.json) tools.output.document(trial);
      else tell(tools, trial);
      if (trial.refusal !== null) throw new Unfinished();
    },
  );
}

function withFileOptions(command: Command): Command {
  return withJson(
    command
      .option('--encoding <name>', 'utf-8 | gb18030 | utf-16')
      .option('--rows <n>', '显示的行数 · rows to show', parseRows),
  );
}

function parseRows(text: string): number {
  if (/^\d{1,3}$/.test(text) && Number(text) <= 200) return Number(text);
  throw new InvalidArgumentError('应为 0 至 200 · 0 to 200');
}

function send<T>(
  tools: Tools,
  path: string,
  file: string,
  { encoding, rows }: FileOptions,
  more: Record<string, string | undefined> = {},
): Promise<T> {
  const query = { fileName: basename(file), encoding, rows, ...more };
  return tools.client.json<T>({ method: 'POST', path, query, file: { path: file, sent: () => undefined } });
}

/** What a file would become, for people. */
function tell({ output }: Tools, trial: Trial): void {
  const { rowsIn, accepted, rejected, excluded, otherMonth, totals, rows, rejectedRows, refusal } = trial;
  if (rows.length > 0) {
    const names = [...new Set(rows.flatMap(({ values }) => Object.keys(values)))].filter((name) => name !== 'extra');
    output.line(
      table(
        ['行 line', ...names],
        rows.map(({ line, values }) => [line, ...names.map((name) => values[name] ?? '')]),
      ),
    );
  }
  output.line(
    `行 rows ${rowsIn} · 接受 accepted ${accepted} · 拒收 rejected ${rejected} · 排除 excluded ${excluded}（其他月份 other months ${otherMonth}）`,
  );
  for (const [currency, sum] of Object.entries(totals)) output.line(`合计 total ${sum} ${currency}`);
  if (rejectedRows.length > 0) {
    const head = ['行 line', '列 column', '值 value', '代码 code', '原因 reason'];
    output.line(
      table(
        head,
        rejectedRows.map((row) => [row.line, row.column, row.value, row.code, row.reason.zh]),
      ),
    );
  }
  if (refusal !== null) process.stderr.write(`${refusalText(refusal.code, refusal.reason)}\n`);
}
