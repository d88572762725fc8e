import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { testFolder } from '../support';
import { COMPANY_FILE, exceptionId, monthInReview, newMonth, openHouse, PASSWORD, type House } from './house';

const ROOT = join(__dirname, '../..');
let house: House;
let home: string;
beforeAll(async () => {
  house = await openHouse();
  home = testFolder('cli');
});
afterAll(() => house.close());

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly json: any;
}

/** Runs the command as a person with a home of his own. */
function run(
  args: string,
  options: { as?: string; password?: string; input?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Outcome> {
  const words = args.split(' ').map((word) => word.replace(/~/g, ' '));
  const identity =
    options.as === undefined ? {} : { SALESCLOSE_USER: options.as, SALESCLOSE_PASSWORD: options.password ?? PASSWORD };
  const env = {
    PATH: process.env['PATH'],
    HOME: home,
    SALESCLOSE_URL: house.url,
    SALESCLOSE_DATA: home,
    ...identity,
    ...options.env,
  };
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['-r', join(__dirname, 'run-typescript.cjs'), join(ROOT, 'cli/main.ts'), ...words],
      { env, cwd: home, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : Number(error.code);
        resolve({
          code,
          stdout,
          stderr,
          json: args.includes('--json') && stdout !== '' ? JSON.parse(stdout) : undefined,
        });
      },
    );
    child.stdin!.end(options.input ?? '');
  });
}

const file = (name: string, text: string): string => {
  const path = join(home, name);
  writeFileSync(path, text);
  return path;
};

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
    const kept = join(home, '.config/salesclose/sessions.json');
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
  const twice = await run(`company add ${join(home, 'company.yaml')}`, { as: 'admin' });
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

describe('import', () => {
  /** Stands in for the worker: settles each batch as soon as it is received. */
  const settling = async (state: string, more: string, work: () => Promise<Outcome>): Promise<Outcome> => {
    const timer = setInterval(() => {
      void house.pool.query(
        `UPDATE batch SET state = $1, settled_at = now(), ${more} WHERE state = 'received' AND settled_at IS NULL`,
        [state],
      );
    }, 100);
    try {
      return await work();
    } finally {
      clearInterval(timer);
    }
  };
  const KEPT = `rows_in = 2, rows_kept = 2, totals = '{"CNY": {"rowsIn": "5.00", "kept": "5.00", "rejected": "0", "excluded": "0"}}'`;

  test('gives one object for one file and an array for several, and knows the same bytes again', async () => {
    const { month } = newMonth();
    const [one, two] = [file('one.csv', 'a\n1\n'), file('two.csv', 'a\n2\n')];
    const first = await settling('accepted', KEPT, () =>
      run(`import qinghe ${month} orders-csv ${one} --json`, { as: 'preparer' }),
    );
    expect([first.code, first.json]).toEqual([
      0,
      {
        ...{
          batch: first.json.batch,
          kind: 'orders-csv',
          file: 'one.csv',
          rowsIn: 2,
          accepted: 2,
          rejected: 0,
          excluded: 0,
          parked: 0,
        },
        ...{
          totals: { CNY: { rowsIn: '5.00', accepted: '5.00', rejected: '0', excluded: '0', parked: '0.00' } },
          evidence: first.json.evidence,
        },
      },
    ]);
    const both = await settling('accepted', KEPT, () =>
      run(`import qinghe ${month} orders-csv ${one} ${two} --json`, { as: 'preparer' }),
    );
    expect(both.json.map((batch: { duplicateOf?: number }) => batch.duplicateOf)).toEqual([
      first.json.batch,
      undefined,
    ]);
    expect(both.code).toBe(0);
  });

  test('a refused file ends with 1 and its code; the others still go in', async () => {
    const { month } = newMonth();
    const paths = [file('bad.csv', 'b'), file('good.csv', 'g')];
    const refusal = `refusal = '{"code": "HEADER_MISSING", "reason": {"zh": "缺少表头", "en": "no header"}}'`;
    const done = await settling('refused', refusal, () =>
      run(`import qinghe ${month} orders-csv ${paths.join(' ')} --json`, { as: 'preparer' }),
    );
    expect([done.code, done.json.length]).toEqual([1, 2]);
    expect(done.stderr).toMatch(/错误 HEADER_MISSING：缺少表头\nerror HEADER_MISSING: no header/);
  });

  test('a file that is not there is told before anything is sent', async () => {
    const { code, stderr } = await run('import qinghe 2026-10 orders-csv /nowhere.csv', { as: 'preparer' });
    expect(code).toBe(1);
    expect(stderr).toMatch(/nowhere\.csv/);
  });
});

describe('a month in review', () => {
  test('exceptions come as JSON, lines or CSV, filtered; then they are resolved and the month reviewed', async () => {
    const { month, figuresHash } = await monthInReview(house.pool, [
      { id: exceptionId(1), difference: '5.00' },
      { id: exceptionId(2), difference: '-3.50', kind: 'overpaid' },
    ]);
    const all = await run(`exceptions qinghe ${month} --json`, { as: 'reviewer' });
    expect(all.json.map((row: { difference: string; state: string }) => [row.difference, row.state])).toEqual([
      ['5.00', 'open'],
      ['-3.50', 'open'],
    ]);
    const lines = await run(`exceptions qinghe ${month} --kind overpaid --ndjson`, { as: 'reviewer' });
    expect(
      lines.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).id),
    ).toEqual([exceptionId(2)]);
    expect((await run(`exceptions qinghe ${month} --csv`, { as: 'reviewer' })).stdout.split('\r\n')).toHaveLength(4);

    const status = await run(`close status qinghe ${month} --json`, { as: 'reviewer' });
    expect(status.json).toMatchObject({
      stage: 'review',
      figuresHash,
      counts: { open: 2 },
      blockers: [{ code: 'OPEN_EXCEPTIONS' }],
    });
    expect((await run(`close status qinghe ${month}`, { as: 'auditor' })).stdout).toMatch(/▶复核.*·审批/);

    expect(
      (await run(`resolve qinghe ${month} ${exceptionId(1)} --action adjust --reason booked`, { as: 'preparer' })).code,
    ).toBe(0);
    expect(
      (
        await run(`resolve qinghe ${month} --kind overpaid --action carry_over --reason refund~next~month --json`, {
          as: 'preparer',
        })
      ).json.resolved,
    ).toBe(1);
    const late = await run(`review qinghe ${month} --reason fine`, { as: 'reviewer' });
    expect([late.code, late.stderr]).toEqual([1, expect.stringMatching(/FIGURES_CHANGED/)]);
  }, 60_000);

  test('nobody is kept waiting where nothing can move: blockers on stderr, exit 1', async () => {
    const { month, periodId } = await monthInReview(house.pool, [{ id: exceptionId(1), difference: '5.00' }]);
    // As the dispatcher leaves them.
    const timer = setInterval(
      () => void house.pool.query(`UPDATE outbox SET state = 'SENT' WHERE period_id = $1`, [periodId]),
      100,
    );
    try {
      const reached = await run(`close start qinghe ${month} --json`, { as: 'preparer' });
      expect([reached.code, reached.json.stage]).toEqual([0, 'review']);
      const { code, stderr, json } = await run(`close start qinghe ${month} --until approve --json`, {
        as: 'preparer',
      });
      expect([code, json.stage]).toEqual([1, 'review']);
      expect(stderr).toMatch(/OPEN_EXCEPTIONS 未处理差异 open exceptions × 1/);
    } finally {
      clearInterval(timer);
    }
  }, 60_000);

  test('a report that is not there yet, and a verification of a company without seals, say so', async () => {
    const { month } = await monthInReview(house.pool, []);
    const report = await run(`report qinghe ${month} --format pdf --out ${join(home, 'r.pdf')}`, { as: 'auditor' });
    expect([report.code, report.stderr]).toEqual([1, expect.stringMatching(/NOT_CLOSED_YET/)]);
    const verified = await run('audit verify qinghe --json', { as: 'auditor' });
    expect([verified.code, verified.json.ok, verified.json.months]).toEqual([0, true, []]);
    const invariants = await run('audit invariants qinghe --json', { as: 'auditor' });
    expect(invariants.json.invariants.filter((one: { ok: boolean }) => !one.ok)).toEqual([]);
  }, 60_000);
});

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
  mkdirSync(join(home, 'run'), { recursive: true });
  writeFileSync(join(home, 'run/worker.pid'), `${process.pid}\n`);
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
