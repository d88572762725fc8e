import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '../../domain/problem';
import { FILE_KINDS, isFileKind, type Bilingual, type FileKind } from '../../domain/words';
import type { BatchView } from '../../api/types';
import { refusalText, table } from '../output';
import {
  copyToStdout,
  existingFiles,
  parseId,
  periodPath,
  Unfinished,
  withJson,
  withMonth,
  type Tools,
} from './shared';

interface ImportOptions {
  readonly encoding?: string;
  readonly replaces?: number;
  readonly json?: boolean;
}

interface RejectedOptions {
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly batch?: number;
  readonly kind?: string;
}

/** More than anybody reads on a terminal. */
const ROWS_SHOWN = 500;
const POLL_FIRST_MS = 100;
const POLL_LONGEST_MS = 1_000;
/** A file of which nothing more is read for so long is not being read. */
const STALLED_MS = 10 * 60_000;

/** `import`: files in, one after another. */
export function importCommand(tools: Tools): Command {
  const command = withMonth(new Command('import').description('导入文件 · import files'))
    .addArgument(
      new Argument('<kind>', `文件种类 · file kind: ${FILE_KINDS.join(', ')}, profile:<name>`).argParser(parseKind),
    )
    .argument('<file...>', '文件 · files', existingFiles)
    .option('--encoding <name>', 'utf-8 | gb18030 | utf-16')
    .option('--replaces <batch>', '被替换的批次 · the batch this is a new version of', parseId);
  return withJson(command).action(
    async (company: string, period: string, kind: string, files: string[], options: ImportOptions) => {
      const done: BatchView[] = [];
      for (const file of files) done.push(await importOne(tools, { company, period, kind, file, options }));
      show(tools, done, options.json);
      if (done.some((batch) => batch.refusal !== undefined)) throw new Unfinished();
    },
  );
}

/** `rejected`. */
export function rejectedCommand(tools: Tools): Command {
  const command = withMonth(new Command('rejected').description('拒收行 · rejected rows'))
    .option('--csv', '按原文件的列导出，供更正后导入 · in their file’s columns, to correct and import')
    .option('--batch <batch>', '只要一个批次 · of one batch', parseId)
    .addOption(new Option('--kind <kind>', '只要一种文件 · of one kind of file').argParser(parseKind));
  return withJson(command).action(async (company: string, period: string, options: RejectedOptions) => {
    const path = `${periodPath(company, period)}/rejected`;
    const filter = { batch: options.batch, kind: options.kind };
    if (options.csv) {
      if (filter.batch === undefined && filter.kind === undefined) await noteSeveralKinds(tools, company, period);
      return copyToStdout(tools, path, { format: 'csv', ...filter });
    }
    if (options.json) return copyToStdout(tools, path, filter);
    const rows = await tools.client.get<RejectedRow[]>(path, { ...filter, limit: ROWS_SHOWN + 1 });
    const head = ['批次 batch', '文件 file', '行 line', '列 column', '值 value', '代码 code', '原因 reason'];
    const cells = rows
      .slice(0, ROWS_SHOWN)
      .map((row) => [row.batch, row.file, row.line, row.column, row.value, row.code, row.reason.zh]);
    tools.output.line(cells.length === 0 ? '没有拒收行 · no rejected rows' : table(head, cells));
    if (rows.length > ROWS_SHOWN)
      tools.output.note(
        `只显示前 ${ROWS_SHOWN} 行，全部用 --csv 或 --json`,
        `the first ${ROWS_SHOWN}; --csv or --json gives all`,
      );
  });
}

/** A file that is corrected and imported again is of one kind. */
async function noteSeveralKinds(tools: Tools, company: string, period: string): Promise<void> {
  const batches = await tools.client.get<BatchView[]>(`${periodPath(company, period)}/batches`);
  const wanting = batches.filter(({ rejected, state }) => rejected > 0 && state !== 'replaced' && state !== 'refused');
  const kinds = [...new Set(wanting.map(({ kind }) => kind))];
  if (kinds.length < 2) return;
  const list = kinds.join(', ');
  tools.output.note(
    `拒收行来自多种文件（${list}），各有表头分段列出；要更正后导入，请用 --kind 或 --batch 分别导出`,
    `the rows are of several kinds (${list}), each under its own header: to correct and import them, export each with --kind or --batch`,
  );
}

/** A kind of file: one of ours or theirs, or `profile:<name>`. */
function parseKind(text: string): FileKind {
  if (isFileKind(text)) return text;
  throw new InvalidArgumentError(`种类为 ${FILE_KINDS.join('、')} 或 profile:<名称> · one of these, or profile:<name>`);
}

interface RejectedRow {
  readonly batch: number;
  readonly file: string;
  readonly line: number;
  readonly column: string;
  readonly value: string;
  readonly code: string;
  readonly reason: Bilingual;
}

interface OneImport {
  readonly company: string;
  readonly period: string;
  readonly kind: string;
  readonly file: string;
  readonly options: ImportOptions;
}

async function importOne(tools: Tools, { company, period, kind, file, options }: OneImport): Promise<BatchView> {
  const name = basename(file);
  const begun = await tools.client.json<BatchView>({
    method: 'POST',
    path: `${periodPath(company, period)}/imports`,
    query: { kind, fileName: name, encoding: options.encoding, replaces: options.replaces },
    file: {
      path: file,
      sent: (bytes, of) => tools.output.progress(`${name} 上传 ${percent(bytes, of)}`, `upload ${percent(bytes, of)}`),
    },
  });
  const batch = begun.settled
    ? begun
    : await untilSettled(tools, `${periodPath(company, period)}/batches/${begun.batch}`, name);
  if (batch.refusal !== undefined) {
    tools.output.note(`文件 ${name} 被拒绝`, `${name} was refused`);
    process.stderr.write(`${refusalText(batch.refusal.code, batch.refusal.reason)}\n`);
  }
  return begun.duplicateOf === undefined ? batch : { ...batch, duplicateOf: begun.duplicateOf };
}

async function untilSettled(tools: Tools, path: string, name: string): Promise<BatchView> {
  let [rowsRead, lastMove] = [-1, Date.now()];
  for (let pause = POLL_FIRST_MS; ; pause = Math.min(pause * 1.5, POLL_LONGEST_MS)) {
    const batch = await tools.client.get<BatchView>(path);
    if (batch.settled) return batch;
    if (batch.rowsRead !== rowsRead) [rowsRead, lastMove] = [batch.rowsRead, Date.now()];
    if (Date.now() - lastMove > STALLED_MS) throw stalled(batch.batch, name);
    tools.output.progress(`${name} 已读 ${rowsRead} 行`, `${rowsRead} rows read`);
    await sleep(pause);
  }
}

function show(tools: Tools, batches: readonly BatchView[], json: boolean | undefined): void {
  const [only] = batches;
  if (json) tools.output.document(batches.length === 1 && only !== undefined ? settled(only) : batches.map(settled));
  else tools.output.line(batchTable(batches));
}

/** A batch as contracts, section 2 give it. */
export function settled(batch: BatchView): Record<string, unknown> {
  const { rowsIn, accepted, rejected, excluded, parked, totals, evidence, duplicateOf, refusal } = batch;
  return {
    ...{ batch: batch.batch, kind: batch.kind, file: batch.file },
    ...{ rowsIn, accepted, rejected, excluded, parked, totals, evidence },
    ...(duplicateOf === undefined ? {} : { duplicateOf }),
    ...(refusal === undefined ? {} : { refusal }),
  };
}

/** Batches for people. */
export function batchTable(batches: readonly BatchView[]): string {
  const head = [
    '批次 batch',
    '种类 kind',
    '文件 file',
    '状态 state',
    '行数 rows',
    '接受 accepted',
    '拒收 rejected',
    '排除 excluded',
    '待处理 parked',
  ];
  const rows = batches.map((one) => {
    const state = one.duplicateOf === undefined ? one.state : `${one.state} = ${one.duplicateOf}`;
    return [one.batch, one.kind, one.file, state, one.rowsIn, one.accepted, one.rejected, one.excluded, one.parked];
  });
  return table(head, rows);
}

function percent(bytes: number, of: number): string {
  return of === 0 ? '100%' : `${Math.floor((bytes / of) * 100)}%`;
}

function stalled(batch: number, name: string): Problem {
  return new Problem('IMPORT_STALLED', {
    zh: `${name}（批次 ${batch}）十分钟没有进展；请用 salesclose doctor 检查 worker，恢复后会自动继续`,
    en: `${name} (batch ${batch}) has not moved for ten minutes; check the worker with salesclose doctor, it goes on by itself`,
  });
}
