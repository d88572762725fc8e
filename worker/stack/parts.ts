import { join } from 'node:path';
import { databaseAnswers } from '../../store/cluster';
import type { Config } from '../config';
import type { PartSpec } from './part';
import { isListening } from './ports';
import { clearStalePid, makeCluster, postgresCommand, type Command } from './postgres';
import type { PostgresPlace } from './postgres-place';
import { databaseAddress, type DatabaseSecrets } from './secrets';
import { temporalAnswers, temporalCommand } from './temporal';

/** Compiled files of this checkout: dist/, whose worker/stack this is. */
const DIST = join(__dirname, '..', '..');

/** The embedded PostgreSQL. SIGINT is its fast shutdown: open transactions are rolled back, nothing committed is lost. */
export function postgresPart(config: Config, place: PostgresPlace, secrets: DatabaseSecrets): PartSpec {
  const address = databaseAddress(secrets, 'postgres', config.ports.postgres, 'postgres');
  return {
    name: 'postgres',
    command: () => {
      makeCluster(place, secrets);
      clearStalePid(place);
      return postgresCommand(place, config.ports.postgres);
    },
    ready: () => databaseAnswers(address),
    stopSignal: 'SIGINT',
    stopTimeoutMs: 8_000,
  };
}

/** The embedded Temporal server with its web page, its runs in `<data>/temporal.db`. */
export function temporalPart(config: Config): PartSpec {
  return {
    name: 'temporal',
    command: () =>
      temporalCommand({
        ...{ temporalCli: config.temporalCli, temporalNamespace: config.temporalNamespace },
        ...{ port: config.ports.temporal, uiPort: config.ports.temporalUi },
        databaseFile: join(config.dataDir, 'temporal.db'),
      }),
    ready: () => temporalAnswers(config.temporalAddress, config.temporalNamespace),
    stopSignal: 'SIGTERM',
    stopTimeoutMs: 8_000,
  };
}

/** The mail catcher: SMTP and a page to read what was sent. */
export function smtpPart(config: Config): PartSpec {
  return nodePart('smtp', 'worker/catcher/main.js', () => isListening(config.ports.smtp));
}

/** The Temporal worker. It has no port; it counts as ready once it was started, and is restarted if it ends. */
export function workerPart(config: Config): PartSpec {
  return { ...nodePart('worker', 'worker/main.js', () => true), stopTimeoutMs: config.workerForceMs + 3_000 };
}

export function apiPart(config: Config): PartSpec {
  return nodePart('api', 'worker/api.js', () => apiAnswers(config.apiUrl));
}

/** Whether `GET /health` is 200. */
export async function apiAnswers(apiUrl: string): Promise<boolean> {
  try {
    const response = await fetch(`${apiUrl}/health`, { signal: AbortSignal.timeout(2_000) });
    return response.status === 200;
  } catch {
    return false;
  }
}

function nodePart(name: 'smtp' | 'worker' | 'api', script: string, ready: PartSpec['ready']): PartSpec {
  const command: Command = { program: process.execPath, args: ['--enable-source-maps', join(DIST, script)] };
  return { name, command: () => command, ready, stopSignal: 'SIGTERM', stopTimeoutMs: 6_000, env: childEnv() };
}

/** Children find their addresses as we do; what only set-up may know is kept from them. */
function childEnv(): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, TZ: 'UTC' };
  delete env['DATABASE_ADMIN_URL'];
  delete env['SALESCLOSE_ADMIN_PASSWORD'];
  return env;
}
