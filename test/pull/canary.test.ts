import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { SourceStops } from '../../sources/trouble';
import { until } from '../support';
import { MONTH, openPullHouse, TOKEN, type PullHouse } from './house';
import { startHouseWorker, type HouseWorker } from './worker';

/** Forms in which a secret could stand somewhere. */
const CANARIES = [TOKEN, Buffer.from(TOKEN).toString('base64'), Buffer.from(TOKEN).toString('hex')];
const logged: string[] = [];
const answers: string[] = [];
let house: PullHouse;
let worker: HouseWorker;

beforeAll(async () => {
  Runtime.install({
    logger: new DefaultLogger('DEBUG', (entry) => logged.push(inspect(entry, { depth: 10 }))),
    shutdownSignals: [],
  });
  house = await openPullHouse();
  house.server.fillDays(MONTH, 4);
  house.server.fillRecords(MONTH, 5);
  // What goes to the worker's log is hunted too.
  Object.assign(house.resources, { warn: (line: string) => logged.push(line) });
  worker = await startHouseWorker(house);
});
afterAll(async () => {
  await worker.stop();
  await house.close();
});

const say = async (...asked: Parameters<PullHouse['as']>): Promise<Awaited<ReturnType<PullHouse['as']>>> => {
  const answer = await house.as(...asked);
  answers.push(answer.text);
  return answer;
};

test('a secret appears in no table, file, log, history or answer, whatever goes wrong with it', async () => {
  const leaks = (words: string) =>
    new SourceStops('SOURCE_NOT_ALLOWED', { zh: `拒绝 ${words}`, en: `refused ${words}` });
  const { troubles } = house.server;
  troubles.set(`trade/${MONTH}-01`, (access) => new Error(`https://x.example/?token=${access.secret('token')}`));
  troubles.set(`trade/${MONTH}-02`, (access) => leaks(access.secret('token')));
  troubles.set(`trade/${MONTH}-03`, (access) => leaks(CANARIES[1]! + encodeURIComponent(access.secret('token'))));
  await say('preparer', 'POST', `${house.P}/sources/cards/pull`, {});
  const stands = async (): Promise<boolean> => ['waiting', 'stopped'].includes((await house.month()).state);
  expect(await until(stands, 20_000)).toBe(true);
  const { parts } = await house.month();
  expect(parts.slice(0, 4).map(({ code }) => code)).toEqual([
    'SOURCE_FAILED',
    'SOURCE_NOT_ALLOWED',
    'SOURCE_NOT_ALLOWED',
    null,
  ]);
  expect(parts[1]!.said).toEqual({ zh: '拒绝 ***', en: 'refused ***' });

  troubles.set('test', (access) => leaks(access.secret('token')));
  await probe(await say('admin', 'POST', `${house.C}/sources/cards/test`, {}));
  await probe(await say('preparer', 'POST', `${house.P}/sources/cards/dry-pull`, {}));
  const file = `name: other\nsystem: memory\nsettings: {endpoint: "https://x.example", token: ${TOKEN}}\n`;
  const refused = await say('admin', 'POST', `${house.C}/sources`, file);
  expect([refused.status, refused.body.code, refused.body.faults[0].line]).toEqual([422, 'SOURCE_FILE_INVALID', 3]);
  await say('admin', 'PUT', `${house.C}/sources/cards`, file.replace('other', 'cards'));
  for (const path of [
    `${house.C}/sources`,
    `${house.C}/sources/cards`,
    `${house.P}/sources`,
    `${house.P}/close`,
    `${house.C}/audit`,
  ])
    await say('auditor', 'GET', path);

  expect(found(answers.join('\n'))).toEqual([]);
  expect(logged.length).toBeGreaterThan(3);
  expect(logged.join('\n')).toContain('token=***');
  expect(found(logged.join('\n'))).toEqual([]);
  expect(await inDatabase()).toEqual([]);
  expect(found(await histories())).toEqual([]);
  expect(filesBelow(house.dataDir).filter((path) => found(readFileSync(path, 'latin1')).length > 0)).toEqual([]);
});

test('the hunt itself finds a canary that is there', async () => {
  await house.rows(`INSERT INTO idempotency_key VALUES (1, 'k', 'r', 200, $1)`, [JSON.stringify({ leaked: TOKEN })]);
  expect(await inDatabase()).toEqual(['idempotency_key']);
  expect(await histories()).toContain('"source":"cards"');
});

const found = (text: string): string[] => CANARIES.filter((canary) => text.includes(canary));

async function probe({ body }: { body: { probe: number } }): Promise<void> {
  const path = `${house.C}/sources/cards/probes/${body.probe}`;
  const isDone = async (): Promise<boolean> => {
    const { state } = (await say('auditor', 'GET', path)).body as { state: string };
    return state === 'done' || state === 'failed';
  };
  expect(await until(isDone, 20_000)).toBe(true);
}

/** The tables in which any canary stands. */
async function inDatabase(): Promise<string[]> {
  const tables = await house.rows<{ name: string }>(
    `SELECT c.oid::regclass::text AS name FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
        AND NOT c.relispartition AND has_table_privilege(c.oid, 'SELECT') ORDER BY 1`,
  );
  const hits: string[] = [];
  for (const { name } of tables) {
    const rows = await house.rows<{ n: number }>(
      `SELECT count(*)::int AS n FROM ${name} t WHERE EXISTS (SELECT FROM unnest($1::text[]) AS c(canary) WHERE t::text LIKE '%' || c.canary || '%')`,
      [CANARIES],
    );
    if (rows[0]!.n > 0) hits.push(name);
  }
  return hits;
}

/** Everything that Temporal keeps of this house's runs, payloads decoded. */
async function histories(): Promise<string> {
  const texts: string[] = [];
  const collect = (value: unknown): void => {
    if (value instanceof Uint8Array) texts.push(Buffer.from(value).toString('utf8'));
    else if (typeof value === 'string') texts.push(value);
    else if (value !== null && typeof value === 'object') Object.values(value).forEach(collect);
  };
  for await (const run of worker.client.workflow.list({ query: `TaskQueue = '${worker.taskQueue}'` })) {
    collect(await worker.client.workflow.getHandle(run.workflowId, run.runId).fetchHistory());
  }
  return texts.join('\n');
}

function filesBelow(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const path = join(dir, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}
