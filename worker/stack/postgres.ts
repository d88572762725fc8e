import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { Problem } from '../../domain/problem';
import { makeClusterDir, type PostgresPlace } from './postgres-place';
import type { DatabaseSecrets } from './secrets';

/** How to run a program as a child. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly uid?: number;
  readonly gid?: number;
}

/** Makes the cluster where there is none yet; an interrupted attempt is begun anew. */
export function makeCluster(place: PostgresPlace, secrets: DatabaseSecrets): void {
  const unfinished = existsSync(unfinishedMark(place));
  if (existsSync(join(place.clusterDir, 'PG_VERSION')) && !unfinished) return;
  if (unfinished) rmSync(place.clusterDir, { recursive: true, force: true });
  makeClusterDir(place);
  writeFileSync(unfinishedMark(place), '');
  const passwordFile = `${place.clusterDir}.password`;
  writeFileSync(passwordFile, secrets.postgres, { mode: 0o600 });
  if (place.user) chownSync(passwordFile, place.user.uid, place.user.gid);
  const result = spawnSync(
    join(place.nativeDir, 'bin', 'initdb'),
    [
      ...['-D', place.clusterDir, '--username=postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256'],
      ...['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--encoding=UTF8', '--locale=C'],
    ],
    { ...place.user, cwd: '/', encoding: 'utf8' },
  );
  rmSync(passwordFile);
  if (result.status !== 0) throw initFailed(place, result.stderr || String(result.error));
  rmSync(unfinishedMark(place));
}

/** The command that runs the server in the foreground, on 127.0.0.1 only. */
export function postgresCommand(place: PostgresPlace, port: number, settings: Record<string, string> = {}): Command {
  const all = { ...standardSettings(), ...settings, port: String(port) };
  const args = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return { program: join(place.nativeDir, 'bin', 'postgres'), args: ['-D', place.clusterDir, ...args], ...place.user };
}

/**
 * Removes a postmaster.pid left by a killed server when its pid now belongs to another program: PostgreSQL itself would
 * refuse to start. While the pid is still a server of this cluster, the file stays.
 */
export function clearStalePid(place: PostgresPlace): void {
  const path = join(place.clusterDir, 'postmaster.pid');
  if (process.platform !== 'linux' || !existsSync(path)) return;
  const pid = readFileSync(path, 'utf8').split('\n', 1)[0] ?? '';
  const commandPath = `/proc/${pid}/cmdline`;
  const command = existsSync(commandPath) ? readFileSync(commandPath, 'utf8') : '';
  if (!command.includes('postgres')) rmSync(path);
}

/** For a machine people also work on: a quarter of a small memory at most, bulk loads without needless checkpoints. */
function standardSettings(): Record<string, string> {
  const quarterMb = Math.floor(totalmem() / 4 / 1024 / 1024);
  return {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    shared_buffers: `${Math.min(256, quarterMb)}MB`,
    work_mem: '64MB',
    maintenance_work_mem: '256MB',
    max_wal_size: '4GB',
    checkpoint_timeout: '15min',
    max_connections: '100',
    max_parallel_workers: '8',
    max_parallel_workers_per_gather: '2',
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    logging_collector: 'off',
  };
}

function unfinishedMark(place: PostgresPlace): string {
  return `${place.clusterDir}.unfinished`;
}

function initFailed(place: PostgresPlace, detail: string): Problem {
  return new Problem('POSTGRES_INIT_FAILED', {
    zh: `无法在 ${place.clusterDir} 建立数据库：${detail.trim()}`,
    en: `the database in ${place.clusterDir} could not be made: ${detail.trim()}`,
  });
}
