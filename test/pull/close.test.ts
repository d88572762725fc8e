import { pullWorkflowId } from '../../domain/source-words';
import { SourceWaits } from '../../sources/trouble';
import { quiet } from '../close/office';
import { COMPANY_FILE } from '../door/house';
import { until } from '../support';
import { MONTH, openPullHouse, type PullHouse } from './house';
import { takings } from './memory-system';
import { startHouseWorker, type HouseWorker } from './worker';

let house: PullHouse;
let worker: HouseWorker;
beforeEach(async () => {
  quiet();
  house = await openPullHouse();
  house.server.fillDays(MONTH, 5);
  worker = await startHouseWorker(house);
});
afterEach(async () => {
  await worker.stop();
  await house.close();
});

const LOST = `trade/${MONTH}-03`;
const lose = (): void => {
  house.server.troubles.set(LOST, () => new SourceWaits('SOURCE_BUSY', { zh: '忙', en: 'busy' }));
};
interface Status {
  readonly stage: string;
  readonly blockers: { code: string; count: number; severity: string; remedy: { zh: string; en: string } }[];
  readonly sources: { source: string; state: string; whole: number; parts: number; complete: boolean }[];
  readonly estimates: {
    part: string;
    amount: string;
    count: number;
    basedOn: number;
    currency: string;
    since: { state: string } | null;
  }[];
}
const status = async (): Promise<Status> => (await house.as('auditor', 'GET', `${house.P}/close`)).body as Status;
const reaches = async (test: (now: Status) => boolean): Promise<Status> => {
  let now = await status();
  let asked = Date.now();
  await until(async () => {
    // A close looks by itself, at its own pace; a person who asks makes it look now.
    if (Date.now() - asked > 3_000) {
      asked = Date.now();
      await house.as('preparer', 'POST', `${house.P}/close/retry`, {});
    }
    return test((now = await status()));
  }, 40_000);
  if (!test(now)) throw new Error(JSON.stringify(now, null, 1).slice(0, 3_000));
  return now;
};
const isIncomplete = ({ blockers }: Status): boolean =>
  blockers.some(({ code }) => code === 'SOURCE_INCOMPLETE') &&
  !blockers.some(({ code }) => code === 'SOURCES_UNSETTLED');

test('a close asks its sources by itself, waits in collect for what is missing by name, and goes on when it comes', async () => {
  lose();
  await house.as('preparer', 'POST', `${house.P}/close/start`, {});
  const held = await reaches(isIncomplete);
  expect(held.stage).toBe('collect');
  const blocker = held.blockers.find(({ code }) => code === 'SOURCE_INCOMPLETE')!;
  expect(blocker).toMatchObject({ count: 1, severity: 'block' });
  expect(blocker.remedy.en).toContain(`missing: cards card takings ${MONTH}-03.`);
  expect(blocker.remedy.zh).toContain(`缺少 cards 刷卡流水 ${MONTH}-03。`);
  expect(held.sources).toMatchObject([{ source: 'cards', state: 'waiting', whole: 4, parts: 5, complete: false }]);

  house.server.troubles.clear();
  // The run sleeps for a minute; a person who asks wakes it.
  await house.ask();
  const after = await reaches(({ stage }) => stage !== 'collect' && stage !== 'cutoff');
  expect(after.sources).toMatchObject([{ state: 'complete', whole: 5 }]);
  expect(after.estimates).toEqual([]);
  const handle = worker.client.workflow.getHandle(pullWorkflowId(house.code, 'cards', MONTH));
  expect(await handle.result()).toMatchObject({ state: 'complete', parts: 5, whole: 5 });
  expect((await handle.fetchHistory()).events!.length).toBeLessThan(100);
});

test('a provisional close goes on at the deadline with an estimate beside the books, and parks what comes later', async () => {
  await house.as(
    'admin',
    'PUT',
    house.C,
    `${COMPANY_FILE.replace('qinghe', house.code)}  sources: {atDeadline: provisional}\n`,
  );
  lose();
  await house.as('preparer', 'POST', `${house.P}/close/start`, {});
  const now = await reaches(({ stage }) => ['review', 'approve'].includes(stage));
  // 10, 20, 40 and 50 have come: 30 a day, one row.
  expect(now.estimates).toMatchObject([
    { part: LOST, currency: 'CNY', amount: '30.00', count: 1, basedOn: 4, since: null },
  ]);
  const facts = await house.rows<{ sum: string }>('SELECT sum(gross_amount)::text AS sum FROM channel_transaction');
  expect(facts[0]!.sum).toBe('120.00');

  house.server.troubles.clear();
  house.server.files.set(LOST, takings(`${MONTH}-03`, ['31.00', '2.00']));
  await house.ask();
  const trueUp = await reaches(({ estimates }) => estimates[0]?.since?.state === 'parked');
  expect(trueUp.estimates[0]!.since).toMatchObject({ state: 'parked' });
  expect(trueUp.blockers.map(({ code }) => code)).toContain('PARKED_DOCUMENTS');
});

test('a month whose cut-off is not due yet is not closed without what is missing', async () => {
  await house.as(
    'admin',
    'PUT',
    house.C,
    `${COMPANY_FILE}  sources: {atDeadline: provisional}\n  deadlines: {cutoff: WD23T18:00, review: WD23T19:00, approve: WD23T20:00}\n`,
  );
  lose();
  await house.as('preparer', 'POST', `${house.P}/close/start`, {});
  const held = await reaches(isIncomplete);
  expect(held.stage).toBe('collect');
  expect(held.blockers.find(({ code }) => code === 'SOURCE_INCOMPLETE')!.severity).toBe('block');
});
