import { readdirSync, readFileSync, statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { Bilingual } from '../domain/words';
import { storeHealth, type StoreHealth } from '../store/health';
import { pendingMigrations } from '../store/migrate';
import type { ApiOptions } from './options';

/** One thing looked at. `fail` needs a person; `warn` is worth a look. */
export interface Check {
  readonly name: string;
  readonly state: 'ok' | 'warn' | 'fail';
  /** What was found, and the way out where it is not well. */
  readonly said: Bilingual;
}

export interface DoctorReport {
  readonly ok: boolean;
  readonly version: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly parts: readonly { readonly name: string; readonly pid: number; readonly running: boolean }[];
  readonly checks: readonly Check[];
}

const FREE_WARN = 5 * 1024 ** 3;
const FREE_FAIL = 512 * 1024 ** 2;
const CLOCK_SECONDS = 5;
const OUTBOX_SECONDS = 60;

/** Looks at everything this installation stands on. */
export async function examine(options: ApiOptions): Promise<DoctorReport> {
  const health = await storeHealth(options.pool);
  const checks = [
    ok('database', `PostgreSQL ${health.serverVersion} 正常`, `PostgreSQL ${health.serverVersion} answers`),
    await checkMigrations(options),
    checkClock(health),
    await checkDisk(options.dataDir),
    checkOutbox(health),
    ...(await checkParts(options)),
    ...checkSettings(options, health),
  ];
  return {
    ok: checks.every((check) => check.state !== 'fail'),
    version: options.version,
    versions: { node: process.versions.node, postgres: health.serverVersion },
    parts: readParts(options.dataDir),
    checks,
  };
}

async function checkMigrations({ databaseUrl }: ApiOptions): Promise<Check> {
  const pending = await pendingMigrations(databaseUrl);
  if (pending.length === 0) return ok('migrations', '数据库结构为最新', 'the database is up to date');
  return fail(
    'migrations',
    `有 ${pending.length} 个数据库升级未应用：${pending.join('、')}；重新运行 npm start 或 npm run migrate`,
    `${pending.length} migration(s) are not applied: ${pending.join(', ')}; run npm start again, or npm run migrate`,
  );
}

function checkClock({ now }: StoreHealth): Check {
  const seconds = Math.round(Math.abs(now.getTime() - Date.now()) / 1000);
  if (seconds <= CLOCK_SECONDS) return ok('clock', '时钟一致', 'the clocks agree');
  return warn(
    'clock',
    `本机与数据库时钟相差 ${seconds} 秒；请校时`,
    `this machine and the database differ by ${seconds} s; set the clocks`,
  );
}

async function checkDisk(dataDir: string): Promise<Check> {
  const { bavail, bsize } = await statfs(dataDir);
  const free = bavail * bsize;
  const size = `${(free / 1024 ** 3).toFixed(1)} GiB`;
  if (free < FREE_FAIL) return fail('disk', `磁盘仅余 ${size}；请清理`, `only ${size} of disk are free; make room`);
  if (free < FREE_WARN) return warn('disk', `磁盘余 ${size}`, `${size} of disk are free`);
  return ok('disk', `磁盘余 ${size}`, `${size} of disk are free`);
}

function checkOutbox({ outbox }: StoreHealth): Check {
  if (outbox.failed + outbox.uncertain > 0) {
    return warn(
      'outbox',
      `发件箱有 ${outbox.failed} 件失败、${outbox.uncertain} 件结果不明；请执行 salesclose mail list <公司>，查明后用 salesclose mail settle 处置`,
      `the outbox holds ${outbox.failed} failed and ${outbox.uncertain} uncertain; run salesclose mail list <company>, find out what became of them, then salesclose mail settle`,
    );
  }
  const { oldestSeconds: seconds, lastError } = outbox;
  if (seconds <= OUTBOX_SECONDS && lastError === null) return ok('outbox', '发件箱正常', 'the outbox is moving');
  const why = lastError === null ? '' : ` (${lastError})`;
  return (seconds > OUTBOX_SECONDS ? fail : warn)(
    'outbox',
    `发件箱最早一件已等 ${seconds} 秒${why}；会继续重试，请检查 worker、Temporal 和邮件服务器`,
    `the oldest entry of the outbox waits for ${seconds} s${why}; it is tried on; look at worker, Temporal and mail server`,
  );
}

async function checkParts({ parts }: ApiOptions): Promise<Check[]> {
  if (parts === undefined) return [];
  return Promise.all(
    Object.entries(parts).map(async ([name, address]) =>
      (await isReachable(address))
        ? ok(name, `${name} 在 ${address} 可达`, `${name} answers at ${address}`)
        : fail(
            name,
            `${name} 在 ${address} 不可达；结账会等待它`,
            `${name} does not answer at ${address}; closes wait for it`,
          ),
    ),
  );
}

function checkSettings(options: ApiOptions, health: StoreHealth): Check[] {
  const found: Check[] = (options.unsafeSettings ?? []).map((said) => ({ name: 'settings', state: 'warn', said }));
  if (health.roleIsTooStrong) {
    found.push(
      fail(
        'settings',
        '应用的数据库角色权限过大，锁定和操作记录不受保护；DATABASE_URL 应为 salesclose_app',
        'the application’s database role may do too much, lock and audit trail are not protected from it; DATABASE_URL should be salesclose_app',
      ),
    );
  }
  if (health.samplePeople > 0) {
    const zh = `样例的 ${health.samplePeople} 个登录名使用公开密码；正式使用请以 npm start -- --empty 新建`;
    found.push(
      warn(
        'settings',
        zh,
        `${health.samplePeople} logins of the sample have a public password; for real work begin with npm start -- --empty`,
      ),
    );
  }
  for (const name of openKeys(join(options.dataDir, 'keys'))) {
    found.push(
      fail(
        'settings',
        `密钥文件 ${name} 可被他人读取；请 chmod 600`,
        `the key file ${name} can be read by others; chmod 600`,
      ),
    );
  }
  return found.length > 0 ? found : [ok('settings', '设置无异常', 'nothing unsafe in the settings')];
}

/** Private keys whose mode lets others in. */
function openKeys(dir: string): string[] {
  try {
    return readdirSync(dir).filter((name) => !name.endsWith('.pub') && (statSync(join(dir, name)).mode & 0o077) !== 0);
  } catch {
    return [];
  }
}

/** The children of this installation's supervisor, from its pid files. */
function readParts(dataDir: string): DoctorReport['parts'] {
  const dir = join(dataDir, 'run');
  let names: string[];
  try {
    names = readdirSync(dir).filter((name) => name.endsWith('.pid'));
  } catch {
    return [];
  }
  return names.sort().map((file) => {
    const pid = Number(readFileSync(join(dir, file), 'utf8').trim());
    return { name: file.replace(/\.pid$/, ''), pid, running: isRunning(pid) };
  });
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function isReachable(address: string): Promise<boolean> {
  const [host = '', port = ''] =
    address
      .replace(/^[a-z]+:\/\/(?:[^@/]*@)?/, '')
      .split('/', 1)[0]
      ?.split(/:(?=\d+$)/) ?? [];
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port), timeout: 2_000 });
    const end = (isThere: boolean): void => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
    socket.once('timeout', () => end(false));
  });
}

const ok = (name: string, zh: string, en: string): Check => ({ name, state: 'ok', said: { zh, en } });
const warn = (name: string, zh: string, en: string): Check => ({ name, state: 'warn', said: { zh, en } });
const fail = (name: string, zh: string, en: string): Check => ({ name, state: 'fail', said: { zh, en } });
