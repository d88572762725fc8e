import { createHash } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { Problem } from '../domain/problem';
import { verifyAuditChain } from '../domain/verify/audit-chain';
import type { Bilingual } from '../domain/words';
import { verifyEvidence } from './evidence';
import { COMPANY_CHECKS } from './invariant/company-checks';
import { MONTH_CHECKS } from './invariant/month-checks';
import type { SqlCheck } from './invariant/check';
import { readAuditLines } from './verify/audit-lines';

/** What became of one check. */
export interface Invariant extends Bilingual {
  readonly name: string;
  readonly ok: boolean;
  /** Cases where it does not hold. */
  readonly count: number;
  /** Ten of them at most. */
  readonly examples: readonly string[];
}

const EXAMPLES = 10;

/**
 * Asks everything that always holds of a company's books: after every fault test, each night, after every restore.
 * Changes nothing; one snapshot throughout. Reads every row of every month; seals are counted here and recomputed by
 * `verifyCompany`.
 * @param dataDir where evidence is kept; without it the evidence files are not read
 * @throws Problem COMPANY_NOT_FOUND (404)
 */
export async function checkInvariants(
  pool: Pool,
  companyCode: string,
  { dataDir }: { dataDir?: string } = {},
): Promise<Invariant[]> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const companyId = await idOf(client, companyCode);
    const months = await monthsOf(client, companyId);
    const found: Invariant[] = [];
    for (const check of MONTH_CHECKS) found.push(await askEachMonth(client, months, check));
    for (const check of COMPANY_CHECKS) found.push(outcome(check, await ask(client, check, companyId)));
    found.push(await askAuditChains(client, companyId));
    if (dataDir !== undefined) found.push(await askEvidence(client, companyId, dataDir));
    return found;
  } finally {
    await client.query('ROLLBACK').catch(() => undefined);
    client.release();
  }
}

interface Found {
  readonly count: number;
  readonly examples: readonly string[];
}

function outcome({ name, zh, en }: Omit<SqlCheck, 'sql'>, { count, examples }: Found): Invariant {
  return { name, ok: count === 0, count, examples: examples.slice(0, EXAMPLES), zh, en };
}

async function ask(client: PoolClient, check: SqlCheck, id: number): Promise<Found> {
  const { rows } = await client.query<{ example: string; count: number }>(
    `SELECT example, (count(*) OVER ())::integer AS count FROM (${check.sql}) fault ORDER BY example LIMIT ${EXAMPLES}`,
    [id],
  );
  return { count: rows[0]?.count ?? 0, examples: rows.map(({ example }) => example) };
}

async function askEachMonth(client: PoolClient, months: readonly Month[], check: SqlCheck): Promise<Invariant> {
  const all: Found[] = [];
  for (const { id, month } of months) {
    const { count, examples } = await ask(client, check, id);
    all.push({ count, examples: examples.map((example) => `${month}: ${example}`) });
  }
  return outcome(check, {
    count: all.reduce((sum, { count }) => sum + count, 0),
    examples: all.flatMap(({ examples }) => examples),
  });
}

/** The company's chain and the installation's. Heads that seals name are `audit verify`'s business. */
async function askAuditChains(client: PoolClient, companyId: number): Promise<Invariant> {
  const examples: string[] = [];
  for (const chain of [companyId, 0]) {
    const { fault } = await verifyAuditChain(readAuditLines(client, chain), chain, null, { createHash });
    if (fault) examples.push(`chain ${chain}: ${fault.en}`);
  }
  const words = { name: 'audit_chain_holds', zh: '操作记录链完整连续', en: 'the audit chain is whole and unbroken' };
  return outcome(words, { count: examples.length, examples });
}

async function askEvidence(client: PoolClient, companyId: number, dataDir: string): Promise<Invariant> {
  const { rows } = await client.query<{ evidence: string }>(
    `SELECT evidence FROM batch b JOIN period p ON p.id = b.period_id WHERE p.company_id = $1
     UNION SELECT evidence FROM exception_note n JOIN period p ON p.id = n.period_id WHERE p.company_id = $1 AND evidence IS NOT NULL
     UNION SELECT evidence FROM report_document d JOIN period p ON p.id = d.period_id WHERE p.company_id = $1 ORDER BY 1`,
    [companyId],
  );
  const examples: string[] = [];
  for (const { evidence } of rows) {
    await verifyEvidence(dataDir, evidence).catch((error: unknown) => {
      if (!(error instanceof Problem)) throw error;
      examples.push(error.reason.en);
    });
  }
  const words = {
    name: 'evidence_is_whole',
    zh: '每个原始凭据都在，且哈希相符',
    en: 'every evidence file is there and has its hash',
  };
  return outcome(words, { count: examples.length, examples });
}

interface Month {
  readonly id: number;
  readonly month: string;
}

async function monthsOf(client: PoolClient, companyId: number): Promise<Month[]> {
  const { rows } = await client.query<Month>('SELECT id, month FROM period WHERE company_id = $1 ORDER BY month', [
    companyId,
  ]);
  return rows;
}

async function idOf(client: PoolClient, code: string): Promise<number> {
  const { rows } = await client.query<{ id: number }>('SELECT id FROM company WHERE code = $1', [code]);
  const [company] = rows;
  if (company) return company.id;
  throw new Problem('COMPANY_NOT_FOUND', { zh: `没有公司 ${code}`, en: `no company ${code}` }, 404);
}
