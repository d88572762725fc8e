import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT, portsFrom, type Ports } from '../../worker/config';
import type { PartName } from '../../worker/stack/part';
import { freePort, isListening, until } from '../../worker/stack/ports';
import { isAlive, readProcess, send, type ProcessRecord } from '../../worker/stack/processes';
import { testFolder } from './environment';

export interface StackOptions {
  /** Without the sample company; true unless said otherwise. */
  readonly empty?: boolean;
  /** A data folder of an earlier stack, to go on with it; its ports come with it. */
  readonly from?: Stack;
  readonly env?: NodeJS.ProcessEnv;
  readonly readyMs?: number;
  /** Started by a process that stands for npm; `supervisor` is that process. */
  readonly underNpm?: boolean;
}

/** The whole product, compiled, in a data folder of its own under its own supervisor. */
export interface Stack {
  readonly url: string;
  readonly dataDir: string;
  readonly ports: Ports;
  readonly supervisor: ChildProcess;
  /** Everything it printed so far. */
  output(): string;
  /** What runs as this part now; its process changes with a restart. */
  part(name: PartName): ProcessRecord | undefined;
  /** Ends a part at once, as a crash would. */
  kill(name: PartName): void;
  /** Stops all of it as Ctrl-C does. Resolves with the exit code. */
  stop(): Promise<number | null>;
  /** Stops all of it and removes its data. */
  remove(): Promise<void>;
}

/** Starts the product and waits for `salesclose ready`. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const dataDir = options.from?.dataDir ?? makeDataFolder();
  const ports = options.from?.ports ?? portsFrom(await freeRange());
  const supervisor = spawnSupervisor(dataDir, ports, options);
  const exited = new Promise<number | null>((done) => supervisor.once('exit', done));
  let printed = '';
  for (const stream of [supervisor.stdout, supervisor.stderr]) {
    stream?.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  }
  const runDir = join(dataDir, 'run');
  const stop = (): Promise<number | null> => {
    supervisor.kill('SIGINT');
    return exited;
  };
  const stack: Stack = {
    url: `http://127.0.0.1:${ports.api}`,
    dataDir,
    ports,
    supervisor,
    output: () => printed,
    part: (name) => [readProcess(runDir, name)].find(isAlive),
    kill: (name) => {
      const record = readProcess(runDir, name);
      if (!isAlive(record)) throw new Error(`${name} does not run`);
      send(record.pid, 'SIGKILL');
    },
    stop,
    remove: async () => {
      await stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
  const settled = (): boolean => printed.includes('salesclose ready') || supervisor.exitCode !== null;
  await until(settled, options.readyMs ?? 60_000);
  if (printed.includes('salesclose ready')) return stack;
  await stop();
  throw new Error(`the stack did not become ready:\n${printed}`);
}

/** Starts a supervisor without waiting, as a second `npm start` would. */
export function spawnSupervisor(dataDir: string, ports: Ports, options: StackOptions = {}): ChildProcess {
  const args = [
    join(PROJECT_ROOT, 'dist', 'worker', 'stack', 'main.js'),
    ...(options.empty === false ? [] : ['--empty']),
  ];
  return spawn(process.execPath, options.underNpm === true ? ['-e', STAND_IN_FOR_NPM, ...args] : args, {
    env: { ...process.env, SALESCLOSE_DATA: dataDir, SALESCLOSE_PORT: String(ports.api), ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Starts what it is given and waits, as npm does. */
const STAND_IN_FOR_NPM = `require('node:child_process').spawn(process.execPath, process.argv.slice(1), {
  stdio: 'inherit', env: { ...process.env, npm_lifecycle_event: 'start' } }); setInterval(() => undefined, 60_000);`;

function makeDataFolder(): string {
  const dir = testFolder('stack');
  chmodSync(dir, 0o755); // PostgreSQL's user passes through when the tests run as root
  return dir;
}

async function freeRange(): Promise<number> {
  for (;;) {
    const first = await freePort();
    const range = Object.values<number>({ ...portsFrom(first) });
    if (range.some((port) => port > 65_535)) continue;
    const taken = await Promise.all(range.map((port) => isListening(port)));
    if (!taken.includes(true)) return first;
  }
}
