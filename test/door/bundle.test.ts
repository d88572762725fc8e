import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lockAndSeal } from '../../store/lock';
import { approveMonth, figuresOf, fillMonth, makeCompany } from '../seal/books';
import { CommandLine } from './command';
import { openHouse, type House } from './house';

/** Where nothing answers, and nobody is signed in: an auditor's own machine. */
const ALONE = { env: { SALESCLOSE_URL: 'http://127.0.0.1:1' } };

let house: House;
let line: CommandLine;
const run: CommandLine['run'] = (args, options) => line.run(args, options);
beforeAll(async () => {
  house = await openHouse();
  line = new CommandLine(house);
  const books = await makeCompany(house.pool, 'baiyun');
  await house.as('admin', 'PUT', '/api/v1/companies/baiyun/people/auditor', { roles: ['auditor'] });
  const periodId = await fillMonth(house.pool, books, '2026-10', 20);
  await approveMonth(house.pool, books, periodId);
  const keysDir = join(house.dataDir, 'keys');
  mkdirSync(house.dataDir, { recursive: true });
  await lockAndSeal(house.pool, { periodId, keysDir, figuresHash: figuresOf });
  await fillMonth(house.pool, books, '2026-11', 5);
});
afterAll(() => house.close());

describe('an evidence bundle', () => {
  test('is written for who may read, and verifies on a machine that knows nobody', async () => {
    const written = await run('audit bundle baiyun 2026-10 --out october.zip', { as: 'auditor' });
    expect(written).toMatchObject({ code: 0, stdout: 'october.zip\n' });
    const verified = await run('audit verify baiyun --bundle october.zip', ALONE);
    expect([verified.code, verified.stderr]).toEqual([0, '']);
    expect(verified.stdout).toMatch(/2026-10 +相符 ok/);
    expect(verified.stdout).toMatch(/the public key comes from the bundle itself/);
    const { json } = await run('audit verify baiyun --bundle october.zip --json', ALONE);
    expect(json).toMatchObject({ ok: true, company: 'baiyun', key: { source: 'bundle' }, audit: { ok: true } });
    expect(verified.stdout).toContain(json.key.fingerprints[0]);
  }, 60_000);

  test('is held against a key that was got otherwise', async () => {
    await run('audit bundle baiyun all --out all.zip', { as: 'auditor' });
    const own = line.file('own.pub', readFileSync(join(house.dataDir, 'keys/seal.pub'), 'utf8'));
    const good = await run(`audit verify baiyun --bundle all.zip --key ${own}`, ALONE);
    expect(good).toMatchObject({ code: 0 });
    expect(good.stdout).toMatch(/given with --key/);
    const other = line.file('other.pub', 'MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=');
    const bad = await run(`audit verify baiyun --bundle all.zip --key ${other} --json`, ALONE);
    expect(bad).toMatchObject({ code: 1, json: { ok: false } });
    expect(bad.stderr).toMatch(/错误 KEY_UNKNOWN：.*\nerror KEY_UNKNOWN: /);
    expect((await run(`audit verify baiyun --key ${own}`, ALONE)).code).toBe(2);
    const none = await run(`audit verify baiyun --bundle all.zip --key all.zip`, ALONE);
    expect(none.stderr).toMatch(/KEY_FILE_UNREADABLE/);
  }, 60_000);

  test('that was changed or cut off ends with 1 and its code, a missing file with 2, in both languages', async () => {
    await run('audit bundle baiyun 2026-10 --out whole.zip', { as: 'auditor' });
    const bytes = readFileSync(join(line.home, 'whole.zip'));
    writeFileSync(join(line.home, 'cut.zip'), bytes.subarray(0, bytes.length - 100));
    const cut = await run('audit verify baiyun --bundle cut.zip', ALONE);
    expect([cut.code, cut.stdout]).toEqual([1, '']);
    expect(cut.stderr).toMatch(/错误 BUNDLE_UNREADABLE：.*\nerror BUNDLE_UNREADABLE: /);
    const gone = await run('audit verify baiyun --bundle gone.zip', ALONE);
    expect([gone.code, gone.stdout]).toEqual([2, '']);
    expect(gone.stderr).toMatch(/没有文件 gone.zip.*there is no file gone.zip/);
  }, 60_000);

  test('is refused while the month is open, and to strangers, and leaves no file behind', async () => {
    const open = await run('audit bundle baiyun 2026-11 --out november.zip', { as: 'auditor' });
    expect([open.code, open.stderr]).toEqual([1, expect.stringMatching(/NOT_SEALED_YET/)]);
    expect((await house.as('stranger', 'GET', '/api/v1/companies/baiyun/audit/bundle')).status).toBe(404);
    expect((await run('audit verify baiyun --bundle november.zip', ALONE)).code).toBe(2);
  }, 60_000);
});

test('a file that is not there is wrong usage, said in both languages, and nothing is sent', async () => {
  line.file('company.yaml', 'code: x1\n');
  for (const args of [
    'import qinghe 2026-10 orders-csv gone.csv',
    'import qinghe 2026-10 orders-csv company.yaml gone.csv',
    'company add gone.csv',
    'company set gone.csv',
    'company set qinghe gone.csv',
  ]) {
    const { code, stderr, stdout } = await run(args, ALONE);
    expect([args, code, stdout]).toEqual([args, 2, '']);
    expect(stderr).toMatch(/没有文件 gone.csv，请检查路径 · there is no file gone.csv/);
  }
  const folder = await run('import qinghe 2026-10 orders-csv .', ALONE);
  expect([folder.code, folder.stderr]).toEqual([2, expect.stringMatching(/\. 不是文件 · \. is not a file/)]);
}, 60_000);
