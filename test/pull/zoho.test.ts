import { readBatch } from '../../activities/import-batch';
import { secretVariable } from '../../domain/source-secret';
import { zohoSystem } from '../../sources/zoho';
import { GRANTED, idOfOrder, startZohoFake } from '../fakes/zoho';
import { openPullHouse } from './house';

const QUICK = { tries: 4, firstPauseMs: 5, longestPauseMs: 200, seconds: 5 };

test('a month of Zoho CRM arrives and is counted, and a later pull replaces what was changed and deleted', async () => {
  const fake = await startZohoFake({ orders: 250 });
  const house = await openPullHouse({ zoho: zohoSystem(QUICK) });
  try {
    const { clientId, ...secrets } = GRANTED;
    for (const [setting, value] of Object.entries(secrets)) {
      Object.assign(house.resources.env, {
        [secretVariable({ company: house.code, source: 'crm', setting })]: value,
      });
    }
    Object.assign(house.resources, {
      importBatch: (batch: number, signal: AbortSignal) =>
        readBatch({ pool: house.workerPool, dataDir: house.dataDir }, batch, signal),
    });
    const settings = { accountsUrl: fake.url, apiUrl: fake.url, clientId };
    const file = JSON.stringify({ name: 'crm', system: 'zoho', settings });
    expect((await house.as('admin', 'POST', `${house.C}/sources`, file)).status).toBe(201);
    await house.ask('preparer', 'crm');
    expect(await house.pull('crm')).toMatchObject({ state: 'complete', codes: [] });
    const current = (): Promise<{ kind: string; rejected: number; kept: number }[]> =>
      house.rows(
        "SELECT kind, rows_rejected AS rejected, rows_kept AS kept FROM batch WHERE state = 'accepted' ORDER BY kind",
      );
    expect(await current()).toEqual([
      { kind: 'zoho-invoices', rejected: 0, kept: 250 },
      { kind: 'zoho-order-lines', rejected: 0, kept: 500 },
      { kind: 'zoho-orders', rejected: 0, kept: 250 },
    ]);

    fake.delete('Sales_Orders', idOfOrder(7));
    fake.change('Sales_Orders', idOfOrder(8), { Status: 'Cancelled' });
    await house.ask('preparer', 'crm');
    expect(await house.pull('crm')).toMatchObject({ state: 'complete', codes: [] });
    expect((await current()).map(({ kept }) => kept)).toEqual([250, 498, 249]);
    expect(fake.signIn.made).toHaveLength(1);
  } finally {
    await house.close();
    await fake.server.stop();
  }
}, 120_000);
