import { Problem } from '../../domain/problem';
import { FACT_RELATIONS, type Bilingual } from '../../domain/words';
import type { Queryable } from '../db';

/** Computes the month's figures again, without writing them: the hash a decision is bound to. */
export type FiguresHash = (db: Queryable, periodId: number) => Promise<string>;

/**
 * What must hold of a locked month before it is sealed, asked once more by the one who seals: every batch has exactly
 * the rows it counted, the figures people decided on are those of the rows, and nothing that blocks is open.
 * @throws Problem CONTROL_TOTALS_DIFFER, FIGURES_DIFFER, OPEN_EXCEPTIONS
 */
export async function refuseUnready(db: Queryable, periodId: number, figuresHash: FiguresHash): Promise<void> {
  await refuseStrayRows(db, periodId);
  await refuseOpenExceptions(db, periodId);
  await refuseOtherFigures(db, periodId, figuresHash);
}

/** Rows of a month by batch: in the month, and kept as context. $1 period. */
const FACTS_BY_BATCH = FACT_RELATIONS.map(
  (relation) => `
    SELECT (id >> 32)::integer AS batch_id, count(*) FILTER (WHERE in_period) AS kept,
           count(*) FILTER (WHERE NOT in_period) AS context FROM ${relation} WHERE period_id = $1 GROUP BY 1`,
).join(' UNION ALL ');

/**
 * Batches whose rows are not those they counted. An excluded row is kept as context or, a total row, not at all.
 * Rows may stand without a batch of the month, too: then `batch` is of another month, or of none. $1 period.
 */
export const STRAY_BATCHES = `
  SELECT coalesce(b.id, f.batch_id) AS batch, b.kind, coalesce(b.rows_kept, 0) AS counted, coalesce(f.kept, 0) AS found
    FROM (SELECT batch_id, sum(kept)::bigint AS kept, sum(context)::bigint AS context FROM (${FACTS_BY_BATCH}) r GROUP BY 1) f
    FULL JOIN (SELECT * FROM batch WHERE period_id = $1) b ON b.id = f.batch_id
   WHERE coalesce(b.rows_kept, 0) <> coalesce(f.kept, 0) OR coalesce(f.context, 0) > coalesce(b.rows_excluded, 0)
   ORDER BY 1`;

async function refuseStrayRows(db: Queryable, periodId: number): Promise<void> {
  const { rows } = await db.query<{ batch: number; counted: number; found: string }>(STRAY_BATCHES, [periodId]);
  const [first] = rows;
  if (!first) return;
  throw refusal(
    'CONTROL_TOTALS_DIFFER',
    {
      zh: `批次 ${first.batch} 记录 ${first.counted} 行，库中为 ${first.found} 行（共 ${rows.length} 个批次不符）；不予结账，请运行 audit invariants 并联系管理员`,
      en: `batch ${first.batch} counted ${first.counted} rows, ${first.found} are there (${rows.length} batches differ): not locked; run audit invariants and tell the administrator`,
    },
    { batches: rows.slice(0, 10) },
  );
}

async function refuseOpenExceptions(db: Queryable, periodId: number): Promise<void> {
  const policy = await db.query<{ strength: string }>(
    `SELECT y.settings #>> '{policy,checks,open_exceptions}' AS strength
       FROM period p JOIN policy y ON y.company_id = p.company_id AND y.version = p.policy_version WHERE p.id = $1`,
    [periodId],
  );
  if (policy.rows[0]?.strength !== 'block') return;
  const { rows } = await db.query<{ open: number }>(
    `SELECT count(*)::integer AS open FROM exception_state WHERE period_id = $1 AND state = 'open'`,
    [periodId],
  );
  const open = rows[0]?.open ?? 0;
  if (open === 0) return;
  throw refusal(
    'OPEN_EXCEPTIONS',
    {
      zh: `尚有 ${open} 项差异未处理，不予结账；请在复核阶段逐项处理`,
      en: `${open} exceptions are not resolved: not locked; resolve them in review`,
    },
    { open },
  );
}

async function refuseOtherFigures(db: Queryable, periodId: number, figuresHash: FiguresHash): Promise<void> {
  const { rows } = await db.query<{ hash: string | null }>('SELECT figures_hash AS hash FROM period WHERE id = $1', [
    periodId,
  ]);
  const decided = rows[0]?.hash ?? null;
  const standing = await figuresHash(db, periodId);
  if (decided === standing) return;
  throw refusal(
    'FIGURES_DIFFER',
    {
      zh: '审批所依据的数字与现有明细不一致，不予结账；请退回复核并重新审批',
      en: 'the rows no longer give the figures that were approved: not locked; reject to review and approve again',
    },
    { decided, standing },
  );
}

function refusal(code: string, reason: Bilingual, details: Record<string, unknown>): Problem {
  return new Problem(code, reason, 409, details);
}
