import { PART_NAMES } from './part';
import { isAlive, readProcess, stopProcess } from './processes';

/** A killed supervisor's children have this long to end by themselves. */
const GRACE_MS = 3_500;

/**
 * Waits, as a process of its own, for the supervisor to end. Its stdin is a pipe the supervisor holds: when that breaks
 * without the parts being stopped (kill -9, out of memory), it stops them, so nothing runs on without its keeper.
 * Argument: the folder of pid files.
 */
function watch(runDir: string): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
  process.stdin.resume();
  process.stdin.once('close', () => void endParts(runDir));
}

async function endParts(runDir: string): Promise<void> {
  // Read once: a supervisor started meanwhile writes new records, and those are not ours to stop.
  const records = PART_NAMES.map((part) => readProcess(runDir, part)).filter(isAlive);
  await Promise.all(
    records.map((record) => stopProcess(record, record.part === 'postgres' ? 'SIGINT' : 'SIGTERM', GRACE_MS)),
  );
}

const runDir = process.argv[2];
if (runDir) watch(runDir);
