import { Command, InvalidArgumentError } from 'commander';
import type { Bilingual } from '../../domain/words';
import { readPublicKey } from '../bundle/keys';
import { verifyBundle, type BundleVerification } from '../bundle/verify';
import { refusalText, table } from '../output';
import {
  companyPath,
  existingFile,
  existingFiles,
  parsePeriod,
  saveAnswer,
  Unfinished,
  withJson,
  type Tools,
} from './shared';

interface Fault extends Bilingual {
  readonly code: string;
}

interface Verification {
  readonly ok: boolean;
  readonly months: readonly { month: string; seal: string | null; rows: number | null; ok: boolean }[];
  readonly audit: { readonly entries: number; readonly ok: boolean };
  readonly faults: readonly Fault[];
  readonly warnings: readonly Fault[];
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

/** `audit verify|bundle|invariants`. */
export function auditCommand(tools: Tools): Command {
  const audit = new Command('audit').description('验证与检查 · verify and check');
  audit.addCommand(verifyCommand(tools));
  audit.addCommand(bundleCommand(tools));
  audit.addCommand(invariantsCommand(tools));
  return audit;
}

/** Against the database, or a bundle by itself: then neither server nor sign-in is asked for. */
function verifyCommand(tools: Tools): Command {
  const command = new Command('verify')
    .description('验证封存与操作记录 · verify seals and audit chain')
    .argument('<company>')
    .option('--bundle <file>', '离线核对证据包 · verify an evidence bundle offline', existingFile)
    .option('--key <file>', '另行取得的公钥，可多次 · a public key obtained otherwise; repeatable', existingFiles);
  return withJson(command).action(
    async (company: string, options: { json?: boolean; bundle?: string; key?: string[] }) => {
      if (options.key !== undefined && options.bundle === undefined)
        throw new InvalidArgumentError('--key 须与 --bundle 同用 · --key goes with --bundle');
      const found: Verification | BundleVerification =
        options.bundle === undefined
          ? await tools.client.get<Verification>(`${companyPath(company)}/audit/verify`)
          : await verifyBundle(options.bundle, company, options.key?.map(readPublicKey) ?? null);
      if (options.json) tools.output.document(found);
      else tools.output.line(verificationText(company, found));
      for (const { zh, en } of found.warnings) tools.output.note(zh, en);
      for (const { code, zh, en } of found.faults) process.stderr.write(`${refusalText(code, { zh, en })}\n`);
      if (!found.ok) throw new Unfinished();
    },
  );
}

function bundleCommand(tools: Tools): Command {
  return new Command('bundle')
    .description('导出离线证据包 · write an evidence bundle')
    .argument('<company>')
    .argument('<period>', 'YYYY-MM | all', (text) => (text === 'all' ? text : parsePeriod(text)))
    .requiredOption('--out <file>', '写入文件 · file to write; - is stdout')
    .option('--with-files', '连同原始文件 · the original files too, not only their hashes')
    .action(async (company: string, period: string, options: { out: string; withFiles?: boolean }) => {
      const query = {
        month: period === 'all' ? undefined : period,
        files: options.withFiles === true ? 'true' : undefined,
      };
      await saveAnswer(tools, `${companyPath(company)}/audit/bundle`, query, options.out);
    });
}

function invariantsCommand(tools: Tools): Command {
  const command = new Command('invariants').description('检查不变式 · check the invariants').argument('<company>');
  return withJson(command).action(async (company: string, options: { json?: boolean }) => {
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
  });
}

function verificationText(company: string, found: Verification | BundleVerification): string {
  const rows = found.months.map(({ month, seal, rows: count, ok }) => [
    month,
    ok ? '相符 ok' : '不符 FAULT',
    count ?? '仅封存 seal only',
    seal ?? '–',
  ]);
  const sealed =
    rows.length === 0
      ? '尚无封存的月份 · no sealed month yet'
      : table(['期间 period', '结果 result', '行 rows', '封存 seal'], rows);
  const chain = `操作记录 audit entries ${found.audit.entries}: ${found.audit.ok ? '相符 ok' : '不符 FAULT'}`;
  return [company, sealed, chain, ...('key' in found ? bundleLines(found) : [])].join('\n');
}

/** What an auditor must know of an offline result: whose key it rests on, and what was inside. */
function bundleLines({ key, files }: BundleVerification): string[] {
  const original =
    files === null
      ? '原始文件 original files: 仅清单 listed by hash only'
      : `原始文件 original files: ${files} 个已核对 checked`;
  const fingerprints = key.fingerprints.map((print) => `公钥指纹 key SHA-256 ${print}`);
  const source =
    key.source === 'file'
      ? '公钥由 --key 给出 · the public key was given with --key'
      : '公钥取自证据包本身：请与报告、邮件或管理员处的公钥核对，或用 --key 给出\n' +
        'the public key comes from the bundle itself: compare it with the one on the report, in its mail or from the administrator, or name it with --key';
  return [original, ...fingerprints, source];
}

function invariantsText({ invariants }: Invariants): string {
  return invariants.map(({ name, ok, zh, en }) => `${ok ? '✓' : '✗'} ${name}: ${zh} · ${en}`).join('\n');
}
