import { openPool } from '../../store/db';
import { loadSample } from '../../sample/load';
import { sampleFiles } from '../../sample/outputs';
import { World } from '../../sample/world';
import { startStack, until, type Stack } from '../support';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const FILES = sampleFiles(new World(20261001, 3000, '2026-10')).length;
const LOADED = '已到复核';

/** What loading leaves behind, apart from sign-ins. */
async function books(stack: Stack): Promise<Record<string, number>> {
  const pool = openPool(readFileSync(join(stack.dataDir, 'app.url'), 'utf8').trim(), { max: 1 });
  try {
    const { rows } = await pool.query<Record<string, number>>(
      `SELECT (SELECT count(*)::integer FROM company) AS companies, (SELECT count(*)::integer FROM role_grant) AS grants,
              (SELECT count(*)::integer FROM batch) AS batches, (SELECT count(DISTINCT evidence)::integer FROM batch) AS files,
              (SELECT sum(rows_kept)::integer FROM batch) AS rows, (SELECT count(*)::integer FROM decision) AS decisions,
              (SELECT count(*)::integer FROM close_exception WHERE NOT superseded) AS exceptions`,
    );
    return rows[0] ?? {};
  } finally {
    await pool.end();
  }
}

describe('loading the sample', () => {
  it('reaches review with every file once although API and worker are killed on the way, and does nothing twice', async () => {
    const stack = await startStack({ empty: false });
    try {
      await until(() => stack.output().includes('orders.csv:'), 60_000);
      stack.kill('api');
      await until(() => stack.output().includes('receipts.csv:'), 60_000);
      stack.kill('worker');
      await until(() => stack.output().includes(LOADED), 120_000);

      const loaded = await books(stack);
      expect(loaded).toMatchObject({ companies: 1, batches: FILES, files: FILES, decisions: 1 });
      expect(loaded['exceptions']).toBeGreaterThan(100);
      await loadSample({ apiUrl: stack.url, dataDir: stack.dataDir });
      expect(await books(stack)).toEqual(loaded);
    } finally {
      await stack.remove();
    }
  }, 300_000);
});
