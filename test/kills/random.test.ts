import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Mailbox } from '../../worker/catcher/mailbox';
import { PART_NAMES } from '../../worker/stack/part';
import { Chance } from './chance';
import { makeSample, Office } from './office';
import { undisturbed } from './picture';
import { expectClosedOnce, expectWhole } from './whole';

const SLOW = 280_000;
/** About as long as a close takes whose people answer at once. */
const SPAN_MS = 25_000;

describe('any part', () => {
  it(
    'is killed at any moment of a close, three to five times, and nothing is lost or doubled',
    async () => {
      const chance = new Chance('any part killed at any moment');
      const kills = Array.from({ length: chance.between(3, 5) }, () => ({
        part: chance.oneOf(PART_NAMES),
        afterMs: chance.between(0, SPAN_MS),
      })).sort((a, b) => a.afterMs - b.afterMs);
      process.stderr.write(`kills: ${kills.map(({ part, afterMs }) => `${part} after ${afterMs} ms`).join(', ')}\n`);
      const sample = await makeSample();
      const [office, expected] = await Promise.all([Office.open(sample), undisturbed(sample)]);
      try {
        const company = await office.found('random');
        const begun = Date.now();
        const killing = (async () => {
          for (const { part, afterMs } of kills) {
            await sleep(begun + afterMs - Date.now());
            await office.sees(`${part} runs`, async () => office.stack.part(part) !== undefined);
            office.stack.kill(part);
          }
        })();
        await company.bringToReview();
        await company.decide();
        await killing;
        const mail = await mailSettles(office);
        await company.settleMails();
        await company.isClosed();
        await expectWhole(office, company, expected);
        await expectClosedOnce(office, company);
        const arrived = await new Mailbox(join(office.stack.dataDir, 'mail')).list(10);
        expect(arrived.length).toBeGreaterThanOrEqual(mail === 'SENT' ? 1 : 0);
        expect(arrived.length).toBeLessThanOrEqual(1);
      } finally {
        await office.close();
      }
    },
    SLOW,
  );
});

/** The report's mail ends sent, or uncertain where a kill fell between its content and the answer. */
async function mailSettles(office: Office): Promise<string> {
  let state = '';
  await office.sees('the mail and the signals have left', async () => {
    const { rows } = await office.pool.query<{ kind: string; state: string }>('SELECT kind, state FROM outbox');
    state = rows.find(({ kind }) => kind === 'mail')?.state ?? '';
    return state !== '' && rows.every((row) => ['SENT', 'UNCERTAIN'].includes(row.state));
  });
  return state;
}
