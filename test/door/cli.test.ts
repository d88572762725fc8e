import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandLine } from './command';
import { COMPANY_FILE, openHouse, PASSWORD, type House } from './house';

let house: House;
let line: CommandLine;
const run: CommandLine['run'] = (args, options) => line.run(args, options);
const file: CommandLine['file'] = (name, text) => line.file(name, text);
beforeAll(async () => {
  house = await openHouse();
  line = new CommandLine(house);
});
afterAll(() => house.close());

describe('exit codes', () => {
  test('0 for help and version, 2 for wrong usage, with the reason on stderr', async () => {
    expect((await run('--help')).code).toBe(0);
    expect((await run('--version')).stdout).toMatch(/^\d+\.\d+\.\d+/);
    const wrong = [
      'nonsense',
      'close begin qinghe 2026-10',
      'close start qinghe 2026-13',
      'close start qinghe 2026-10 --until tomorrow',
      'import qinghe 2026-10 excel-sheet a.xlsx',
      'review qinghe 2026-10',
      'resolve qinghe 2026-10 --action accept --reason x',
      'exceptions qinghe 2026-10 --json --csv',
      'report qinghe 2026-10 --format docx --out a',
    ];
    for (const args of wrong) {
      const { code, stdout, stderr } = await run(args, { as: 'preparer' });
      expect([args, code, stdout]).toEqual([args, 2, '']);
      expect(stderr).not.toBe('');
    }
  }, 120_000);

  test('1 for a refusal, with its code in both languages and nothing on stdout', async () => {
    const { code, stdout, stderr } = await run('company show nowhere --json', { as: 'preparer' });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(
      /^错误 COMPANY_NOT_FOUND：没有公司 nowhere.*\nerror COMPANY_NOT_FOUND: there is no company nowhere/,
    );
  });

  test('1 when nothing answers, saying what to do', async () => {
    const { code, stderr } = await run('doctor', { env: { SALESCLOSE_URL: 'http://127.0.0.1:1' } });
    expect(code).toBe(1);
    expect(stderr).toMatch(/npm start/);
  });
});

describe('identity', () => {
  test('login keeps the token for this user only, and the next command needs no password', async () => {
    expect((await run('company show --json')).stderr).toMatch(/SIGN_IN_FIRST.*salesclose login/);
    const { code, stdout, stderr } = await run('login preparer --password-stdin', { input: `${PASSWORD}\n` });
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toMatch(/signed in as preparer/);
    const kept = join(line.home, '.config/salesclose/sessions.json');
    expect(statSync(kept).mode & 0o777).toBe(0o600);
    expect(readFileSync(kept, 'utf8')).not.toContain(PASSWORD);
    expect((await run('company show --json')).json).toEqual([
      { code: 'qinghe', name: '青禾商贸有限公司', roles: ['preparer'] },
    ]);
  });

  test('a kept token serves the next call; another password is not served by it', async () => {
    const sessions = async (): Promise<number> =>
      (
        await house.pool.query(
          `SELECT count(*)::int AS n FROM session s JOIN person p ON p.id = s.person_id WHERE p.login = 'auditor'`,
        )
      ).rows[0].n;
    await run('company show qinghe', { as: 'auditor' });
    const before = await sessions();
    await run('company show qinghe', { as: 'auditor' });
    expect(await sessions()).toBe(before);
    const wrong = await run('company show qinghe', { as: 'auditor', password: 'not the password' });
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('SIGN_IN_REFUSED')]);
  });

  test('a token that was ended is replaced without asking', async () => {
    await run('company show qinghe', { as: 'reviewer' });
    await house.pool.query(
      `UPDATE session SET revoked_at = now() WHERE person_id = (SELECT id FROM person WHERE login = 'reviewer')`,
    );
    expect((await run('company show qinghe', { as: 'reviewer' })).code).toBe(0);
  });
});

test('a company and its people are set up by commands alone', async () => {
  const source = COMPANY_FILE.replace('qinghe', 'nanshan').replace('青禾', '南山');
  expect((await run(`company add ${file('company.yaml', source)} --json`, { as: 'admin' })).json).toMatchObject({
    code: 'nanshan',
    policyVersion: 1,
  });
  const twice = await run(`company add ${join(line.home, 'company.yaml')}`, { as: 'admin' });
  expect([twice.code, twice.stderr]).toEqual([1, expect.stringContaining('COMPANY_EXISTS')]);
  const bad = await run(`company set ${file('bad.yaml', `${source}colour: red\n`)}`, { as: 'admin' });
  expect(bad.stderr).toMatch(/COMPANY_FILE_INVALID.*line 6 colour/);
  expect(
    (await run(`company set ${file('new.yaml', `${source}timezone: Asia/Urumqi\n`)} --json`, { as: 'admin' })).json
      .policyVersion,
  ).toBe(2);

  const added = await run(
    'person add nanshan wang --role preparer reviewer --name 王芳 --email wang@nanshan.cn --password-stdin --json',
    {
      as: 'admin',
      input: 'a long enough word\n',
    },
  );
  expect(added.json).toEqual({ login: 'wang', name: '王芳', roles: ['preparer', 'reviewer'], created: true });
  const again = await run('person add nanshan wang --role auditor --json', { as: 'admin' });
  expect(again.json).toMatchObject({ roles: ['auditor', 'preparer', 'reviewer'], created: false });
  expect((await run('company show nanshan', { as: 'wang', password: 'a long enough word' })).stdout).toMatch(
    /# nanshan 南山商贸有限公司 .* 2\ncode: nanshan/,
  );
}, 60_000);

test('a schedule is set, shown, paused and resumed', async () => {
  await run('schedule set qinghe --day 3 --hour 5', { as: 'admin' });
  const timer = setInterval(() => void house.pool.query('UPDATE schedule SET applied_at = now()'), 200);
  try {
    expect((await run('schedule pause qinghe --json', { as: 'admin' })).json).toMatchObject({
      day: 3,
      hour: 5,
      paused: true,
      applied: true,
    });
    expect((await run('schedule show qinghe', { as: 'auditor' })).stdout).toMatch(/次月 3 日 5 时.*暂停/);
    expect((await run('schedule set qinghe --day 31', { as: 'admin' })).code).toBe(1);
  } finally {
    clearInterval(timer);
  }
}, 60_000);

test('doctor tells processes by pid file, and checks when someone is signed in', async () => {
  mkdirSync(join(line.home, 'run'), { recursive: true });
  writeFileSync(join(line.home, 'run/worker.pid'), `${process.pid}\n`);
  const { json } = await run('doctor --json', { as: 'auditor' });
  expect(json).toMatchObject({
    ok: true,
    parts: [{ name: 'worker', pid: process.pid, running: true }],
    api: { status: 'ok' },
  });
  expect(json.checks.map((check: { name: string }) => check.name)).toEqual(
    expect.arrayContaining(['database', 'migrations', 'clock', 'disk', 'outbox']),
  );
  expect(json.checks.filter((check: { state: string }) => check.state === 'fail')).toEqual([]);
});
