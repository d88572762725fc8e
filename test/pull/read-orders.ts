import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Pool } from 'pg';
import { readBatch } from '../../activities/import-batch';
import { evidencePath } from '../../store/evidence';
import { findBatch, loadBatch, type LoadResult } from '../../store/intake';
import { testFolder } from '../support';

const COLUMNS = [
  'order_no',
  'order_key',
  'customer_no',
  'customer_key',
  'order_date',
  'currency',
  'gross_amount',
  'tax_amount',
  'status',
];

/** Imports as the product does, and reads records files of the memory system's orders beside. */
export function importer(pool: Pool, dataDir: string): (batch: number, signal: AbortSignal) => Promise<LoadResult> {
  const spoolPath = `${testFolder('spool')}/rows`;
  return async (id, signal) => {
    const batch = await findBatch(pool, id);
    if (!batch.fileName.endsWith('.ndjson')) return readBatch({ pool, dataDir }, id, signal);
    return loadBatch(
      pool,
      batch,
      {
        columns: COLUMNS,
        read: async (sink) => {
          let line = 0;
          for await (const text of createInterface({
            input: createReadStream(evidencePath(dataDir, batch.evidence)),
          })) {
            line++;
            const { part, record } = JSON.parse(text) as { part?: string; record?: Record<string, string> };
            if (part !== 'orders' || record === undefined) continue;
            const { name = '', date = '' } = record;
            const amount = /"amount":([\d.]+)/.exec(text)?.[1] ?? '0.00';
            sink.keep(
              line,
              date.startsWith(batch.month),
              [name, name.replace('-', ''), 'C1', 'C1', date, 'CNY', amount, '0.00', 'delivered'],
              amount,
              'CNY',
            );
            await sink.room();
          }
          return { detected: {} };
        },
      },
      { spoolPath, signal },
    );
  };
}
