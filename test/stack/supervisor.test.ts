import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { PART_NAMES, type PartName } from '../../worker/stack/part';
import { isListening } from '../../worker/stack/ports';
import { send, sleep } from '../../worker/stack/processes';
import { temporalAnswers } from '../../worker/stack/temporal';
import { startStack, testFolder, until, type Stack } from '../support';
import { spawnSupervisor } from '../support/stack';

const RESTART_MS = 10_000;

async function answers(stack: Stack): Promise<boolean> {
  const response = await fetch(`${stack.url}/health`).catch(() => undefined);
  return response?.status === 200;
}

async function ask(stack: Stack, sql: string): Promise<unknown[]> {
  const url = readFileSync(join(stack.dataDir, 'app.url'), 'utf8').trim();
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function serversAnswer(stack: Stack): Promise<boolean> {
  const database = await ask(stack, 'SELECT 1').catch(() => undefined);
  return database !== undefined && (await temporalAnswers(`127.0.0.1:${stack.ports.temporal}`, 'default'));
}

describe('the supervisor', () => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await startStack();
  });
  afterAll(() => stack.remove());

  it('starts every part with a pid file that tells the truth', async () => {
    for (const name of PART_NAMES) expect(stack.part(name)).toBeDefined();
    expect(await answers(stack)).toBe(true);
    expect(await isListening(stack.ports.smtp)).toBe(true);
    expect(await isListening(stack.ports.temporalUi)).toBe(true);
  });

  it('says where the mails it caught can be read', async () => {
    const address = /mails sent\s+(http:\S+)/.exec(stack.output())?.[1] ?? '';
    expect(await (await fetch(address)).text()).toContain('No mail yet');
  });

  it('leaves the application role address readable by its owner only', () => {
    for (const name of ['app.url', 'owner.url', 'postgres.secrets']) {
      expect(statSync(join(stack.dataDir, name)).mode & 0o777).toBe(0o600);
    }
  });

  it('lets the application role in, which is no owner and no superuser', async () => {
    const rows = await ask(stack, 'SELECT current_user AS name, rolsuper FROM pg_roles WHERE rolname = current_user');
    expect(rows).toEqual([{ name: 'salesclose_app', rolsuper: false }]);
    await expect(ask(stack, 'CREATE TABLE forbidden (a integer)')).rejects.toThrow('permission denied');
  });

  it.each<PartName>(['smtp', 'worker', 'api', 'temporal', 'postgres'])(
    'restarts %s within ten seconds',
    async (name) => {
      const before = stack.part(name)!.pid;
      stack.kill(name);
      const back = await until(() => (stack.part(name)?.pid ?? before) !== before, RESTART_MS);
      expect(back).toBe(true);
      expect(await until(() => answers(stack), RESTART_MS)).toBe(true);
      expect(await until(() => serversAnswer(stack), RESTART_MS)).toBe(true);
    },
  );

  it('is not started twice: the second prints the address and ends well', async () => {
    const second = spawnSupervisor(stack.dataDir, stack.ports);
    let printed = '';
    second.stdout?.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    const code = await new Promise((done) => second.once('exit', done));
    expect(code).toBe(0);
    expect(printed).toContain(stack.url);
    expect(await answers(stack)).toBe(true);
  });

  it('takes its children with it when it is killed, and the next start goes on', async () => {
    await ask(stack, "INSERT INTO failed_sign_in (login, address) VALUES ('kept', '127.0.0.1')");
    expect(PART_NAMES.filter((name) => stack.part(name) === undefined)).toEqual([]);
    send(stack.supervisor.pid!, 'SIGKILL');
    const ended = await until(() => PART_NAMES.every((name) => stack.part(name) === undefined), 5_000);
    expect(ended).toBe(true);

    stack = await startStack({ from: stack });
    expect(await ask(stack, "SELECT login FROM failed_sign_in WHERE login = 'kept'")).toHaveLength(1);
    expect(stack.output()).not.toContain('one-time secret');
  });

  it('takes over at once from one that was killed, stopping what still runs', async () => {
    const left = stack.part('api')!;
    send(stack.supervisor.pid!, 'SIGKILL');
    stack = await startStack({ from: stack });
    expect(stack.part('api')!.pid).not.toBe(left.pid);
    expect(await answers(stack)).toBe(true);
  });

  it('stops everything cleanly within thirty seconds and leaves no pid file', async () => {
    const begun = Date.now();
    expect(await stack.stop()).toBe(0);
    expect(Date.now() - begun).toBeLessThan(30_000);
    for (const name of PART_NAMES) expect(existsSync(join(stack.dataDir, 'run', `${name}.pid`))).toBe(false);
    expect(readFileSync(join(stack.dataDir, 'logs', 'postgres.log'), 'utf8')).toContain('database system is shut down');
  });
});

describe('a supervisor that cannot start', () => {
  it('ends with the npm that started it, whatever ended that', async () => {
    const again = await startStack({ underNpm: true });
    try {
      again.supervisor.kill('SIGKILL');
      const runDir = join(again.dataDir, 'run');
      await until(() => PART_NAMES.every((name) => !existsSync(join(runDir, `${name}.pid`))), 30_000);
      expect(await answers(again)).toBe(false);
    } finally {
      await again.remove();
    }
  });

  it('names the port another program holds and how to choose another', async () => {
    const { createServer } = await import('node:net');
    const stranger = createServer();
    const port = await new Promise<number>((done) => {
      stranger.listen(0, '127.0.0.1', () => done((stranger.address() as { port: number }).port));
    });
    const dataDir = testFolder('taken');
    const ports = { api: port, postgres: 0, temporal: 0, temporalUi: 0, smtp: 0, mailWeb: 0 };
    const supervisor = spawnSupervisor(dataDir, ports);
    let printed = '';
    supervisor.stderr?.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    const code = await new Promise((done) => supervisor.once('exit', done));
    stranger.close();
    await sleep(50);
    expect(code).toBe(1);
    expect(printed).toContain(`端口 ${port}`);
    expect(printed).toContain('SALESCLOSE_PORT');
  });
});
