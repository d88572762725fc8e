import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PROJECT_ROOT } from '../worker/config';

const READY_MS = 120_000;
const PEOPLE = ['preparer', 'reviewer', 'approver'] as const;
export type BenchPerson = (typeof PEOPLE)[number] | 'admin';
const PASSWORD = 'bench-password-of-this-run';

/** The whole product in a data folder of its own, driven by its command line. */
export class Product {
  private constructor(
    readonly dataDir: string,
    readonly url: string,
    private readonly supervisor: ChildProcess,
  ) {}

  static async start(dataDir: string): Promise<Product> {
    const port = await freePorts();
    const supervisor = spawn(process.execPath, [join(PROJECT_ROOT, 'dist', 'worker', 'stack', 'main.js'), '--empty'], {
      env: {
        ...process.env,
        SALESCLOSE_DATA: dataDir,
        SALESCLOSE_PORT: String(port),
        SALESCLOSE_ADMIN_PASSWORD: PASSWORD,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let printed = '';
    for (const stream of [supervisor.stdout, supervisor.stderr])
      stream.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    const giveUp = Date.now() + READY_MS;
    while (!printed.includes('salesclose ready')) {
      if (supervisor.exitCode !== null || Date.now() > giveUp)
        throw new Error(`the product did not start:\n${printed}`);
      await sleep(100);
    }
    return new Product(dataDir, `http://127.0.0.1:${port}`, supervisor);
  }

  /** Runs one command as a person; throws with what it said unless it exits with an allowed code. */
  command(
    person: BenchPerson,
    args: readonly string[],
    options: { input?: string; allowed?: readonly number[] } = {},
  ): string {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(PROJECT_ROOT, 'bin', 'salesclose'), ...args], {
      env: {
        ...process.env,
        HOME: this.dataDir,
        SALESCLOSE_URL: this.url,
        SALESCLOSE_USER: person,
        SALESCLOSE_PASSWORD: PASSWORD,
      },
      encoding: 'utf8',
      maxBuffer: 1 << 30,
      ...(options.input === undefined ? {} : { input: options.input }),
    });
    if (!(options.allowed ?? [0]).includes(status ?? -1))
      throw new Error(`salesclose ${args.join(' ')} exited with ${String(status)}:\n${stderr}`);
    return stdout;
  }

  addPeople(company: string): void {
    for (const login of PEOPLE)
      this.command('admin', ['person', 'add', company, login, '--role', login, '--password-stdin'], {
        input: `${PASSWORD}\n`,
      });
  }

  address(file: 'app.url' | 'owner.url'): string {
    return readFileSync(join(this.dataDir, file), 'utf8').trim();
  }

  /** Peak resident memory of a Node part in MB since it started, as the kernel counted it; null where it does not. */
  peakMemory(part: 'worker' | 'api'): number | null {
    try {
      const pid =
        (JSON.parse(readFileSync(join(this.dataDir, 'run', `${part}.pid`), 'utf8').split(/\s/)[0] ?? '') as
          number | undefined) ?? 0;
      const kilobytes = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
      return kilobytes === undefined ? null : Math.round(Number(kilobytes) / 1024);
    } catch {
      return null;
    }
  }

  async stop(): Promise<void> {
    const gone = new Promise((done) => this.supervisor.once('exit', done));
    this.supervisor.kill('SIGINT');
    await gone;
  }
}

/** A port whose five followers are free as well. */
async function freePorts(): Promise<number> {
  const first = await listenOnce(0);
  for (let next = first + 1; next <= first + 5; next++) if ((await listenOnce(next)) === 0) return freePorts();
  return first;
}

function listenOnce(port: number): Promise<number> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(0));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
