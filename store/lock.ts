import type { Pool, PoolClient } from 'pg';
import { Problem } from '../domain/problem';
import { recordAudit } from './audit';
import { transaction } from './db';
import { sealKeys } from './sealing/keys';
import { refuseUnready, type FiguresHash } from './sealing/readiness';
import { sealOf, writeSeal, type Seal } from './seal';

/** How long the lock waits for those who still write into the month. */
const LOCK_TIMEOUT = '20s';

/** lock_not_available · deadlock_detected · unique_violation (another month of the company was sealed meanwhile) */
const BUSY = new Set(['55P03', '40P01', '23505']);
const NOT_READY = 'SC003';

/**
 * Locks a month for good and seals it, in one transaction: killed anywhere, nothing of it stands. Takes `FOR UPDATE` on
 * the month and waits for every writer; readers are never kept waiting. Needs three connections of the pool.
 * Idempotent because a month that has its seal answers with it, and a month that is locked without one gets it.
 * @throws Problem PERIOD_BUSY (somebody still writes; try again), PERIOD_NOT_READY, CONTROL_TOTALS_DIFFER,
 *   FIGURES_DIFFER, OPEN_EXCEPTIONS
 */
export async function lockAndSeal(
  pool: Pool,
  { periodId, keysDir, figuresHash }: { periodId: number; keysDir: string; figuresHash: FiguresHash },
): Promise<Seal> {
  const made = await sealOf(pool, periodId);
  if (made) return made;
  const keys = await sealKeys(keysDir);
  try {
    return await transaction(pool, async (client) => {
      await client.query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
      await client.query('SELECT lock_period($1)', [periodId]);
      // Another worker may have sealed it while this one waited for the month.
      const sealed = await sealOf(client, periodId);
      if (sealed) return sealed;
      await refuseUnready(client, periodId, figuresHash);
      const seal = await writeSeal(pool, client, periodId, keys);
      await recordLock(client, seal);
      return seal;
    });
  } catch (error) {
    throw explained(error);
  }
}

async function recordLock(client: PoolClient, seal: Seal): Promise<void> {
  const { rows } = await client.query<{ companyId: number }>(
    'SELECT company_id AS "companyId" FROM period WHERE id = $1',
    [seal.periodId],
  );
  await recordAudit(client, {
    companyId: rows[0]?.companyId ?? 0,
    actor: 'system:lock',
    action: 'close.locked',
    month: seal.content.period,
    subject: seal.content.period,
    detail: {
      seal: seal.hash,
      sequence: seal.sequence,
      figuresHash: seal.content.figuresHash,
      rows: seal.content.relations.reduce((sum, { rows: count }) => sum + count, 0),
    },
  });
}

function explained(error: unknown): unknown {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  if (error instanceof Problem) return error;
  if (BUSY.has(code)) {
    return new Problem('PERIOD_BUSY', {
      zh: '本月仍有写入未完成，暂时不能结账；稍后会自动重试',
      en: 'the month is still being written to and cannot be locked now; it is tried again',
    });
  }
  if (code !== NOT_READY) return error;
  return new Problem('PERIOD_NOT_READY', {
    zh: '本月尚不能结账：需处于结账阶段，且复核与审批由不同的人对现有数字作出',
    en: `the month cannot be locked: ${message}`,
  });
}
