import type { PoolClient } from 'pg';
import { MEMBER, type BundledBlock, type BundledPerson } from '../../domain/bundle';
import type { AuditLine } from '../../domain/verify/audit-chain';
import type { SealedMonth } from '../../domain/verify/seal';
import type { Queryable } from '../db';
import { storedDocuments } from '../report/documents';
import { publicPem } from '../sealing/keys';
import { readAuditLines } from '../verify/audit-lines';
import { StoredRelation } from '../verify/rows';
import { keptBytes, listFiles } from './files';
import { jsonLines, type BundleMember } from './member';
import type { BundledMonths } from './months';

/** What stands once in a bundle: keys, seals, audit entries, people. */
export async function* companyMembers(
  client: PoolClient,
  companyId: number,
  { chain, inside }: BundledMonths,
): AsyncGenerator<BundleMember> {
  const keys = new Set(chain.flatMap(({ seal }) => (seal ? [seal.publicKey] : [])));
  for (const [i, key] of [...keys].entries()) yield { name: MEMBER.key(i + 1), content: [publicPem(key)] };
  yield { name: MEMBER.seals, content: jsonLines(chain) };
  yield { name: MEMBER.audit, content: jsonLines(untilLocked(readAuditLines(client, companyId), chain)) };
  yield { name: MEMBER.people, content: jsonLines(await listPeople(client, companyId, inside)) };
}

/** What stands in a bundle for each month whose rows are inside. */
export async function* monthMembers(
  client: PoolClient,
  { dataDir, companyId, month }: { dataDir: string; companyId: number; month: SealedMonth },
): AsyncGenerator<BundleMember> {
  const { periodId, month: name } = month;
  yield { name: MEMBER.policy(name), content: [await policySource(client, companyId, month.policyVersion)] };
  yield { name: MEMBER.files(name), content: jsonLines(await listFiles(client, periodId)) };
  const report = (await storedDocuments(client, periodId)).find(({ format }) => format === 'json');
  if (report) yield { name: MEMBER.report(name), content: keptBytes(dataDir, report.evidence) };
  for (const sealed of month.seal?.content.relations ?? []) {
    const relation = await StoredRelation.find(client, periodId, sealed);
    // What is gone from the database is not in the bundle; whoever verifies it is told.
    if ('code' in relation) continue;
    yield { name: MEMBER.blocks(name, sealed.relation), content: jsonLines(blocksOf(relation)) };
    yield { name: MEMBER.rows(name, sealed.relation), content: relation.rows() };
  }
}

async function* blocksOf(relation: StoredRelation): AsyncGenerator<BundledBlock> {
  for (const { block, rows, first, last, sha256 } of await relation.blocks()) {
    const index = await relation.rowIndex(block);
    const [keys, checks] = [index?.keys.toString('base64') ?? '', index?.checks.toString('base64') ?? ''];
    yield { block, rows, first, last, sha256, keys, checks };
  }
}

/** The entries up to the one that records the newest of the seals: what came later no seal vouches for. */
async function* untilLocked(lines: AsyncIterable<AuditLine>, chain: readonly SealedMonth[]): AsyncGenerator<AuditLine> {
  const last = BigInt(chain.at(-1)?.seal?.content.auditHead.seq ?? 0) + 1n;
  for await (const line of lines) {
    if (BigInt(line.seq) > last) return;
    yield line;
  }
}

async function listPeople(db: Queryable, companyId: number, months: readonly SealedMonth[]): Promise<BundledPerson[]> {
  const { rows } = await db.query<BundledPerson>(
    `SELECT id, login, name FROM person
      WHERE id IN (SELECT person_id FROM decision WHERE period_id = ANY ($2) UNION SELECT imported_by FROM batch WHERE period_id = ANY ($2)
                   UNION SELECT created_by FROM policy WHERE company_id = $1)
      ORDER BY id`,
    [companyId, months.map(({ periodId }) => periodId)],
  );
  return rows;
}

async function policySource(db: Queryable, companyId: number, version: number | null): Promise<string> {
  const { rows } = await db.query<{ source: string }>(
    'SELECT source FROM policy WHERE company_id = $1 AND version = $2',
    [companyId, version],
  );
  return rows[0]?.source ?? '';
}
