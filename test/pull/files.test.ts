import { Client } from 'pg';
import { pullOnce } from '../../activities/pull-source';
import { workOf } from '../../store/decisions/ground';
import { SourceStops, SourceWaits } from '../../sources/trouble';
import { takings } from './memory-system';
import { MONTH, openPullHouse, type PullHouse } from './house';

let house: PullHouse;
beforeEach(async () => {
  house = await openPullHouse();
  house.server.fillDays(MONTH, 5);
});
afterEach(() => house.close());

const waits = (retryAt?: Date) => (): Error => new SourceWaits('SOURCE_BUSY', { zh: '忙', en: 'busy' }, retryAt);
const stops = (): Error => new SourceStops('SOURCE_NOT_ALLOWED', { zh: '无权限', en: 'not allowed' });
const batches = () =>
  house.rows<{ id: number; state: string; file: string; replaces: number | null; importer: string | null }>(
    `SELECT b.id, b.state, b.file_name AS file, b.replaces, p.login AS importer FROM batch b LEFT JOIN person p ON p.id = b.imported_by ORDER BY b.id`,
  );

test('a month of daily files arrives, one batch a day, as the import of whoever asked', async () => {
  house.server.files.set(`trade/${MONTH}-04`, 'empty');
  await house.ask();
  expect(await house.pull()).toMatchObject({ state: 'complete', nextTryAt: null, parts: 5, whole: 5, codes: [] });
  const month = await house.month();
  expect(month).toMatchObject({ state: 'complete', complete: true, whole: 5, askedBy: 'preparer' });
  expect(month.parts.map(({ state, rows }) => [state, rows])).toEqual([
    ['arrived', 1],
    ['arrived', 1],
    ['arrived', 1],
    ['empty', 0],
    ['arrived', 1],
  ]);
  expect(month.parts[3]!.said).toEqual({ zh: '当日无交易', en: 'nothing that day' });
  const made = await batches();
  expect(made.map(({ state, importer }) => [state, importer])).toEqual(Array(4).fill(['accepted', 'preparer']));
});

test('one part that fails stops no other, is named as missing, and comes later', async () => {
  house.server.troubles.set(`trade/${MONTH}-02`, waits());
  house.server.troubles.set(`trade/${MONTH}-03`, stops);
  await house.ask();
  const first = await house.pull();
  expect(first).toMatchObject({ state: 'waiting', whole: 3, codes: ['SOURCE_BUSY', 'SOURCE_NOT_ALLOWED'] });
  const { parts, complete } = await house.month();
  expect([complete, ...parts.map(({ state }) => state)]).toEqual([
    false,
    'arrived',
    'waiting',
    'stopped',
    'arrived',
    'arrived',
  ]);
  const lost = await house.rows<{ title_en: string }>(
    `SELECT m.title_en FROM period p, missing_parts(p.id) m WHERE p.month = $1 ORDER BY m.day`,
    [MONTH],
  );
  expect(lost.map(({ title_en }) => title_en)).toEqual([`card takings ${MONTH}-02`, `card takings ${MONTH}-03`]);

  house.server.troubles.clear();
  house.server.asked.length = 0;
  house.clock.now = new Date(first.nextTryAt!);
  // What has stopped waits for a person, however often the rest is tried.
  expect(await house.pull()).toMatchObject({ state: 'stopped', whole: 4 });
  expect(house.server.asked).toEqual([`trade/${MONTH}-02`]);
  await house.ask();
  expect(await house.pull()).toMatchObject({ state: 'complete', whole: 5 });
});

test('a part that waits is tried after one minute, two, four, and never before the system said', async () => {
  house.server.troubles.set(`trade/${MONTH}-02`, waits());
  await house.ask();
  const pauses: number[] = [];
  for (let i = 0; i < 9; i++) {
    const { nextTryAt } = await house.pull();
    pauses.push((Date.parse(nextTryAt!) - house.clock.now.getTime()) / 60_000);
    house.clock.now = new Date(nextTryAt!);
  }
  const expected = [1, 2, 4, 8, 16, 32, 60, 60, 60];
  pauses.forEach((pause, i) => {
    expect(pause).toBeGreaterThanOrEqual(expected[i]!);
    expect(pause).toBeLessThanOrEqual(expected[i]! * 1.2 + 0.001);
  });
  const tomorrow = new Date(house.clock.now.getTime() + 86_400_000);
  house.server.troubles.set(`trade/${MONTH}-02`, waits(tomorrow));
  expect((await house.pull()).nextTryAt).toBe(tomorrow.toISOString());
});

test('a bill that is made later is not asked for before its time', async () => {
  const at = new Date(house.clock.now.getTime() + 3_600_000);
  house.server.parts[4] = { ...house.server.parts[4]!, notBefore: at };
  await house.ask();
  const outcome = await house.pull();
  expect([outcome.state, outcome.codes]).toEqual(['waiting', ['SOURCE_NOT_READY']]);
  expect(Date.parse(outcome.nextTryAt!)).toBeGreaterThanOrEqual(at.getTime());
  expect(house.server.asked).not.toContain(`trade/${MONTH}-05`);
});

test('a source that cannot be asked at all, or has nothing yet, is missing as a whole', async () => {
  house.server.troubles.set('parts', stops);
  await house.ask();
  expect(await house.pull()).toMatchObject({ state: 'stopped', parts: 0, codes: ['SOURCE_NOT_ALLOWED'] });
  expect((await house.month()).problem!.code).toBe('SOURCE_NOT_ALLOWED');
  house.server.troubles.clear();
  const { parts } = house.server;
  house.server.parts = [];
  await house.ask();
  expect(await house.pull()).toMatchObject({ state: 'waiting', codes: ['SOURCE_NOTHING_YET'] });
  house.server.parts = parts;
  await house.ask();
  expect(await house.pull()).toMatchObject({ state: 'complete', whole: 5, codes: [] });
});

test('known bytes change nothing; other bytes replace the batch before the cut-off and are parked after it', async () => {
  await house.ask();
  await house.pull();
  await house.ask();
  await house.pull();
  expect((await house.month()).parts.map(({ state }) => state)).toEqual(Array(5).fill('unchanged'));
  expect(await batches()).toHaveLength(5);

  const [first] = await batches();
  house.server.files.set(`trade/${MONTH}-01`, takings(`${MONTH}-01`, ['10.00', '7.00']));
  await house.ask();
  await house.pull();
  const [old, , , , , fresh] = await batches();
  expect([old!.state, fresh!.state, fresh!.replaces]).toEqual(['replaced', 'accepted', first!.id]);

  await house.rows('UPDATE period SET cutoff_at = now() WHERE month = $1', [MONTH]);
  house.server.files.set(`trade/${MONTH}-01`, takings(`${MONTH}-01`, ['10.00', '7.00', '3.00']));
  await house.ask();
  expect((await house.pull()).state).toBe('complete');
  const late = (await batches()).at(-1)!;
  expect([late.state, late.replaces]).toEqual(['parked', null]);
  expect((await batches())[5]!.state).toBe('accepted');
});

test('a file that is refused stops its part with the code and the reason', async () => {
  house.server.files.set(`trade/${MONTH}-02`, 'nothing,of,this\n1,2,3\n');
  await house.ask();
  expect(await house.pull()).toMatchObject({ state: 'stopped', whole: 4 });
  const part = (await house.month()).parts[1]!;
  expect(part).toMatchObject({ state: 'stopped', code: 'MISSING_COLUMN' });
  expect(part.said!.zh).not.toBe('');
});

test('a killed import is gone on with, once', async () => {
  await house.ask();
  const broken = {
    ...house.resources,
    importBatch: () => Promise.reject(Object.assign(new Error('gone'), { code: '57P01' })),
  };
  const [ids] = await house.rows<{ sourceId: number; periodId: number }>(
    'SELECT source_id AS "sourceId", period_id AS "periodId" FROM source_pull',
  );
  await expect(pullOnce(broken, ids!, new AbortController().signal)).rejects.toThrow('gone');
  expect((await batches()).map(({ state }) => state)).toEqual(['received']);
  expect(await house.pull()).toMatchObject({ state: 'complete' });
  expect((await batches()).map(({ state }) => state)).toEqual(Array(5).fill('accepted'));
});

test('who asked for what was imported does not review; what the close asked for is nobody’s', async () => {
  await house.as('admin', 'PUT', `${house.C}/people/both`, {
    roles: ['preparer', 'reviewer'],
    password: 'four quiet words here',
  });
  await house.rows(`UPDATE source SET active = false`);
  await house.as('admin', 'POST', `${house.C}/sources/cards/resume`, {});
  await house.as('preparer', 'POST', `${house.P}/close/start`, {});
  await house.pull();
  expect((await batches()).map(({ importer }) => importer)).toEqual(Array(5).fill(null));
  const work = async (login: string) => {
    const [{ period, person }] = (await house.rows<{ period: number; person: number }>(
      'SELECT p.id AS period, w.id AS person FROM period p, person w WHERE w.login = $1',
      [login],
    )) as [{ period: number; person: number }];
    return workOf(house.pool, period, person);
  };
  expect((await work('preparer')).imported).toBe(false);
  house.server.files.set(`trade/${MONTH}-01`, takings(`${MONTH}-01`, ['11.00']));
  await house.ask('preparer');
  await house.pull();
  expect((await work('preparer')).imported).toBe(true);
});

test('two pulls of one source at once: the second waits for the first', async () => {
  await house.ask();
  let release = (): void => undefined;
  const held = new Promise<void>((done) => (release = done));
  const { importBatch } = house.resources;
  Object.assign(house.resources, {
    importBatch: async (batch: number, signal: AbortSignal) => {
      await held;
      return importBatch(batch, signal);
    },
  });
  const first = house.pull();
  await new Promise((done) => setTimeout(done, 300));
  expect(await house.pull()).toMatchObject({ state: 'waiting', codes: ['SOURCE_BUSY'] });
  release();
  expect(await first).toMatchObject({ state: 'complete' });
  expect(await batches()).toHaveLength(5);
});

test('a paused source is not waited for, and a locked month takes no pull', async () => {
  await house.as('admin', 'POST', `${house.C}/sources/cards/pause`, {});
  const refused = await house.as('preparer', 'POST', `${house.P}/sources/cards/pull`, {});
  expect([refused.status, refused.body.code]).toEqual([409, 'SOURCE_PAUSED']);
  await house.as('admin', 'POST', `${house.C}/sources/cards/resume`, {});
  await house.ask();
  const superuser = new Client({ connectionString: house.database.superuserUrl });
  await superuser.connect();
  await superuser.query('SET session_replication_role = replica');
  await superuser.query('UPDATE period SET locked_at = now()');
  await superuser.end();
  expect(await house.pull()).toMatchObject({ state: 'stopped', parts: 0 });
  expect((await house.as('preparer', 'POST', `${house.P}/sources/cards/pull`, {})).body.code).toBe('PERIOD_LOCKED');
  await expect(
    house.rows(
      `INSERT INTO source_record SELECT source_id, period_id, 'orders', 'x', now(), false, '{}', 1, 1 FROM source_pull`,
    ),
  ).rejects.toThrow('the month is locked');
});

test('after fourteen days nobody tries any more by himself, and it is said', async () => {
  house.server.troubles.set(`trade/${MONTH}-02`, waits());
  await house.ask();
  expect((await house.pull()).state).toBe('waiting');
  house.clock.now = new Date(house.clock.now.getTime() + 14 * 86_400_000 + 60_000);
  expect((await house.pull()).state).toBe('stopped');
  const month = await house.month();
  expect([month.state, month.problem!.code]).toEqual(['stopped', 'SOURCE_GIVEN_UP']);
  house.server.troubles.clear();
  house.clock.now = new Date();
  await house.ask();
  expect((await house.pull()).state).toBe('complete');
});

test('a file that the database itself cannot take holds up its own part alone', async () => {
  const { importBatch } = house.resources;
  const isSecond = async (batch: number): Promise<boolean> =>
    (await house.rows<{ n: string }>('SELECT file_name AS n FROM batch WHERE id = $1', [batch]))[0]!.n.endsWith(
      '02.csv',
    );
  Object.assign(house.resources, {
    importBatch: async (batch: number, signal: AbortSignal) => {
      if (await isSecond(batch)) await house.rows('SELECT 1 / 0');
      return importBatch(batch, signal);
    },
  });
  await house.ask();
  expect(await house.pull()).toMatchObject({ state: 'waiting', whole: 4, codes: ['SOURCE_FAILED'] });
});

test('what a system throws unasked is its part’s own affair, even where it looks like our database', async () => {
  house.server.troubles.set(`trade/${MONTH}-02`, () =>
    Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }),
  );
  await house.ask();
  expect(await house.pull()).toMatchObject({ state: 'waiting', whole: 4, codes: ['SOURCE_FAILED'] });
});

test('a file that has come stays whole where it cannot be asked for again', async () => {
  await house.ask();
  await house.pull();
  house.server.troubles.set(`trade/${MONTH}-02`, stops);
  await house.ask();
  expect(await house.pull()).toMatchObject({ state: 'complete', whole: 5 });
  expect((await house.month()).parts[1]).toMatchObject({ state: 'unchanged', code: 'SOURCE_NOT_ALLOWED' });
});

test('two companies cannot have sources whose secrets have the same variables', async () => {
  const [first = '', second = ''] = house.code.split('-');
  await house.as('admin', 'POST', '/api/v1/companies', `code: ${first}${second}\nname: 一\n`);
  await house.as('admin', 'POST', '/api/v1/companies', `code: ${first}${second}-x\nname: 二\n`);
  const file = (name: string): string => `name: ${name}\nsystem: memory\nsettings: {endpoint: "https://a.example"}\n`;
  const add = (company: string, name: string) =>
    house.as('admin', 'POST', `/api/v1/companies/${company}/sources`, file(name));
  expect((await add(`${first}${second}-x`, 'till')).status).toBe(201);
  expect((await add(`${first}${second}`, 'x-till')).body.code).toBe('SOURCE_NAME_TAKEN');
});
