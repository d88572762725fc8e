import { join } from 'node:path';
import { CommandLine, type Outcome } from './command';
import { exceptionId, monthInReview, newMonth, openHouse, type House } from './house';

let house: House;
let line: CommandLine;
const run: CommandLine['run'] = (args, options) => line.run(args, options);
const file: CommandLine['file'] = (name, text) => line.file(name, text);
beforeAll(async () => {
  house = await openHouse();
  line = new CommandLine(house);
});
afterAll(() => house.close());

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

describe('import', () => {
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
    expect(code).toBe(2);
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
    const report = await run(`report qinghe ${month} --format pdf --out ${join(line.home, 'r.pdf')}`, {
      as: 'auditor',
    });
    expect([report.code, report.stderr]).toEqual([1, expect.stringMatching(/NOT_CLOSED_YET/)]);
    const verified = await run('audit verify qinghe --json', { as: 'auditor' });
    expect([verified.code, verified.json.ok, verified.json.months]).toEqual([0, true, []]);
  }, 60_000);

  test('invariants that hold end with 0; one that does not is named and ends with 1', async () => {
    await house.as('admin', 'POST', '/api/v1/companies', 'code: blank\nname: x');
    expect((await run('audit invariants blank --json', { as: 'admin' })).json.ok).toBe(true);
    const { month } = newMonth();
    const path = file('lost.csv', 'rows that are counted and not there');
    await settling('accepted', KEPT, () => run(`import qinghe ${month} orders-csv ${path} --json`, { as: 'preparer' }));
    const broken = await run('audit invariants qinghe', { as: 'auditor' });
    expect([broken.code, broken.stderr]).toEqual([
      1,
      expect.stringMatching(/BATCH_ROWS_ARE_THERE.*counted 2, found 0/),
    ]);
  }, 60_000);
});
