import { Command, Option } from 'commander';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { Problem } from '../../domain/problem';
import type { Bilingual } from '../../domain/words';
import { refusalText, table } from '../output';
import { hasReached, readProgress, waitFor } from '../wait';
import { companyPath, periodPath, Unfinished, withJson, withMonth, type Tools } from './shared';

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
      const answer = await tools.client.open({ method: 'GET', path, query: { format: options.format } });
      if (options.out === '-') return pipeline(answer.body, process.stdout, { end: false });
      const beside = `${options.out}.part`;
      try {
        await pipeline(answer.body, createWriteStream(beside));
        await rename(beside, options.out);
      } finally {
        await rm(beside, { force: true });
      }
      tools.output.line(options.out);
    });
}

interface Fault {
  readonly code: string;
  readonly month?: string;
  readonly zh: string;
  readonly en: string;
}

interface Verification {
  readonly ok: boolean;
  readonly months: readonly { month: string; seal: string | null; rows: number; ok: boolean }[];
  readonly audit: { readonly entries: number; readonly ok: boolean };
  readonly faults: readonly Fault[];
}

interface Invariants {
  readonly ok: boolean;
  readonly invariants: readonly (Bilingual & {
    readonly name: string;
    readonly ok: boolean;
    readonly count: number;
    readonly examples: readonly string[];
  })[];
}

/** `audit verify|invariants`. */
export function auditCommand(tools: Tools): Command {
  const audit = new Command('audit').description('验证与检查 · verify and check');
  withJson(
    audit.command('verify').description('验证封存与操作记录 · verify seals and audit chain').argument('<company>'),
  )
    .option('--bundle <file>', '离线证据包 · an evidence bundle')
    .action(async (company: string, options: { json?: boolean; bundle?: string }) => {
      if (options.bundle !== undefined) throw noBundles();
      const found = await tools.client.get<Verification>(`${companyPath(company)}/audit/verify`);
      if (options.json) tools.output.document(found);
      else tools.output.line(verificationText(company, found));
      for (const { code, zh, en } of found.faults) process.stderr.write(`${refusalText(code, { zh, en })}\n`);
      if (!found.ok) throw new Unfinished();
    });
  withJson(audit.command('invariants').description('检查不变式 · check the invariants').argument('<company>')).action(
    async (company: string, options: { json?: boolean }) => {
      const found = await tools.client.get<Invariants>(`${companyPath(company)}/invariants`);
      if (options.json) tools.output.document(found);
      else tools.output.line(invariantsText(found));
      for (const { name, ok, count, examples, zh, en } of found.invariants) {
        if (ok) continue;
        const cases = examples.join('; ');
        const reason = { zh: `不成立：${zh}（${count}）${cases}`, en: `does not hold: ${en} (${count}) ${cases}` };
        process.stderr.write(`${refusalText(name.toUpperCase(), reason)}\n`);
      }
      if (!found.ok) throw new Unfinished();
    },
  );
  return audit;
}

async function untilReported(tools: Tools, month: { company: string; period: string }): Promise<void> {
  const { stage } = await readProgress(tools, month);
  if (stage !== 'lock' && stage !== 'report') return;
  await waitFor(tools, month, (progress) => hasReached(progress, 'report'), { limitMs: REPORT_LIMIT_MS });
}

function verificationText(company: string, found: Verification): string {
  const rows = found.months.map(({ month, seal, rows: count, ok }) => [
    month,
    ok ? '相符 ok' : '不符 FAULT',
    count,
    seal ?? '–',
  ]);
  const sealed =
    rows.length === 0
      ? '尚无封存的月份 · no sealed month yet'
      : table(['期间 period', '结果 result', '行 rows', '封存 seal'], rows);
  const chain = `操作记录 audit entries ${found.audit.entries}: ${found.audit.ok ? '相符 ok' : '不符 FAULT'}`;
  return `${company}\n${sealed}\n${chain}`;
}

function invariantsText({ invariants }: Invariants): string {
  return invariants.map(({ name, ok, zh, en }) => `${ok ? '✓' : '✗'} ${name}: ${zh} · ${en}`).join('\n');
}

function noBundles(): Problem {
  return new Problem('BUNDLE_UNSUPPORTED', {
    zh: '本版本尚不生成离线证据包；请用 audit verify <公司> 在线验证',
    en: 'this version writes no evidence bundles yet; verify with audit verify <company>',
  });
}
