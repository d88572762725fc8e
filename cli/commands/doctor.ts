import { Command } from 'commander';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../../domain/problem';
import type { DoctorReport } from '../../api/types';
import { table } from '../output';
import { Unfinished, withJson, type Tools } from './shared';

interface Part {
  readonly name: string;
  readonly pid: number;
  readonly running: boolean;
}

/** `doctor`: what this machine knows without asking, then what the API says when it answers and knows us. */
export function doctorCommand(tools: Tools): Command {
  return withJson(new Command('doctor').description('体检 · what runs where, and what is not well')).action(
    async (options: { json?: boolean }) => {
      const { url, dataDir } = tools.settings;
      const health = await tools.client.health();
      const parts = localParts(dataDir);
      const report = health === undefined ? undefined : await askApi(tools);
      const isWell = report instanceof Problem || report === undefined ? health !== undefined : report.ok;
      const whole = {
        ok: isWell,
        url,
        dataDir,
        api: health ?? null,
        parts,
        node: process.versions.node,
        ...(report instanceof Problem || report === undefined
          ? { checks: null }
          : { versions: report.versions, checks: report.checks }),
      };
      if (options.json) tools.output.document(whole);
      else show(tools, whole);
      if (report instanceof Problem)
        tools.output.note(
          `未登录，只作本机检查（${report.reason.zh}）`,
          `looked at this machine only: ${report.reason.en}`,
        );
      if (health === undefined)
        tools.output.note(`${url} 没有应答；请运行 npm start`, `nothing answers at ${url}; run npm start`);
      if (!isWell) throw new Unfinished();
    },
  );
}

interface Whole {
  readonly url: string;
  readonly dataDir: string;
  readonly api: unknown;
  readonly parts: readonly Part[];
  readonly checks: DoctorReport['checks'] | null;
}

function show(tools: Tools, { url, dataDir, api, parts, checks }: Whole): void {
  tools.output.line(`API ${url} ${api === null ? '✗' : '✓'} · ${dataDir}`);
  if (parts.length > 0) {
    tools.output.line(
      table(
        ['部件 part', 'pid', '运行 running'],
        parts.map(({ name, pid, running }) => [name, pid, running ? '✓' : '✗']),
      ),
    );
  }
  for (const { name, state, said } of checks ?? []) {
    tools.output.line(`${{ ok: '✓', warn: '!', fail: '✗' }[state]} ${name}: ${said.zh} · ${said.en}`);
  }
}

async function askApi(tools: Tools): Promise<DoctorReport | Problem> {
  try {
    return await tools.client.get<DoctorReport>('/api/v1/doctor');
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

/** The children of the supervisor, from the pid files of this installation. */
function localParts(dataDir: string): Part[] {
  const dir = join(dataDir, 'run');
  let files: string[];
  try {
    files = readdirSync(dir).filter((file) => file.endsWith('.pid'));
  } catch {
    return [];
  }
  return files.sort().map((file) => {
    const pid = Number(readFileSync(join(dir, file), 'utf8').trim());
    return { name: file.replace(/\.pid$/, ''), pid, running: isRunning(pid) };
  });
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
