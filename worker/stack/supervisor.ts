import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../../domain/problem';
import { makeRolesAndDatabase } from '../../store/cluster';
import { migrate, pendingMigrations } from '../../store/migrate';
import type { Config } from '../config';
import { Part, PART_NAMES, type PartName, type PartSpec } from './part';
import { apiPart, postgresPart, smtpPart, temporalPart, workerPart } from './parts';
import { isListening } from './ports';
import { postgresPlace } from './postgres-place';
import { forgetProcess, readProcess, stopProcess } from './processes';
import { databaseAddress, databaseSecrets, DATABASE_NAME, writeAddresses } from './secrets';

/** Runs the parts of one installation: in order, restarted when they die, stopped in the opposite order. */
export class Supervisor {
  private readonly parts = new Map<PartName, Part>();
  private warden: ChildProcess | undefined;
  private isStopping = false;
  private readonly runDir: string;

  constructor(
    private readonly config: Config,
    private readonly tell: (line: string) => void,
  ) {
    this.runDir = join(config.dataDir, 'run');
  }

  /** Stops what a killed supervisor left running, and makes sure that no stranger holds our ports. */
  async prepare(): Promise<void> {
    for (const part of [...PART_NAMES].reverse()) {
      const left = readProcess(this.runDir, part);
      if (left) await stopProcess(left, part === 'postgres' ? 'SIGINT' : 'SIGTERM', 10_000);
      forgetProcess(this.runDir, part);
    }
    for (const port of this.ownPorts()) if (await isListening(port)) throw portTaken(port);
    this.startWarden();
  }

  /** Database, Temporal and mail catcher, as far as they are not given; afterwards the database is up to date. */
  async startServers(): Promise<void> {
    const { given } = this.config;
    const database = given.database ? this.checkGivenDatabase() : this.startDatabase();
    const temporal = given.temporal ? [] : [this.start(temporalPart(this.config))];
    const smtp = given.smtp ? [] : [this.start(smtpPart(this.config))];
    await Promise.all([database, ...temporal, ...smtp]);
  }

  /** Worker and API; resolves when the API answers. */
  async startProduct(): Promise<void> {
    await this.start(workerPart(this.config));
    await this.start(apiPart(this.config));
  }

  /** Whether it was asked to stop: what fails from then on fails because of that. */
  get stopping(): boolean {
    return this.isStopping;
  }

  /** Stops everything within 30 s: first those who use the servers, then the servers. */
  async stop(): Promise<void> {
    this.isStopping = true;
    await this.stopParts(['api', 'worker']);
    await this.stopParts(['smtp', 'temporal', 'postgres']);
    this.warden?.kill('SIGKILL');
  }

  /** Ends everything at once. What was committed is kept. */
  kill(): void {
    for (const part of this.parts.values()) part.kill();
    this.warden?.kill('SIGKILL');
  }

  private async start(spec: PartSpec): Promise<void> {
    if (this.isStopping) return new Promise(() => undefined); // the process is about to exit
    const begun = Date.now();
    const part = new Part(spec, this.config, this.tell);
    this.parts.set(spec.name, part);
    await part.start();
    const seconds = (Date.now() - begun) / 1_000;
    if (seconds > 1) this.tell(`${spec.name} is up (${seconds.toFixed(1)} s)`);
  }

  private async stopParts(names: readonly PartName[]): Promise<void> {
    const running = names.map((name) => this.parts.get(name)).filter((part) => part !== undefined);
    await Promise.all(running.map((part) => part.stop()));
  }

  private async startDatabase(): Promise<void> {
    const { dataDir, ports } = this.config;
    const place = postgresPlace(dataDir, this.tell);
    const secrets = databaseSecrets(dataDir);
    await this.start(postgresPart(this.config, place, secrets));
    const superuserUrl = databaseAddress(secrets, 'postgres', ports.postgres, 'postgres');
    await makeRolesAndDatabase(superuserUrl, secrets, DATABASE_NAME);
    writeAddresses(dataDir, secrets, ports.postgres);
    await this.migrateAsOwner(databaseAddress(secrets, 'salesclose_owner', ports.postgres, DATABASE_NAME));
  }

  private async checkGivenDatabase(): Promise<void> {
    const adminUrl = this.config.adminDatabaseUrl;
    if (adminUrl) return this.migrateAsOwner(adminUrl);
    const pending = await pendingMigrations(this.config.databaseUrl);
    if (pending.length > 0) throw notMigrated(pending);
  }

  private async migrateAsOwner(adminUrl: string): Promise<void> {
    await migrate(adminUrl, (name) => this.tell(`database: applying ${name}`));
  }

  private startWarden(): void {
    this.warden = spawn(process.execPath, [join(__dirname, 'warden.js'), this.runDir], {
      cwd: '/',
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    this.warden.stdin?.on('error', () => undefined);
  }

  private ownPorts(): number[] {
    const { given, ports } = this.config;
    return [
      ports.api,
      ...(given.database ? [] : [ports.postgres]),
      ...(given.temporal ? [] : [ports.temporal, ports.temporalUi]),
      ...(given.smtp ? [] : [ports.smtp]),
    ];
  }
}

/** Makes the data folder. Only its owner may list it; PostgreSQL's user, where we are root, may pass through. */
export function makeDataDir(config: Config): void {
  process.umask(0o077);
  mkdirSync(join(config.dataDir, 'run'), { recursive: true });
  chmodSync(config.dataDir, process.getuid?.() === 0 ? 0o711 : 0o700);
}

function portTaken(port: number): Problem {
  return new Problem('PORT_TAKEN', {
    zh: `端口 ${port} 已被其他程序占用：请停止它，或设置 SALESCLOSE_PORT（会用到该端口及其后五个）`,
    en: `port ${port} is taken by another program: stop it, or set SALESCLOSE_PORT (that port and the next five are used)`,
  });
}

function notMigrated(pending: readonly string[]): Problem {
  return new Problem('DATABASE_NOT_MIGRATED', {
    zh: `数据库尚缺 ${pending.length} 个升级：请设置 DATABASE_ADMIN_URL 后运行 npm run migrate`,
    en: `the database lacks ${pending.length} migrations: set DATABASE_ADMIN_URL and run npm run migrate`,
  });
}
