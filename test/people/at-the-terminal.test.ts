import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandLine } from '../door/command';
import { exceptionId, openHouse, type House, type TestMonth } from '../door/house';
import { monthOf } from './many';

const ID = exceptionId;
let house: House;
let month: TestMonth;
let line: CommandLine;
beforeAll(async () => {
  house = await openHouse();
  line = new CommandLine(house);
});
afterAll(() => house.close());
beforeEach(async () => {
  month = await monthOf(house, [
    { difference: '60.00', kind: 'missing_in_finance', left: ['orders SO1 60.00'], customer: 'C1' },
    { difference: '40.00', kind: 'missing_in_finance', left: ['orders SO2 40.00'], customer: 'C2' },
    { difference: '-99.40', kind: 'missing_in_sales', right: ['ledger V1 99.40'] },
    { difference: '5.00', kind: 'amount_differs', left: ['orders SO3 25.00'], right: ['ledger V3 20.00'] },
  ]);
});

const as = (login: string, words: string): ReturnType<CommandLine['run']> => {
  const [command, ...rest] = words.split(' ');
  return line.run([command, 'qinghe', month.month, ...rest].join(' '), { as: login });
};

test('a clerk matches by hand, is told what is left, settles it, exports the voucher, and takes it back', async () => {
  const ids = [ID(1), ID(2), ID(3)].join(' ');
  const refused = await as('preparer', `match ${ids} --reason one~delivery`);
  expect([refused.code, refused.stdout]).toEqual([1, '']);
  expect(refused.stderr).toMatch(/MATCH_LEAVES_DIFFERENCE.*0\.60 CNY.*--write-off/);
  const matched = await as('preparer', `match ${ids} --reason one~delivery --write-off`);
  expect(matched.stdout).toMatch(
    /^已匹配 matched [0-9a-f-]{36} · 余差 left over 0\.60 CNY\n凭证建议 journal proposals 1\n$/,
  );
  const listed = await as('auditor', 'matches --rule by-hand --json');
  expect(listed.json).toMatchObject([{ rule: 'by-hand', state: 'confirmed', difference: '0.60' }]);

  const file = join(line.home, 'voucher.csv');
  expect((await as('auditor', `journal --format csv --out ${file}`)).stdout).toBe(`${file}\n`);
  expect(readFileSync(file, 'utf8')).toMatch(/^\ufeffentry_no,line_no,posting_date,account,.*\r\nTZ-\d{4}-\d\d-1,1,/);

  const match = listed.json[0].id as string;
  expect((await as('reviewer', `unmatch ${match} --reason not~so`)).stdout).toMatch(/open again 3/);
  const again = await as('reviewer', `undo ${ID(1)} --reason twice`);
  expect([again.code, again.stderr]).toEqual([1, expect.stringMatching(/NOTHING_TO_UNDO/)]);
}, 120_000);

test('the same request again matches nothing twice, and the trail tells each word once', async () => {
  const body = { exceptions: [ID(1), ID(2), ID(3)], reason: 'one delivery', settle: 'write_off' };
  const send = (): ReturnType<House['as']> =>
    house.as('preparer', 'POST', `${month.path}/matches`, body, `key-${month.month}`);
  const [first, second] = [await send(), await send()];
  expect([second.status, second.body]).toEqual([200, first.body]);
  expect(second.headers['idempotent-replayed']).toBe('true');
  await house.as('reviewer', 'POST', `${month.path}/undo`, { ids: [ID(2)], reason: 'not so' });
  const { body: trail } = await house.as(
    'auditor',
    'GET',
    `/api/v1/companies/qinghe/audit?month=${month.month}&limit=1000`,
  );
  const told = trail.filter(({ action }: { action: string }) => action.startsWith('exceptions.'));
  expect(told).toMatchObject([
    {
      action: 'exceptions.matched',
      actor: 'preparer',
      detail: { action: 'match', exceptions: 3, difference: '0.6', role: 'preparer' },
    },
    { action: 'exceptions.undone', actor: 'reviewer', detail: { action: 'undo', exceptions: 3, reason: 'not so' } },
  ]);
});

test('lists are filtered, sorted, paged and grouped, and a cause is resolved by its key', async () => {
  const page = await as('auditor', 'exceptions --sort difference --limit 1 --json');
  expect(page.json.map((row: { id: string }) => row.id)).toEqual([ID(3)]);
  const place = /--after (\S+?)[，,]/.exec(page.stderr)![1]!;
  const next = await as('auditor', `exceptions --sort difference --limit 1 --after ${place} --json`);
  expect(next.json.map((row: { id: string }) => row.id)).toEqual([ID(1)]);
  expect((await as('auditor', 'exceptions --customer c1 --min 50')).stdout).toContain(ID(1));
  expect((await as('auditor', 'exceptions --text nowhere')).stdout).toBe('没有差异 · no exceptions\n');
  const groups = await as('auditor', 'exceptions --group cause --json');
  expect(groups.json[0]).toMatchObject({ key: 'orders-ledger:missing_in_finance:-:whole', count: 2, open: 2 });
  expect((await as('auditor', 'exceptions --group cause')).stdout).toContain('2 笔 订单与总账 财务缺失：整笔没有对应');
  const resolved = await as(
    'preparer',
    'resolve --cause orders-ledger:missing_in_finance:-:whole --action adjust --reason book',
  );
  expect(resolved.stdout).toBe('已处理 resolved 2 · adjust\n凭证建议 journal proposals 2\n');
  const taken = await as('reviewer', `resolve ${ID(1)} --action accept --reason mine`);
  expect(taken.stderr).toMatch(/ALREADY_ANSWERED.*preparer.*--replace/);
  expect((await as('reviewer', `resolve ${ID(1)} --action accept --reason mine --replace`)).code).toBe(0);
}, 120_000);

test('work is given away, commented on, and proved by a file that comes back', async () => {
  expect((await as('preparer', 'assign --kind missing_in_finance --to reviewer')).stdout).toBe(
    '已分派 assigned 2 → reviewer\n',
  );
  expect((await as('auditor', 'exceptions --assignee reviewer --json')).json).toHaveLength(2);
  await as('reviewer', `comment ${ID(1)} --text asked~the~customer`);
  const proof = line.file('proof.txt', '客户来函');
  const attached = await as('reviewer', `attach ${ID(1)} --file ${proof} --json`);
  expect(attached.json).toMatchObject({ file: 'proof.txt' });
  const notes = await as('auditor', `notes ${ID(1)}`);
  expect(notes.stdout).toMatch(/→ reviewer[\s\S]*asked the customer[\s\S]*proof\.txt/);
  const copy = join(line.home, 'copy.txt');
  await as('auditor', `notes ${ID(1)} --save ${attached.json.evidence as string} --out ${copy}`);
  expect(readFileSync(copy, 'utf8')).toBe('客户来函');
}, 120_000);

test('wrong usage is told before anything is asked', async () => {
  for (const words of [
    `match ${ID(1)} ${ID(2)}`,
    `match ${ID(1)} ${ID(2)} --reason x --write-off --adjust`,
    `assign ${ID(1)} --kind overpaid --to reviewer`,
    'assign --to reviewer',
    'exceptions --min lots',
    'exceptions --group cause --csv',
    'journal --format pdf --out x',
    `notes ${ID(1)} --save abc`,
    'attach not-an-id --file nowhere',
  ]) {
    const { code, stdout } = await as('preparer', words);
    expect([words, code, stdout]).toEqual([words, 2, '']);
  }
}, 120_000);
