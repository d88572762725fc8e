import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databaseAnswers, makeRolesAndDatabase } from '../../store/cluster';
import { freePort, until } from '../../worker/stack/ports';
import { makeCluster, postgresCommand, type Command } from '../../worker/stack/postgres';
import { postgresPlace } from '../../worker/stack/postgres-place';
import { isAlive, readProcess, recordProcess, stopProcess } from '../../worker/stack/processes';
import { databaseAddress, databaseSecrets, type DatabaseSecrets } from '../../worker/stack/secrets';
import { temporalAnswers, temporalCommand } from '../../worker/stack/temporal';

/** Servers of one test run live in a folder of their own, so that runs side by side never meet. */
const FOLDER_PREFIX = 'salesclose-test-';
const START_TIMEOUT_MS = 60_000;

export interface TestPostgres {
  readonly port: number;
  readonly secrets: DatabaseSecrets;
  readonly superuserUrl: string;
  readonly pid: number;
}

/** A new folder under the system's temporary folder that PostgreSQL's user may pass through. */
export function makeTestFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), FOLDER_PREFIX));
  chmodSync(dir, 0o755);
  mkdirSync(join(dir, 'run'));
  recordProcess(join(dir, 'run'), 'tests', process.pid);
  return dir;
}

/** Starts a real PostgreSQL cluster of its own. It keeps its data in `dir` and does not wait for the disk. */
export async function startPostgres(dir: string): Promise<TestPostgres> {
  const port = await freePort();
  const secrets = databaseSecrets(dir);
  const place = postgresPlace(dir, () => undefined);
  makeCluster(place, secrets);
  const settings = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off', max_connections: '200' };
  const child = spawnLogged(dir, 'postgres', postgresCommand(place, port, settings));
  const superuserUrl = databaseAddress(secrets, 'postgres', port, 'postgres');
  await answersOrFails(dir, 'postgres', child, () => databaseAnswers(superuserUrl));
  await makeRolesAndDatabase(superuserUrl, secrets, 'salesclose_template');
  return { port, secrets, superuserUrl, pid: child.pid ?? 0 };
}

/** Starts a real Temporal dev server that keeps everything in memory. */
export async function startTemporal(dir: string): Promise<{ address: string; pid: number }> {
  const port = await freePort();
  const temporalCli = process.env['TEMPORAL_CLI_PATH'] ?? 'temporal';
  const child = spawnLogged(dir, 'temporal', temporalCommand({ temporalCli, temporalNamespace: 'default', port }));
  const address = `127.0.0.1:${port}`;
  await answersOrFails(dir, 'temporal', child, () => temporalAnswers(address, 'default'));
  return { address, pid: child.pid ?? 0 };
}

/** Stops the servers of a folder and removes it. */
export async function removeTestFolder(dir: string): Promise<void> {
  const run = join(dir, 'run');
  for (const part of ['temporal', 'postgres']) {
    const record = readProcess(run, part);
    if (record) await stopProcess(record, 'SIGINT', 10_000);
  }
  const outside = readOutside(dir);
  if (outside) rmSync(outside, { recursive: true, force: true });
  rmSync(dir, { recursive: true, force: true });
}

/** Removes what test runs left behind that were killed. */
export async function removeLeftFolders(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    const dir = join(tmpdir(), name);
    if (!name.startsWith(FOLDER_PREFIX)) continue;
    const tests = readProcess(join(dir, 'run'), 'tests');
    if (tests && !isAlive(tests)) await removeTestFolder(dir);
  }
}

function spawnLogged(dir: string, part: string, command: Command): ChildProcess {
  const log = openSync(join(dir, `${part}.log`), 'a');
  const { program, args, ...user } = command;
  const child = spawn(program, args, { ...user, cwd: '/', stdio: ['ignore', log, log], detached: true });
  child.on('error', (error) => writeFileSync(log, `${error.message}\n`));
  child.unref();
  if (child.pid) recordProcess(join(dir, 'run'), part, child.pid);
  return child;
}

async function answersOrFails(
  dir: string,
  part: string,
  child: ChildProcess,
  probe: () => Promise<boolean>,
): Promise<void> {
  const ended = (): boolean => child.exitCode !== null || child.pid === undefined;
  const done = await until(async () => ended() || (await probe()), START_TIMEOUT_MS);
  if (!done || ended()) throw new Error(`${part} did not start: ${readFileSync(join(dir, `${part}.log`), 'utf8')}`);
}

function readOutside(dir: string): string | undefined {
  try {
    return readFileSync(join(dir, 'postgres.path'), 'utf8').trim();
  } catch {
    return undefined;
  }
}
