import type { SealedMonth } from '../../domain/verify/seal';
import type { Queryable } from '../db';

/** The company's locked or sealed months, in the order of their seals. */
export async function readSealedMonths(db: Queryable, companyId: number): Promise<SealedMonth[]> {
  const { rows } = await db.query<SealedMonth>(
    `SELECT p.id AS "periodId", p.month, c.code AS company, p.figures_hash AS "figuresHash", p.policy_version AS "policyVersion",
            to_char(p.locked_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS "lockedAt", y.sha256 AS "policyHash",
            CASE WHEN s.period_id IS NOT NULL THEN jsonb_build_object('sequence', s.sequence, 'previous', s.previous, 'hash', s.hash,
              'signature', s.signature, 'publicKey', s.public_key, 'content', s.content) END AS seal
       FROM period p
       JOIN company c ON c.id = p.company_id
       LEFT JOIN policy y ON y.company_id = p.company_id AND y.version = p.policy_version
       LEFT JOIN seal s ON s.period_id = p.id
      WHERE p.company_id = $1 AND (p.locked_at IS NOT NULL OR s.period_id IS NOT NULL)
      ORDER BY s.sequence, p.month`,
    [companyId],
  );
  return rows;
}
