import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SourceStops } from '../../sources/trouble';
import { quiet } from '../close/office';
import { CommandLine } from '../door/command';
import { MONTH, openPullHouse, type PullHouse } from './house';
import { startHouseWorker, type HouseWorker } from './worker';

let house: PullHouse;
let worker: HouseWorker;
let cli: CommandLine;
const admin = { as: 'admin' };
const preparer = { as: 'preparer' };
beforeAll(async () => {
  quiet();
  house = await openPullHouse();
  house.server.fillDays(MONTH, 3);
  house.server.fillRecords(MONTH, 5);
  worker = await startHouseWorker(house);
  cli = new CommandLine(house);
});
afterAll(async () => {
  await worker.stop();
  await house.close();
});

test('a source file is refused with each fault and its line, and a secret has no place in it', async () => {
  const path = cli.file(
    'bad.yaml',
    'name: Till\nsystem: memory\nsettings:\n  endpoint: ftp://x\n  token: hush-hush-hush\ncolour: red\n',
  );
  const { code, stderr } = await cli.run(`source add ${house.code} ${path}`, admin);
  expect(code).toBe(1);
  for (const part of [
    'SOURCE_FILE_INVALID',
    'line 1 name',
    'line 4 settings.endpoint',
    'line 5 settings.token',
    'line 6 colour',
  ])
    expect(stderr).toContain(part);
  expect(stderr).toContain('SALESCLOSE_SOURCE_');
  expect(stderr).not.toContain('hush-hush-hush');
  const unknown = cli.file('unknown.yaml', 'name: till\nsystem: abacus\n');
  expect((await cli.run(`source add ${house.code} ${unknown}`, admin)).stderr).toContain('one of memory');
  expect((await cli.run(`source add ${house.code} ${path} token=x`, admin)).code).toBe(2);
});

test('a source is added, shown with where its secrets are looked for, changed, paused and taken up again', async () => {
  const path = cli.file('till.yaml', 'name: till\nsystem: memory\nsettings: {endpoint: "https://till.example"}\n');
  const added = await cli.run(`source add ${house.code} ${path}`, admin);
  expect([added.code, added.stdout]).toEqual([
    0,
    expect.stringContaining(`SALESCLOSE_SOURCE_${house.code.toUpperCase().replace('-', '_')}_TILL_TOKEN`),
  ]);
  expect((await cli.run(`source add ${house.code} ${path}`, admin)).stderr).toContain('SOURCE_EXISTS');
  const other = cli.file(
    'till2.yaml',
    'name: till\nsystem: memory\nsettings: {endpoint: "https://two.example", tokenFile: /srv/t}\n',
  );
  expect((await cli.run(`source set ${house.code} till ${other} --json`, admin)).json.settings).toEqual({
    endpoint: 'https://two.example',
    tokenFile: '/srv/t',
  });
  await cli.run(`source pause ${house.code} till`, admin);
  const list = await cli.run(`source list ${house.code} --json`, { as: 'auditor' });
  expect(list.json.map(({ source, active }: { source: string; active: boolean }) => [source, active])).toEqual([
    ['cards', true],
    ['till', false],
  ]);
  expect((await cli.run(`source resume ${house.code} till`, preparer)).stderr).toContain('ROLE_MISSING');
  expect((await cli.run(`source resume ${house.code} till --json`, admin)).json.active).toBe(true);
});

test('test says what is fine and what is missing; a secret others can read is refused with the command that mends it', async () => {
  const tested = await cli.run(`source test ${house.code} cards`, admin);
  expect(tested.code).toBe(1);
  expect(tested.stdout).toContain('✓ sign-in');
  expect(tested.stdout).toContain('order_no: SO-1');
  expect(tested.stdout).toContain('✗ invoices');

  const missing = await cli.run(`source test ${house.code} till`, admin);
  expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining('SECRET_MISSING')]);
  const folder = join(house.dataDir, 'secrets', house.code, 'till');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'token'), 'for-everybody');
  chmodSync(join(folder, 'token'), 0o644);
  await cli.run(
    `source set ${house.code} till ${cli.file('t.yaml', 'name: till\nsystem: memory\nsettings: {endpoint: "https://till.example"}\n')}`,
    admin,
  );
  expect((await cli.run(`source test ${house.code} till`, admin)).stderr).toContain('chmod 600');
});

test('a dry pull counts and stores nothing; a pull waits and shows the days; what is missing ends it with 1', async () => {
  const dry = await cli.run(`source pull ${house.code} cards ${MONTH} --dry --json`, preparer);
  expect(
    dry.json.findings.map(({ subject, rows, bytes }: Record<string, unknown>) => [subject, rows ?? bytes]),
  ).toEqual([
    ...[1, 2, 3].map((day) => [`trade/${MONTH}-0${day}`, expect.any(Number)]),
    ['customers', 1],
    ['orders', 5],
  ]);
  expect(await house.rows('SELECT FROM source_part')).toEqual([]);
  expect(await house.rows('SELECT FROM batch')).toEqual([]);

  house.server.troubles.set(
    `trade/${MONTH}-02`,
    () => new SourceStops('SOURCE_NOT_ALLOWED', { zh: '无权限', en: 'not allowed' }),
  );
  const held = await cli.run(`source pull ${house.code} cards ${MONTH}`, preparer);
  expect(held.code).toBe(1);
  expect(held.stdout).toContain('01✓ 02✗ 03✓');
  expect(held.stdout).toContain(`missing: 刷卡流水 ${MONTH}-02 · card takings ${MONTH}-02 · SOURCE_NOT_ALLOWED`);
  house.server.troubles.clear();
  const whole = await cli.run(`source pull ${house.code} cards ${MONTH} --json`, preparer);
  expect([whole.code, whole.json.complete, whole.json.whole]).toEqual([0, true, 5]);
  const status = await cli.run(`source status ${house.code} ${MONTH}`, { as: 'auditor' });
  expect(status.stdout).toContain('channel-csv  01✓ 02✓ 03✓');
  expect(status.stdout).toContain('orders');
});

test('a mapping goes out as a file, comes back, and is held against what the system knows', async () => {
  const out = await cli.run(`source mapping ${house.code} cards`, { as: 'auditor' });
  expect(out.stdout).toContain('order_no: name');
  const edited = cli.file('mapping.yaml', out.stdout.replace('order_no: name', 'order_no: number__c'));
  expect((await cli.run(`source mapping ${house.code} cards --set ${edited} --json`, admin)).json).toMatchObject({
    version: 1,
    mapping: { objects: { orders: { columns: { order_no: 'number__c', gross_amount: 'amount' } } } },
  });
  const wrong = cli.file(
    'wrong.yaml',
    'objects:\n  orders:\n    columns:\n      colour: red\n  bills: {columns: {a: "b c"}}\n',
  );
  const refused = await cli.run(`source mapping ${house.code} cards --set ${wrong}`, admin);
  for (const part of ['SOURCE_MAPPING_INVALID', 'line 4 objects.orders.columns.colour', 'line 5 objects.bills'])
    expect(refused.stderr).toContain(part);
});
