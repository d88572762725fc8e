import { Argument, Command } from 'commander';
import { basename } from 'node:path';
import type { NoteView } from '../../api/types';
import { table } from '../output';
import { targetsOf, withChoice, type Choice } from './choice';
import { existingFile, periodPath, saveAnswer, withJson, withMonth, type Tools } from './shared';
import { parseDigest } from './show';

const someExceptions = (): Argument => new Argument('[exception...]', '差异编号 · exception ids');

/** `assign`. */
export function assignCommand(tools: Tools): Command {
  const command = withChoice(withMonth(new Command('assign').description('分派差异 · assign exceptions')))
    .addArgument(someExceptions())
    .requiredOption('--to <login>', '登录名；- 为取消分派 · login; - for nobody')
    .option('--reason <reason>', '原因 · reason');
  return withJson(command).action(
    async (
      company: string,
      period: string,
      ids: string[],
      options: Choice & { to: string; reason?: string; json?: boolean },
      self: Command,
    ) => {
      const { to, reason } = options;
      const body = {
        ...targetsOf(self, ids, options),
        to: to === '-' ? null : to,
        ...(reason === undefined ? {} : { reason }),
      };
      const done = await tools.client.post<{ noted: number }>(`${periodPath(company, period)}/assignments`, body);
      if (options.json) return tools.output.document(done);
      tools.output.line(`已分派 assigned ${done.noted} → ${to}`);
    },
  );
}

/** `comment`. */
export function commentCommand(tools: Tools): Command {
  const command = withMonth(new Command('comment').description('备注差异 · comment on exceptions'))
    .argument('<exception...>', '差异编号 · exception ids')
    .requiredOption('--text <text>', '备注 · what there is to say');
  return withJson(command).action(
    async (company: string, period: string, ids: string[], options: { text: string; json?: boolean }) => {
      const body = { exceptions: [...new Set(ids)], comment: options.text };
      const done = await tools.client.post<{ noted: number }>(`${periodPath(company, period)}/comments`, body);
      if (options.json) return tools.output.document(done);
      tools.output.line(`已备注 commented ${done.noted}`);
    },
  );
}

/** `attach`. */
export function attachCommand(tools: Tools): Command {
  const command = withMonth(new Command('attach').description('附件 · attach a file to an exception'))
    .argument('<exception>', '差异编号 · exception id', parseDigest)
    .requiredOption('--file <file>', '文件 · file', existingFile);
  return withJson(command).action(
    async (company: string, period: string, id: string, options: { file: string; json?: boolean }) => {
      const name = basename(options.file);
      const kept = await tools.client.json<{ evidence: string; file: string }>({
        method: 'POST',
        path: `${periodPath(company, period)}/exceptions/${id}/attachments`,
        query: { fileName: name },
        file: { path: options.file, sent: () => undefined },
      });
      if (options.json) return tools.output.document(kept);
      tools.output.line(`已附 attached ${kept.file} · ${kept.evidence}`);
    },
  );
}

/** `notes`: what was noted beside an exception, and the files. */
export function notesCommand(tools: Tools): Command {
  const command = withMonth(new Command('notes').description('分派、备注与附件 · what was noted of an exception'))
    .argument('<exception>', '差异编号 · exception id', parseDigest)
    .option('--save <sha256>', '取出附件 · the attachment to save')
    .option('--out <file>', '写入文件 · file to write; - is stdout');
  return withJson(command).action(
    async (
      company: string,
      period: string,
      id: string,
      options: { save?: string; out?: string; json?: boolean },
      self: Command,
    ) => {
      const path = `${periodPath(company, period)}/exceptions/${id}`;
      const { save, out } = options;
      if ((save === undefined) !== (out === undefined)) {
        self.error('error: --save 与 --out 须一起给出 · --save and --out go together', { exitCode: 2 });
      }
      if (save !== undefined && out !== undefined) {
        return saveAnswer(tools, `${path}/attachments/${encodeURIComponent(save)}`, {}, out);
      }
      const notes = await tools.client.get<NoteView[]>(`${path}/notes`);
      if (options.json) return tools.output.document(notes);
      const head = ['时间 at', '谁 by', '事 what', '内容'];
      const cells = notes.map(({ at, by, kind, text, assignee, file, evidence }) => {
        const what =
          kind === 'attach'
            ? `${file ?? ''} ${evidence ?? ''}`
            : kind === 'assign'
              ? `→ ${assignee ?? '-'} ${text}`
              : text;
        return [at, by, kind, what];
      });
      tools.output.line(cells.length === 0 ? '没有备注 · nothing was noted' : table(head, cells));
    },
  );
}
