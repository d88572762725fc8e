import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { forgetProcess, isAlive, readProcess, recordProcess, sleep } from './processes';

const SUPERVISOR = 'supervisor';

/**
 * Makes this process the one supervisor of the data folder.
 * @returns undefined, or the address of the installation when another supervisor already runs it
 */
export async function becomeSupervisor(runDir: string, url: string): Promise<string | undefined> {
  for (;;) {
    const existing = readProcess(runDir, SUPERVISOR);
    if (isAlive(existing)) return runningUrl(runDir, url);
    rmSync(join(runDir, `${SUPERVISOR}.pid`), { force: true });
    if (claim(runDir)) break;
    await sleep(50);
  }
  recordProcess(runDir, SUPERVISOR, process.pid);
  // Two that found the same dead record may both have claimed: the one whose pid stands there now is it.
  await sleep(100);
  if (readProcess(runDir, SUPERVISOR)?.pid !== process.pid) return runningUrl(runDir, url);
  writeFileSync(join(runDir, `${SUPERVISOR}.url`), url);
  return undefined;
}

/** Forgets this supervisor after everything is stopped. */
export function resignSupervisor(runDir: string): void {
  if (readProcess(runDir, SUPERVISOR)?.pid === process.pid) forgetProcess(runDir, SUPERVISOR);
}

function claim(runDir: string): boolean {
  try {
    closeSync(openSync(join(runDir, `${SUPERVISOR}.pid`), 'wx'));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function runningUrl(runDir: string, fallback: string): string {
  try {
    return readFileSync(join(runDir, `${SUPERVISOR}.url`), 'utf8');
  } catch {
    return fallback;
  }
}
