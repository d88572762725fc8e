import { createImportActivities } from '../../activities/import-batch';
import { parseProfile } from '../../domain/profile-file';
import { CommandLine } from '../door/command';
import { C, P } from '../door/house';
import { ACQUIRER, asCsv, ICBC, VOUCHER_ROWS } from './files';
import { openOffice, type Office } from './office';

const BANK = `name: bank
relation: bank_entry
account: "6222000011112222"
columns: {booked_on: 日期, amount: {debit: 支出, credit: 收入}, bank_reference: 流水号}
key: [流水号]
`;
const ROWS = '日期,支出,收入,流水号,摘要\n2026-10-01,,100.00,1,甲\n2026-10-02,30.00,,2,乙\n';
let office: Office;
let line: CommandLine;
beforeAll(async () => {
  office = await openOffice();
  line = new CommandLine(office);
});
afterAll(() => office.close());

test('a mapping file is kept in versions, each with its author; the same file again is none', async () => {
  const first = await office.add(BANK);
  expect(first.body).toMatchObject({
    name: 'bank',
    version: 1,
    relation: 'bank_entry',
    channel: 'bank',
    author: 'preparer',
  });
  const again = await office.as('admin', 'POST', `${C}/profiles`, BANK);
  expect([again.status, again.body.version]).toEqual([200, 1]);
  const second = await office.as(
    'admin',
    'POST',
    `${C}/profiles`,
    BANK.replace('流水号}', '流水号, description: 摘要}'),
  );
  expect([second.status, second.body.version, second.body.author]).toEqual([201, 2, 'admin']);
  const listed = await office.as('auditor', 'GET', `${C}/profiles`);
  expect(listed.body.map((one: { name: string; version: number }) => [one.name, one.version])).toContainEqual([
    'bank',
    2,
  ]);
  expect((await office.as('auditor', 'GET', `${C}/profiles/bank?version=1`)).body.source).toBe(BANK);
  const trail = await office.as('auditor', 'GET', `${C}/audit?action=profile.added`);
  expect(trail.body.map((entry: { actor: string; subject: string }) => [entry.actor, entry.subject])).toEqual([
    ['preparer', 'bank'],
    ['admin', 'bank'],
  ]);
});

test('a mapping file is written by administrators and preparers, and read by everybody of the company', async () => {
  for (const login of ['reviewer', 'approver', 'controller', 'cashier', 'auditor']) {
    expect((await office.as(login, 'POST', `${C}/profiles`, BANK)).body.code).toBe('ROLE_MISSING');
    expect((await office.as(login, 'GET', `${C}/profiles/bank`)).status).toBe(200);
  }
  expect((await office.as('stranger', 'GET', `${C}/profiles`)).body.code).toBe('COMPANY_NOT_FOUND');
  expect(
    (await office.as('stranger', 'POST', `${P}/profiles/bank/try?fileName=a.csv`, Buffer.from(ROWS))).body.code,
  ).toBe('COMPANY_NOT_FOUND');
  expect(
    (await office.as('cashier', 'POST', `${P}/imports?kind=profile:bank&fileName=a.csv`, Buffer.from(ROWS))).body.code,
  ).toBe('ROLE_MISSING');
});

test('a mapping file with faults, for other rows than before, or that is not there is refused', async () => {
  const faulty = await office.as(
    'preparer',
    'POST',
    `${C}/profiles`,
    BANK.replace('relation: bank_entry', 'relation: bank'),
  );
  expect([faulty.status, faulty.body.code, faulty.body.faults[0].line]).toEqual([422, 'PROFILE_INVALID', 2]);
  const turned =
    'name: bank\nrelation: channel_transaction\ncolumns: {transaction_no: 号, occurred_at: 时, type: 型, gross_amount: 额}\n';
  expect((await office.as('preparer', 'POST', `${C}/profiles`, turned)).body.code).toBe('PROFILE_RELATION_FIXED');
  expect((await office.as('preparer', 'GET', `${C}/profiles/none`)).body.code).toBe('PROFILE_NOT_FOUND');
  expect(
    (await office.as('preparer', 'POST', `${P}/imports?kind=profile:none&fileName=a.csv`, Buffer.from(ROWS))).body.code,
  ).toBe('PROFILE_NOT_FOUND');
  expect(
    (await office.as('preparer', 'POST', `${P}/imports?kind=profile:NO!&fileName=a.csv`, Buffer.from(ROWS))).body.code,
  ).toBe('BAD_REQUEST');
  expect(
    (await office.as('preparer', 'POST', '/api/v1/profiles/proposal?fileName=a.csv', Buffer.from('a,b\n1,2\n'))).body
      .code,
  ).toBe('NO_HEADER_FOUND');
});

test('a batch is read by the version it came with, and remembers relation and channel', async () => {
  const pos = parseProfile((await office.propose(ACQUIRER, '&name=late')).yaml);
  await office.add((await office.propose(ACQUIRER, '&name=late')).yaml);
  const begun = await office.as(
    'preparer',
    'POST',
    `${P}/imports?kind=profile:late&fileName=a.csv`,
    Buffer.from(ACQUIRER),
  );
  await office.add(
    `name: late\nrelation: channel_transaction\nchannel: cash\ncolumns: {transaction_no: 别, occurred_at: 的, type: {value: payment}, gross_amount: 列}\n`,
  );
  const { rows: held } = await office.pool.query<{ content: unknown; version: number }>(
    'SELECT f.content, f.version FROM batch b JOIN profile f ON f.id = b.profile_id WHERE b.id = $1',
    [begun.body.batch],
  );
  expect(held).toEqual([{ content: pos, version: 1 }]);
  await createImportActivities({ pool: office.pool, dataDir: office.dataDir }).importBatch({
    batchId: begun.body.batch,
  });
  const { rows } = await office.pool.query('SELECT relation, channel, state, rows_kept FROM batch WHERE id = $1', [
    begun.body.batch,
  ]);
  expect(rows).toEqual([{ relation: 'channel_transaction', channel: 'card', state: 'accepted', rows_kept: 4 }]);
});

test('a trial says what an import would do, and stores nothing', async () => {
  const count = async (): Promise<unknown> =>
    (
      await office.pool.query(
        'SELECT (SELECT count(*) FROM evidence) AS files, (SELECT count(*) FROM batch) AS batches',
      )
    ).rows[0];
  const before = await count();
  const trial = await office.try('bank', `${ROWS}2026-09-30,,5.00,3,丙\nbad,,1.00,4,丁\n合计,30.00,106.00,,\n`);
  expect(trial).toMatchObject({
    rowsIn: 5,
    accepted: 2,
    rejected: 1,
    excluded: 2,
    otherMonth: 1,
    totals: { CNY: '70.00' },
    refusal: null,
  });
  expect(trial.rows[1]).toEqual({
    line: 3,
    inPeriod: true,
    values: expect.objectContaining({ booked_on: '2026-10-02', amount: '-30.00', description: '乙' }),
  });
  expect(trial.rejectedRows).toEqual([
    expect.objectContaining({ line: 5, column: '日期', value: 'bad', code: 'BAD_DATE' }),
  ]);
  const refused = await office.try('bank', '日期,支出,流水号\n');
  expect(refused.refusal).toMatchObject({ code: 'MISSING_COLUMN', line: 1 });
  expect(await count()).toEqual(before);
});

test('what is rejected comes back corrected through the same mapping file, and a lost line does not unbalance its voucher', async () => {
  await office.add((await office.propose(asCsv(VOUCHER_ROWS), '&name=u8')).yaml);
  const bad = VOUCHER_ROWS.map((row) => row.map((cell) => (cell === '1,420.29' ? '1,42O.29' : cell)));
  const first = await office.import('u8', asCsv(bad));
  expect(first).toMatchObject({ state: 'accepted', accepted: 4, rejected: 1 });
  const rejected = await office.as('preparer', 'GET', `${P}/rejected?format=csv&batch=${first.batch}`);
  const corrected = rejected.text.replaceAll('1,42O.29', '1,420.29');
  const second = await office.import('u8', corrected);
  expect(second).toMatchObject({ state: 'accepted', accepted: 1, rejected: 0 });
  const { rows } = await office.pool.query(
    `SELECT entry_no, line_no, credit::text FROM ledger_entry WHERE id >> 32 = $1`,
    [second.batch],
  );
  expect(rows).toEqual([{ entry_no: '记-12', line_no: '3', credit: '1420.29' }]);
  const unbalanced = VOUCHER_ROWS.map((row) => row.map((cell) => (cell === '1,420.29' ? '1,420.28' : cell))).slice(
    0,
    4,
  );
  const refusal = await office.import(
    'u8',
    asCsv(unbalanced.map((row) => row.map((cell) => (cell === '12' ? '99' : cell)))),
  );
  expect(refusal.refusal).toMatchObject({ code: 'UNBALANCED_VOUCHER', value: '记-99' });
});

test('at the terminal a clerk proposes a mapping file, adds, tries and shows it', async () => {
  line.file('流水.csv', ICBC);
  const proposed = await line.run('profile propose 流水.csv --name terminal --out terminal.yaml', { as: 'preparer' });
  expect([proposed.code, proposed.stdout]).toEqual([
    0,
    expect.stringMatching(/^terminal\.yaml\n.*booked_on.*\n +6 .*2026-10-05 .*12345\.60/s),
  ]);
  expect((await line.run('profile add qinghe terminal.yaml', { as: 'preparer' })).stdout).toMatch(
    /terminal · 版本 version 1/,
  );
  const tried = await line.run('profile try qinghe 2026-10 terminal 流水.csv --json', { as: 'preparer' });
  expect(tried.json).toMatchObject({ rowsIn: 5, accepted: 3, refusal: null });
  const wrong = await line.run('profile try qinghe 2026-10 bank 流水.csv', { as: 'preparer' });
  expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringMatching(/MISSING_COLUMN|WRONG_KIND/)]);
  expect((await line.run('profile show qinghe terminal', { as: 'auditor' })).stdout).toContain('relation: bank_entry');
  expect((await line.run('profile list qinghe', { as: 'auditor' })).stdout).toMatch(/terminal +1 +bank_entry/);
  expect((await line.run('import qinghe 2026-10 profil:bank 流水.csv', { as: 'preparer' })).code).toBe(2);
}, 120_000);
