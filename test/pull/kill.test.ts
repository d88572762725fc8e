import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { until } from '../support';
import { MONTH, openPullHouse } from './house';

const ORDERS = 5_000;

test('a worker killed in the middle of the pages is gone on with at its cursor: the same rows, none twice', async () => {
  const house = await openPullHouse();
  try {
    house.server.fillRecords(MONTH, ORDERS);
    house.server.pageSize = 100;
    await house.ask();
    const script = join(__dirname, 'kill-child.ts');
    const runner = join(__dirname, '../door/run-typescript.cjs');
    const args = ['-r', runner, script, house.database.url, house.dataDir, house.code, String(ORDERS), '20'];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    const exited = once(child, 'exit');
    const pages = async (): Promise<number> =>
      (await house.rows<{ pages: number }>(`SELECT pages FROM source_part WHERE key = 'orders'`))[0]?.pages ?? 0;
    expect(await until(async () => (await pages()) >= 7, 30_000)).toBe(true);
    child.kill('SIGKILL');
    await exited;

    const stored = await pages();
    const [held] = await house.rows<{ n: number }>(
      `SELECT count(*)::int AS n FROM source_record WHERE part = 'orders'`,
    );
    expect(held!.n).toBe(stored * 100);
    expect(stored).toBeLessThan(ORDERS / 100);
    const free = async (): Promise<boolean> => {
      const outcome = await house.pull();
      return outcome.state === 'complete';
    };
    expect(await until(free, 20_000)).toBe(true);
    // It went on behind the last page that was stored, and asked for no other.
    const last = `o${String(held!.n).padStart(7, '0')}`;
    expect(house.server.asked.filter((asked) => asked.startsWith('orders'))).toEqual([`orders@{"after":"${last}"}`]);
    const found = await house.rows<{ id: string; body: string }>(
      `SELECT record_id AS id, body FROM source_record WHERE part = 'orders' ORDER BY record_id`,
    );
    expect(found).toEqual(house.server.records.get('orders')!.map(({ id, text }) => ({ id, body: text })));
    const [batch] = await house.rows<{ rows: number }>('SELECT rows_in AS rows FROM batch');
    expect(batch!.rows).toBe(ORDERS);
  } finally {
    await house.close();
  }
});
