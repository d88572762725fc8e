import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { Problem } from '../../domain/problem';
import type { Config } from '../config';
import { LogFile } from './log-file';
import { until } from './ports';
import type { Command } from './postgres';
import { forgetProcess, recordProcess, send, sleep } from './processes';

/** The children of the supervisor, in the order they start. */
export const PART_NAMES = ['postgres', 'temporal', 'smtp', 'worker', 'api'] as const;
export type PartName = (typeof PART_NAMES)[number];

/** How one child is run. */
export interface PartSpec {
  readonly name: PartName;
  /** Asked before each start. */
  command(): Command;
  /** Whether it does its work by now. */
  ready(): Promise<boolean> | boolean;
  readonly stopSignal: NodeJS.Signals;
  /** After this it is ended by force. */
  readonly stopTimeoutMs: number;
  readonly env?: NodeJS.ProcessEnv;
}

const READY_TIMEOUT_MS = 60_000;
const FIRST_RESTART_MS = 250;
const SLOWEST_RESTART_MS = 8_000;
/** A child that ran this long is healthy: the next restart is quick again. */
const STABLE_MS = 30_000;

/** One child that is kept running: its process, its log, its pid file. */
export class Part {
  private child: ChildProcess | undefined;
  private ended: Promise<void> = Promise.resolve();
  private stopping = false;
  private restartMs = FIRST_RESTART_MS;
  private readonly log: LogFile;
  private readonly runDir: string;

  constructor(
    private readonly spec: PartSpec,
    config: Config,
    private readonly tell: (line: string) => void,
  ) {
    this.runDir = join(config.dataDir, 'run');
    this.log = new LogFile(join(config.dataDir, 'logs', `${spec.name}.log`));
  }

  /** Starts it and waits until it is ready. From here on it is restarted whenever it dies. */
  async start(): Promise<void> {
    this.spawn();
    const ready = await until(() => this.stopping || this.spec.ready(), READY_TIMEOUT_MS);
    if (!ready) throw notReady(this.spec.name);
  }

  /** Ends it; by force when it takes longer than it may. */
  async stop(): Promise<void> {
    this.stopping = true;
    const pid = this.child?.pid;
    if (pid !== undefined) {
      send(pid, this.spec.stopSignal);
      const timer = setTimeout(() => send(pid, 'SIGKILL'), this.spec.stopTimeoutMs);
      await this.ended;
      clearTimeout(timer);
    }
    forgetProcess(this.runDir, this.spec.name);
  }

  /** Ends it at once. */
  kill(): void {
    this.stopping = true;
    if (this.child?.pid !== undefined) send(this.child.pid, 'SIGKILL');
  }

  private spawn(): void {
    const { program, args, ...user } = this.spec.command();
    const begun = Date.now();
    this.log.write(`--- ${new Date().toISOString()} start ${this.spec.name}\n`);
    // A group of its own: Ctrl-C in the terminal reaches the supervisor only, which stops its children in order.
    const child = spawn(program, args, {
      ...user,
      cwd: '/',
      env: this.spec.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    this.log.follow(child.stdout);
    this.log.follow(child.stderr);
    if (child.pid !== undefined) recordProcess(this.runDir, this.spec.name, child.pid);
    this.child = child;
    this.ended = new Promise((done) => {
      const end = (reason: string): void => {
        this.child = undefined;
        this.log.write(`--- ${new Date().toISOString()} ended: ${reason}\n`);
        done();
        if (!this.stopping) void this.restart(reason, Date.now() - begun);
      };
      child.once('error', (error) => end(error.message));
      child.once('exit', (code, signal) => end(signal ?? `exit ${code}`));
    });
  }

  private async restart(reason: string, ranMs: number): Promise<void> {
    if (ranMs > STABLE_MS) this.restartMs = FIRST_RESTART_MS;
    this.tell(`${this.spec.name} ended (${reason}), starting it again`);
    await sleep(this.restartMs);
    this.restartMs = Math.min(this.restartMs * 2, SLOWEST_RESTART_MS);
    if (!this.stopping) this.spawn();
  }
}

function notReady(name: PartName): Problem {
  return new Problem(
    'PART_NOT_READY',
    {
      zh: `${name} 在一分钟内没有就绪：原因见数据文件夹内 logs/${name}.log`,
      en: `${name} was not ready within a minute: logs/${name}.log in the data folder says why`,
    },
    500,
  );
}
