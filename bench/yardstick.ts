import { createReadStream, createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Client } from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { FACT_RELATIONS, type FactRelation } from '../domain/words';

export interface Yardstick {
  readonly rows: number;
  /** Seconds of COPY for a row of each relation. */
  readonly copyOfRow: Readonly<Partial<Record<FactRelation, number>>>;
  readonly copySeconds: number;
  readonly keySeconds: number;
}

/**
 * What the same rows cost at the least: COPY of every fact row into plain tables with the same columns, one after the other, then a primary key on each. The
 * rows are written to files first, outside the time.
 * @param url the owner's address: the tables are made and dropped
 */
export async function measureYardstick(url: string, folder: string): Promise<Yardstick> {
  mkdirSync(folder, { recursive: true });
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    let rows = 0;
    let copySeconds = 0;
    let keySeconds = 0;
    const copyOfRow: Partial<Record<FactRelation, number>> = {};
    for (const relation of FACT_RELATIONS) {
      const file = join(folder, `${relation}.copy`);
      await pipeline(client.query(copyTo(`COPY (SELECT * FROM ${relation}) TO STDOUT`)), createWriteStream(file));
      await client.query(`CREATE TABLE bare_${relation} (LIKE ${relation} INCLUDING DEFAULTS)`);
      const copying = await timed(() =>
        pipeline(
          createReadStream(file, { highWaterMark: 1 << 20 }),
          client.query(copyFrom(`COPY bare_${relation} FROM STDIN`)),
        ),
      );
      copySeconds += copying;
      keySeconds += await timed(() => client.query(`ALTER TABLE bare_${relation} ADD PRIMARY KEY (id)`));
      const counted = await client.query<{ count: string }>(`SELECT count(*) FROM bare_${relation}`);
      const copied = Number(counted.rows[0]?.count);
      if (copied > 0) copyOfRow[relation] = copying / copied;
      rows += copied;
      await client.query(`DROP TABLE bare_${relation}`);
    }
    return { rows, copyOfRow, copySeconds, keySeconds };
  } finally {
    await client.end();
  }
}

export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - start) / 1e9;
}
