import type { Proposal, Trial } from '../../domain/profile-trial';
import type { FactRelation } from '../../domain/words';
import { createImportActivities } from '../../activities/import-batch';
import { C, openHouse, P, type Answer, type House } from '../door/house';

/** A company whose people propose and add mapping files, and whose worker reads what they import. */
export interface Office extends House {
  propose(bytes: Buffer | string, query?: string): Promise<Proposal>;
  /** Adds a mapping file, and expects that to be done. */
  add(yaml: string): Promise<Answer>;
  /** Imports a file as the preparer and reads it. @returns the batch as the API shows it */
  import(name: string, bytes: Buffer | string, query?: string): Promise<Answer['body']>;
  try(name: string, bytes: Buffer | string): Promise<Trial>;
  /** Rows of a batch in the order of the file, as text and without what the product computes from them. */
  facts(relation: FactRelation, batch: number): Promise<Record<string, string | null>[]>;
}

export async function openOffice(): Promise<Office> {
  const house = await openHouse();
  const { importBatch } = createImportActivities({ pool: house.pool, dataDir: house.dataDir });
  const post = (path: string, body: Buffer | string): Promise<Answer> =>
    house.as('preparer', 'POST', path, Buffer.from(body));
  return {
    ...house,
    propose: async (bytes, query = '') => {
      const answer = await post(`/api/v1/profiles/proposal?fileName=export.csv${query}`, bytes);
      expect([answer.status, answer.body.code]).toEqual([200, undefined]);
      return answer.body as Proposal;
    },
    add: async (yaml) => {
      const answer = await house.as('preparer', 'POST', `${C}/profiles`, yaml);
      expect([answer.status, answer.body.reason]).toEqual([201, undefined]);
      return answer;
    },
    import: async (name, bytes, query = '') => {
      const begun = await post(`${P}/imports?kind=profile:${name}&fileName=export.csv${query}`, bytes);
      expect([begun.status, begun.body.reason]).toEqual([202, undefined]);
      await importBatch({ batchId: begun.body.batch });
      return (await house.as('preparer', 'GET', `${P}/batches/${begun.body.batch}`)).body;
    },
    try: async (name, bytes) => {
      const answer = await post(`${P}/profiles/${name}/try?fileName=export.csv`, bytes);
      expect([answer.status, answer.body.code]).toEqual([200, undefined]);
      return answer.body as Trial;
    },
    facts: async (relation, batch) => {
      const { rows } = await house.pool.query<{ fact: Record<string, string | null> }>(
        `SELECT (SELECT jsonb_object_agg(key, value) FROM jsonb_each_text(to_jsonb(f))
                  WHERE key NOT IN ('id', 'period_id', 'row_key', 'extra') AND key !~ '_key$' AND value IS NOT NULL) AS fact
           FROM ${relation} f WHERE id >> 32 = $1 ORDER BY id`,
        [batch],
      );
      return rows.map(({ fact }) => fact);
    },
  };
}
