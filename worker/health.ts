import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from './config';
import type { WorkerHealth } from './health-file';
import { apiAnswers } from './stack/parts';

/** The worker writes its health file every five seconds. */
const SILENT_MS = 30_000;

/** For container health checks: `health.js api` or `health.js worker`. Exit code 0 when that process does its work. */
async function main(): Promise<void> {
  const config = loadConfig(process.env);
  const healthy = process.argv[2] === 'worker' ? workerWorks(config.dataDir) : await apiAnswers(config.apiUrl);
  process.exitCode = healthy ? 0 : 1;
}

function workerWorks(dataDir: string): boolean {
  const path = join(dataDir, 'run', 'worker.health');
  const health = JSON.parse(readFileSync(path, 'utf8')) as WorkerHealth;
  return health.temporal === 'RUNNING' && Date.now() - statSync(path).mtimeMs < SILENT_MS;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
