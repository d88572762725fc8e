import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Processes by pid file. A pid alone is no proof: after a restart of the machine it may be another program's. So
 * beside `<part>.pid` (the bare number, for people and scripts) stands `<part>.started`, when that process started.
 */
export interface ProcessRecord {
  readonly part: string;
  readonly pid: number;
  readonly started: string;
}

/** Remembers a process of this installation. */
export function recordProcess(runDir: string, part: string, pid: number): void {
  mkdirSync(runDir, { recursive: true });
  writeFileSync(join(runDir, `${part}.started`), startOf(pid) ?? '');
  writeFileSync(join(runDir, `${part}.pid`), `${pid}\n`);
}

/** What is remembered of a part, running or not; undefined when nothing is. */
export function readProcess(runDir: string, part: string): ProcessRecord | undefined {
  const pid = Number(read(join(runDir, `${part}.pid`)));
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  return { part, pid, started: read(join(runDir, `${part}.started`)) };
}

/** Forgets a part that has ended. */
export function forgetProcess(runDir: string, part: string): void {
  for (const end of ['pid', 'started']) rmSync(join(runDir, `${part}.${end}`), { force: true });
}

/** Whether that very process still runs. */
export function isAlive(record: ProcessRecord | undefined): record is ProcessRecord {
  return record !== undefined && record.started !== '' && startOf(record.pid) === record.started;
}

/** Ends a process if it still runs: `signal` first, and by force when the time is over. */
export async function stopProcess(record: ProcessRecord, signal: NodeJS.Signals, timeoutMs: number): Promise<void> {
  if (!isAlive(record)) return;
  send(record.pid, signal);
  const end = Date.now() + timeoutMs;
  while (isAlive(record) && Date.now() < end) await sleep(50);
  if (isAlive(record)) send(record.pid, 'SIGKILL');
}

/** Sends a signal; a process that has just ended is no error. */
export function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

export function sleep(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}

/** When a process started, as text that no other process with this pid has; undefined for none, or one only unreaped. */
function startOf(pid: number): string | undefined {
  if (process.platform === 'linux') {
    const fields = read(`/proc/${pid}/stat`)
      .replace(/^.*\) /s, '')
      .split(' ');
    const [state, ticks] = [fields[0], fields[19]];
    if (!ticks || state === 'Z') return undefined;
    return `${read('/proc/sys/kernel/random/boot_id')} ${ticks}`;
  }
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined;
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}
