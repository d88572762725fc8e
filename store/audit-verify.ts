import { createHash, verify } from 'node:crypto';
import { crc32, inflateRawSync } from 'node:zlib';
import type { Pool, PoolClient } from 'pg';
import { Problem } from '../domain/problem';
import { verifyAuditChain, type ChainVerification } from '../domain/verify/audit-chain';
import type { Digests } from '../domain/verify/digests';
import type { Fault } from '../domain/verify/faults';
import { verifyRows } from '../domain/verify/rows';
import { CHAIN_START, keyChanges, sealedHeads, verifySeal, type SealedMonth } from '../domain/verify/seal';
import { trustedKeys } from './sealing/keys';
import { readAuditLines } from './verify/audit-lines';
import { StoredRelation } from './verify/rows';
import { readSealedMonths } from './verify/seals';
import { inSnapshot } from './verify/snapshot';

export type { ChainVerification } from '../domain/verify/audit-chain';
export type { Fault, FaultCode } from '../domain/verify/faults';

/** One sealed month. */
export interface MonthVerification {
  /** YYYY-MM */
  readonly month: string;
  readonly seal: string | null;
  /** Rows read again. */
  readonly rows: number;
  readonly ok: boolean;
  readonly faults: readonly Fault[];
}

/** What `audit verify` says. */
export interface CompanyVerification {
  readonly company: string;
  readonly ok: boolean;
  readonly months: readonly MonthVerification[];
  readonly audit: ChainVerification;
  /** All of them, months first. */
  readonly faults: readonly Fault[];
  /** Worth a look, not a fault: a month signed with another trusted key than the one before. */
  readonly warnings: readonly Fault[];
}

const DIGESTS: Digests = { createHash, verify, crc32, inflateRawSync };

/**
 * Verifies a company from its first sealed month: every block of every relation, the chain of seals, their signatures,
 * and the audit chain with the heads the seals name. Changes nothing; memory stays flat; one snapshot throughout.
 * @param keysDir where the trusted public keys are (`*.pub`)
 * @throws Problem COMPANY_NOT_FOUND (404)
 */
export async function verifyCompany(
  pool: Pool,
  companyCode: string,
  { keysDir }: { keysDir: string },
): Promise<CompanyVerification> {
  const trusted = await trustedKeys(keysDir);
  return inSnapshot(pool, async (client) => {
    const companyId = await idOf(client, companyCode);
    const sealed = await readSealedMonths(client, companyId);
    const months = await verifyMonths(client, sealed, trusted);
    const audit = await verifyAuditChain(readAuditLines(client, companyId), companyId, sealedHeads(sealed), DIGESTS);
    const faults = [...months.flatMap((month) => month.faults), ...(audit.fault ? [audit.fault] : [])];
    return { company: companyCode, ok: faults.length === 0, months, audit, faults, warnings: keyChanges(sealed) };
  });
}

async function verifyMonths(
  client: PoolClient,
  sealed: readonly SealedMonth[],
  trusted: readonly string[],
): Promise<MonthVerification[]> {
  const months: MonthVerification[] = [];
  let place = CHAIN_START;
  for (const month of sealed) {
    const faults = verifySeal(month, place, trusted, DIGESTS);
    let rows = 0;
    for (const relation of month.seal?.content.relations ?? []) {
      const found = await StoredRelation.find(client, month.periodId, relation);
      const fault = 'code' in found ? found : await verifyRows(found, relation, DIGESTS);
      rows += relation.rows;
      if (fault) faults.push({ ...fault, month: month.month });
    }
    months.push({ month: month.month, seal: month.seal?.hash ?? null, rows, ok: faults.length === 0, faults });
    if (month.seal) place = month.seal;
  }
  return months;
}

async function idOf(client: PoolClient, code: string): Promise<number> {
  const { rows } = await client.query<{ id: number }>('SELECT id FROM company WHERE code = $1', [code]);
  const [company] = rows;
  if (company) return company.id;
  throw new Problem('COMPANY_NOT_FOUND', { zh: `没有公司 ${code}`, en: `no company ${code}` }, 404);
}
