import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../../domain/problem';
import { loadConfig, loadEnvFile, mailUrlPath, type Config } from '../config';
import { installationOf, loadSampleOnce, makeFirstPeople, type Installation } from './first-run';
import { becomeSupervisor, resignSupervisor } from './running';
import { makeDataDir, Supervisor } from './supervisor';

/** `npm start` after set-up: runs the whole product until it is asked to stop. */
async function main(): Promise<void> {
  loadEnvFile();
  const config = loadConfig(process.env, process.argv.slice(2));
  makeDataDir(config);
  const runDir = join(config.dataDir, 'run');
  const running = await becomeSupervisor(runDir, config.apiUrl);
  if (running) {
    tell(`已在运行 · already running: ${running}`);
    return;
  }
  const supervisor = new Supervisor(config, tell);
  stopOnSignals(supervisor, runDir);
  try {
    await run(config, supervisor);
  } catch (error) {
    if (supervisor.stopping) return;
    complain(error);
    await supervisor.stop();
    resignSupervisor(runDir);
    process.exit(1);
  }
}

async function run(config: Config, supervisor: Supervisor): Promise<void> {
  const installation = installationOf(config);
  await supervisor.prepare();
  await supervisor.startServers();
  const oneTimeSecret = await makeFirstPeople(config, installation);
  if (oneTimeSecret)
    tell(`管理员 admin 的一次性密码（仅显示一次）· one-time secret of admin, shown once: ${oneTimeSecret}`);
  await supervisor.startProduct();
  printAddresses(config);
  printSignIns(config, installation);
  tell(`salesclose ready ${config.apiUrl}`);
  if (installation === 'sample' && !config.empty) await loadSampleOnce(config, tell);
}

function stopOnSignals(supervisor: Supervisor, runDir: string): void {
  let asked = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (asked) {
      supervisor.kill();
      process.exit(1);
    }
    asked = true;
    tell(`正在停止 · stopping (${signal})`);
    void supervisor.stop().finally(() => {
      resignSupervisor(runDir);
      process.exit(0);
    });
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  stopWithNpm(stop);
}

/** Started by npm, it ends with npm: whoever ends `npm start` by its id means the whole product, and npm passes on not every signal. */
function stopWithNpm(stop: (signal: NodeJS.Signals) => void): void {
  if (process.env['npm_lifecycle_event'] !== 'start') return;
  const npm = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === npm) return;
    clearInterval(watch);
    stop('SIGTERM');
  }, 1_000);
  watch.unref();
}

function printAddresses(config: Config): void {
  const { ports, given } = config;
  tell('');
  tell(`  接口与控制台 API        ${config.apiUrl}  (openapi.json, health)`);
  if (!given.smtp) tell(`  发出的邮件 mails sent   ${readFileSync(mailUrlPath(config.dataDir), 'utf8')}`);
  if (!given.temporal) tell(`  流程 Temporal UI        http://127.0.0.1:${ports.temporalUi}`);
  if (!given.database) tell(`  数据库 PostgreSQL       127.0.0.1:${ports.postgres}  (app.url)`);
  tell(`  数据文件夹 data         ${config.dataDir}`);
}

function printSignIns(config: Config, installation: Installation): void {
  if (installation === 'sample') {
    tell('  登录 sign in as         preparer reviewer approver controller cashier auditor admin');
    tell('  样例密码 password       salesclose-sample');
  }
  if (config.adminPassword) tell('  管理员 admin            SALESCLOSE_ADMIN_PASSWORD');
  tell('');
}

function tell(line: string): void {
  process.stdout.write(`${line}\n`);
}

function complain(error: unknown): void {
  if (error instanceof Problem) process.stderr.write(`${error.reason.zh}\n${error.reason.en}\n`);
  else console.error(error);
}

process.stdout.on('error', () => undefined); // the reader of our output went away; the product goes on
void main();
