import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { createActivities } from '../activities';
import { openPool } from '../store/db';
import { TASK_QUEUE } from '../workflows/messages';
import { workflowSource } from './bundle';
import { type Config, loadConfig, loadEnvFile } from './config';
import { connectTemporal, type TemporalConnections } from './connect';
import { writeHealth } from './health-file';
import { runDispatcher } from './outbox';
import { keepRunning } from './resume';

/** Activities at once; the pool has room for them, the outbox and the report's own connections. */
const ACTIVITIES_MAX = 8;
const CONNECTIONS_MAX = 24;
const WORKFLOWS_CACHED_MAX = 200;

const say = (line: string): void => void process.stdout.write(`${new Date().toISOString()} worker: ${line}\n`);

/** The worker process: runs workflows and their steps, empties the outbox, keeps Temporal like the books. */
async function main(): Promise<void> {
  loadEnvFile();
  const config = loadConfig(process.env);
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  Runtime.install({ logger: new DefaultLogger('INFO'), shutdownSignals: [] });

  const pool = openPool(config.databaseUrl, { max: CONNECTIONS_MAX, applicationName: 'salesclose worker' });
  // A connection that breaks while it is in use fails its statement; it must not end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const connections = await connectTemporal(config, say, stop.signal);
  if (connections) await work(config, pool, connections, stop);
  await connections?.close();
  // Statements of steps that were left behind are undone with their connections.
  process.exit(0);
}

async function work(
  config: Config,
  pool: Pool,
  { native, client }: TemporalConnections,
  stop: AbortController,
): Promise<void> {
  const worker = await Worker.create({
    connection: native,
    namespace: config.temporalNamespace,
    taskQueue: TASK_QUEUE,
    identity: `salesclose-worker ${process.pid}@${hostname()}`,
    ...workflowSource(),
    activities: createActivities({ pool, dataDir: config.dataDir, keysDir: join(config.dataDir, 'keys') }),
    maxConcurrentActivityTaskExecutions: ACTIVITIES_MAX,
    maxCachedWorkflows: WORKFLOWS_CACHED_MAX,
    shutdownGraceTime: config.workerGraceMs,
    shutdownForceTime: config.workerForceMs,
  });
  const temporal = { client, pool, taskQueue: TASK_QUEUE };
  const background = [
    runDispatcher({ pool, temporal, mail: config, say }, stop.signal),
    keepRunning(temporal, say, stop.signal),
    writeHealth(config.dataDir, pool, worker, stop.signal),
  ];
  stop.signal.addEventListener('abort', () => {
    if (worker.getState() === 'RUNNING') worker.shutdown();
  });
  say(`works for ${TASK_QUEUE} at ${config.temporalAddress}`);
  try {
    await (stop.signal.aborted ? undefined : worker.run());
  } finally {
    stop.abort();
    await Promise.allSettled(background);
  }
}

main().catch((error: unknown) => {
  say(`ends: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  process.exit(1);
});
