import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { Problem } from '../domain/problem';

/** The ports of one installation: the API's and the five after it, always in this order. */
export interface Ports {
  readonly api: number;
  readonly postgres: number;
  readonly temporal: number;
  readonly temporalUi: number;
  readonly smtp: number;
  /** The mail catcher's page; it goes elsewhere where this one is taken. */
  readonly mailWeb: number;
}

/** What every process of the product is told, read once from the environment by `loadConfig`. */
export interface Config {
  /** Absolute. Everything this installation keeps: database, evidence, keys, mails, logs, pid files. */
  readonly dataDir: string;
  /** Absolute. Per user: the Temporal server that was downloaded or built. */
  readonly cacheDir: string;
  /** Where the API binds: 127.0.0.1, in a container 0.0.0.0 (SALESCLOSE_HOST). */
  readonly host: string;
  readonly port: number;
  readonly ports: Ports;
  /** Where people and programs on this machine reach the API. */
  readonly apiUrl: string;
  /** Which embedded parts are replaced by given ones. */
  readonly given: { readonly database: boolean; readonly temporal: boolean; readonly smtp: boolean };
  /**
   * Address of the application's role: DATABASE_URL, else `<data>/app.url`.
   * @throws Problem NO_DATABASE when neither is there (nothing was started yet)
   */
  readonly databaseUrl: string;
  /** Address of the owner's role, for migrations only: DATABASE_ADMIN_URL, else `<data>/owner.url`. */
  readonly adminDatabaseUrl: string | undefined;
  readonly temporalAddress: string;
  readonly temporalNamespace: string;
  /** The `temporal` program the embedded server runs. */
  readonly temporalCli: string;
  readonly smtpUrl: string;
  /** Sender of every mail: SALESCLOSE_MAIL_FROM. */
  readonly mailFrom: string;
  /** SALESCLOSE_ADMIN_PASSWORD: the password of `admin`, wins over the sample's. */
  readonly adminPassword: string | undefined;
  /** Started with --empty: no sample company. */
  readonly empty: boolean;
  /** How long a stopping worker lets running activities finish before it asks them to stop. */
  readonly workerGraceMs: number;
  /** How long a stopping worker waits in all before it gives up on them. Longer than the grace. */
  readonly workerForceMs: number;
}

/** The checkout: the folder of package.json, both from the sources and from their compiled copy in dist/. */
export const PROJECT_ROOT = [join(__dirname, '..'), join(__dirname, '..', '..')].find((dir) =>
  existsSync(join(dir, 'package.json')),
) as string;

const DEFAULT_PORT = 7070;
const LOOPBACK = '127.0.0.1';

/**
 * Reads the configuration of this installation.
 * @param env the environment, usually `process.env`; `loadEnvFile` adds what stands in `.env`
 * @param argv arguments after the script, for `--empty`
 */
export function loadConfig(env: NodeJS.ProcessEnv, argv: readonly string[] = []): Config {
  const port = portOf(env['SALESCLOSE_PORT']);
  const ports = portsFrom(port);
  const dataDir = resolve(PROJECT_ROOT, env['SALESCLOSE_DATA'] || '.data');
  return {
    dataDir,
    cacheDir: resolve(env['SALESCLOSE_CACHE'] || defaultCacheDir(env)),
    host: env['SALESCLOSE_HOST'] || LOOPBACK,
    port,
    ports,
    apiUrl: `http://${LOOPBACK}:${port}`,
    given: {
      database: Boolean(env['DATABASE_URL']),
      temporal: Boolean(env['TEMPORAL_ADDRESS']),
      smtp: Boolean(env['SMTP_URL']),
    },
    get databaseUrl() {
      return env['DATABASE_URL'] || readAddress(join(dataDir, 'app.url')) || noDatabase();
    },
    get adminDatabaseUrl() {
      if (env['DATABASE_ADMIN_URL']) return env['DATABASE_ADMIN_URL'];
      return env['DATABASE_URL'] ? undefined : readAddress(join(dataDir, 'owner.url'));
    },
    temporalAddress: env['TEMPORAL_ADDRESS'] || `${LOOPBACK}:${ports.temporal}`,
    temporalNamespace: env['TEMPORAL_NAMESPACE'] || 'default',
    temporalCli: env['TEMPORAL_CLI_PATH'] || 'temporal',
    smtpUrl: env['SMTP_URL'] || `smtp://${LOOPBACK}:${ports.smtp}`,
    mailFrom: env['SALESCLOSE_MAIL_FROM'] || 'salesclose <salesclose@localhost>',
    adminPassword: env['SALESCLOSE_ADMIN_PASSWORD'] || undefined,
    empty: argv.includes('--empty') || env['SALESCLOSE_EMPTY'] === '1',
    workerGraceMs: 8_000,
    workerForceMs: 12_000,
  };
}

/** Adds the variables of the checkout's `.env` to the environment; what is set already stays. No such file is fine. */
export function loadEnvFile(): void {
  try {
    process.loadEnvFile(join(PROJECT_ROOT, '.env'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/** The six ports of an installation whose API listens on `port`. */
export function portsFrom(port: number): Ports {
  return {
    api: port,
    postgres: port + 1,
    temporal: port + 2,
    temporalUi: port + 3,
    smtp: port + 4,
    mailWeb: port + 5,
  };
}

/** Where the mail catcher writes the address of its page. */
export function mailUrlPath(dataDir: string): string {
  return join(dataDir, 'run', 'mail.url');
}

function portOf(text: string | undefined): number {
  if (!text) return DEFAULT_PORT;
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port + 5 < 65_536) return port;
  throw new Problem('BAD_SETTING', {
    zh: `SALESCLOSE_PORT 须为 1 到 65530 之间的整数，现为“${text}”`,
    en: `SALESCLOSE_PORT must be a whole number from 1 to 65530, it is "${text}"`,
  });
}

function defaultCacheDir(env: NodeJS.ProcessEnv): string {
  const home = env['HOME'] || homedir();
  const base = env['XDG_CACHE_HOME'] || join(home, process.platform === 'darwin' ? 'Library/Caches' : '.cache');
  return join(base, 'salesclose');
}

function readAddress(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}

function noDatabase(): never {
  throw new Problem('NO_DATABASE', {
    zh: '没有数据库地址：请先运行 npm start，或设置 DATABASE_URL',
    en: 'no database address: run npm start first, or set DATABASE_URL',
  });
}
