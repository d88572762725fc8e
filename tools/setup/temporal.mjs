import { accessSync, constants, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { ROOT, run, say, SetUpError, step } from './run.mjs';
import { filesBelow } from './stamps.mjs';

const DOWNLOAD_LIMIT_MS = 10_000;

/**
 * Finds the Temporal server's program, the first way that works, and leaves its path in TEMPORAL_CLI_PATH:
 * the variable, PATH, the user's cache, the SDK's download, a build with Go. Nothing to do where TEMPORAL_ADDRESS is set.
 */
export async function findTemporal() {
  if (process.env.TEMPORAL_ADDRESS) return;
  const cached = join(cacheDir(), 'temporal');
  const tried = [];
  for (const way of [fromVariable, fromPath, () => fromCache(cached), () => download(cached), () => build(cached)]) {
    const outcome = await way();
    if (outcome.path) {
      process.env.TEMPORAL_CLI_PATH = outcome.path;
      return;
    }
    tried.push(outcome.failed);
  }
  throw new SetUpError(noWay(tried));
}

async function fromVariable() {
  const path = process.env.TEMPORAL_CLI_PATH;
  if (!path) return { failed: 'TEMPORAL_CLI_PATH: not set · 未设置' };
  return (await answers(path))
    ? { path: resolve(path) }
    : { failed: `TEMPORAL_CLI_PATH: ${path} does not run · 无法运行` };
}

async function fromPath() {
  const found = (process.env.PATH ?? '')
    .split(delimiter)
    .map((dir) => join(dir, 'temporal'))
    .filter(isExecutable);
  for (const path of found) if (await answers(path)) return { path };
  return { failed: 'PATH: no temporal that runs · 没有可用的 temporal' };
}

function fromCache(cached) {
  return isExecutable(cached) ? { path: cached } : { failed: `cache: nothing at ${cached} · 缓存中没有` };
}

async function download(cached) {
  const folder = join(cacheDir(), 'download');
  try {
    mkdirSync(folder, { recursive: true });
    await step('downloading the Temporal server', () =>
      run(process.execPath, [join(ROOT, 'tools', 'setup', 'temporal-download.mjs'), folder], {
        timeoutMs: DOWNLOAD_LIMIT_MS,
      }),
    );
    const program = filesBelow(folder).find(isExecutable);
    if (!program) return { failed: 'download: brought no program · 未得到程序' };
    renameSync(program, cached);
    return { path: cached };
  } catch {
    return { failed: 'download by the Temporal SDK: no answer within 10 s · 10 秒内未能下载' };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function build(cached) {
  try {
    await run('go', ['version']);
  } catch {
    return { failed: 'build: Go is not installed · 未安装 Go' };
  }
  say(
    'building the Temporal server with Go: about six minutes, once for this user · 编译 Temporal 服务，约六分钟，仅此一次',
  );
  const begun = Date.now();
  const minutes = () => Math.round((Date.now() - begun) / 60_000);
  const clock = setInterval(() => say(`still building the Temporal server (${minutes()} min) …`), 60_000);
  const partial = `${cached}.${process.pid}`;
  try {
    await run('go', ['build', '-trimpath', '-o', partial, 'github.com/temporalio/cli/cmd/temporal'], {
      cwd: join(ROOT, 'tools', 'temporal'),
      env: goEnvironment(),
    });
    renameSync(partial, cached);
    say(`the Temporal server is built (${minutes()} min)`);
    return { path: cached };
  } catch (error) {
    return { failed: `build with Go · 编译失败: ${error.message.split('\n').slice(0, 4).join(' ')}` };
  } finally {
    clearInterval(clock);
  }
}

/** Go wants a home for its caches; without one they lie in ours. */
function goEnvironment() {
  if (process.env.HOME) return process.env;
  return { ...process.env, GOPATH: join(cacheDir(), 'go'), GOCACHE: join(cacheDir(), 'go-build') };
}

function cacheDir() {
  if (process.env.SALESCLOSE_CACHE) return resolve(process.env.SALESCLOSE_CACHE);
  const home = process.env.HOME || homedir();
  const base = process.env.XDG_CACHE_HOME || join(home, process.platform === 'darwin' ? 'Library/Caches' : '.cache');
  return join(base, 'salesclose');
}

async function answers(path) {
  try {
    return (await run(path, ['--version'], { timeoutMs: 10_000 })).startsWith('temporal version');
  } catch {
    return false;
  }
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function noWay(tried) {
  return [
    '没有可用的 Temporal 服务程序。已尝试 · no Temporal server could be had. Tried:',
    ...tried.map((line) => `  - ${line}`),
    '任选其一 · any one of these helps:',
    '  - 安装 temporal 命令行 1.5.1 并放入 PATH，或以 TEMPORAL_CLI_PATH 指明 · install the temporal CLI 1.5.1 on PATH, or name it in TEMPORAL_CLI_PATH',
    '  - 以 TEMPORAL_ADDRESS 使用已有的 Temporal 服务 · use a Temporal server of your own by TEMPORAL_ADDRESS',
    '  - 安装 Go 1.25 或更新版本后重试 · install Go 1.25 or newer and try again',
  ].join('\n');
}
