import type { Pool, PoolClient } from 'pg';
import { Problem } from '../domain/problem';
import { trustedKeys } from './sealing/keys';
import { verifyAuditChain, type ChainVerification, type SealedHead } from './verify/audit-chain';
import type { Fault } from './verify/faults';
import { verifyRows } from './verify/rows';
import { readSealedMonths, verifySeal, type ChainPlace, type SealedMonth } from './verify/seals';

export type { ChainVerification } from './verify/audit-chain';
export type { Fault, FaultCode } from './verify/faults';

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

const START: ChainPlace = { sequence: 0, hash: '0'.repeat(64) };

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
    const audit = await verifyAuditChain(client, companyId, headsOf(sealed));
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
  let place = START;
  for (const month of sealed) {
    const faults = verifySeal(month, place, trusted);
    let rows = 0;
    for (const relation of month.seal?.content.relations ?? []) {
      const fault = await verifyRows(client, month.periodId, relation);
      rows += relation.rows;
      if (fault) faults.push({ ...fault, month: month.month });
    }
    months.push({ month: month.month, seal: month.seal?.hash ?? null, rows, ok: faults.length === 0, faults });
    if (month.seal) place = month.seal;
  }
  return months;
}

function headsOf(sealed: readonly SealedMonth[]): SealedHead[] {
  return sealed.flatMap(({ month, seal }) => (seal ? [{ month, seal: seal.hash, ...seal.content.auditHead }] : []));
}

function keyChanges(sealed: readonly SealedMonth[]): Fault[] {
  const seals = sealed.flatMap(({ month, seal }) => (seal ? [{ month, key: seal.publicKey }] : []));
  return seals
    .filter(({ key }, i) => i > 0 && seals[i - 1]?.key !== key)
    .map(({ month }) => ({
      code: 'KEY_REPLACED',
      month,
      zh: `${month} 起更换了封存密钥；请核对更换是否经批准`,
      en: `from ${month} on another key seals; make sure the change was approved`,
    }));
}

async function idOf(client: PoolClient, code: string): Promise<number> {
  const { rows } = await client.query<{ id: number }>('SELECT id FROM company WHERE code = $1', [code]);
  const [company] = rows;
  if (company) return company.id;
  throw new Problem('COMPANY_NOT_FOUND', { zh: `没有公司 ${code}`, en: `no company ${code}` }, 404);
}

/** Read-only, one snapshot, values in the text form the hashes were taken over. */
async function inSnapshot<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await client.query(`
      SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL IntervalStyle = 'postgres';
      SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex'; SET LOCAL work_mem = '192MB'`);
    const result = await work(client);
    await client.query('COMMIT');
    client.release();
    return result;
  } catch (error) {
    client.release(true);
    throw error;
  }
}
