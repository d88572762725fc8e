import { readBatch } from '../../activities/import-batch';
import { fxiaokeSystem } from '../../sources/fxiaoke';
import { secretVariable } from '../../domain/source-secret';
import { CREDENTIALS, startFxiaokeFake } from '../fakes/fxiaoke';
import { openPullHouse } from './house';

const QUICK = { tries: 4, firstPauseMs: 5, longestPauseMs: 200 };

test('a month of a real CRM’s records arrives, is read by its own reader and counted as the system counts', async () => {
  const fake = await startFxiaokeFake({ orders: 250 });
  const house = await openPullHouse({ fxiaoke: fxiaokeSystem(QUICK) });
  try {
    const { appId, userId } = CREDENTIALS;
    for (const setting of ['appSecret', 'permanentCode'] as const) {
      const variable = secretVariable({ company: house.code, source: 'crm', setting });
      Object.assign(house.resources.env, { [variable]: CREDENTIALS[setting] });
    }
    Object.assign(house.resources, {
      importBatch: (batch: number, signal: AbortSignal) =>
        readBatch({ pool: house.workerPool, dataDir: house.dataDir }, batch, signal),
    });
    const file = JSON.stringify({ name: 'crm', system: 'fxiaoke', settings: { baseUrl: fake.url, appId, userId } });
    expect((await house.as('admin', 'POST', `${house.C}/sources`, file)).status).toBe(201);
    const mapping = ['orders', 'order-lines', 'invoices'].map((part) => `  ${part}: {columns: {tax_rate: "=13%"}}`);
    const mapped = await house.as(
      'admin',
      'PUT',
      `${house.C}/sources/crm/mapping`,
      ['objects:', ...mapping].join('\n'),
    );
    expect([mapped.status, mapped.text.slice(0, 300)]).toEqual([200, expect.any(String)]);
    await house.ask('preparer', 'crm');
    const outcome = await house.pull('crm');
    const { parts } = await house.month('crm');
    expect(
      parts
        .map(({ part, state, code }) => [part, state, code])
        .filter(([, state]) => state === 'waiting' || state === 'stopped'),
    ).toEqual([]);
    expect(outcome).toMatchObject({ state: 'complete', codes: [] });
    const batches = await house.rows<{ kind: string; state: string; rejected: number; kept: number }>(
      'SELECT kind, state, rows_rejected AS rejected, rows_kept AS kept FROM batch ORDER BY id',
    );
    expect(batches.map(({ state, rejected }) => [state, rejected])).toEqual(batches.map(() => ['accepted', 0]));
    expect(batches.find(({ kind }) => kind === 'fxiaoke-orders')!.kept).toBeGreaterThan(0);
    expect(fake.violations).toEqual([]);

    // Nothing has changed: nothing is imported again.
    await house.ask('preparer', 'crm');
    expect(await house.pull('crm')).toMatchObject({ state: 'complete' });
    expect(await house.rows('SELECT FROM batch')).toHaveLength(batches.length);
  } finally {
    await house.close();
    await fake.stop();
  }
}, 120_000);
