import type { EstimateLine } from '../../domain/report-model';
import type { Bilingual } from '../../domain/words';
import { recordAudit } from '../audit';
import type { Queryable } from '../db';

/**
 * Writes down, at the cut-off, what each missing part may have held: the mean of the days of the same source and kind that are here, days
 * without anything among them. Called in the transaction that cuts the month off.
 * @returns how many parts are missing
 */
export async function estimateMissing(
  db: Queryable,
  close: { periodId: number; companyId: number; month: string; company: { currency: string } },
): Promise<number> {
  const made = await db.query<{ source_id: number; part: string }>(
    `WITH lost AS (SELECT * FROM missing_parts($1)),
     days AS (
       SELECT t.source_id, t.kind, t.state, b.rows_kept, coalesce(b.totals, '{}') AS totals
         FROM source_part t LEFT JOIN batch b ON b.id = t.batch_id AND b.state IN ('accepted', 'admitted', 'parked')
        WHERE t.period_id = $1 AND t.day IS NOT NULL AND t.state IN ('arrived', 'empty', 'unchanged')),
     seen AS (SELECT source_id, kind, count(*)::int AS days, sum(rows_kept) AS rows FROM days GROUP BY 1, 2),
     money AS (
       SELECT d.source_id, d.kind, c.key AS currency, sum((c.value->>'kept')::numeric) AS amount
         FROM days d CROSS JOIN LATERAL jsonb_each(d.totals) c GROUP BY 1, 2, 3)
     INSERT INTO source_estimate (period_id, cutoff_at, source_id, part, title_zh, title_en, currency, count, amount, based_on)
     SELECT $1, p.cutoff_at, l.source_id, coalesce(l.part, ''), l.title_zh, l.title_en, coalesce(m.currency, $2),
            CASE WHEN l.day IS NOT NULL AND (SELECT count(*) FROM money n WHERE n.source_id = l.source_id AND n.kind = l.kind) <= 1
                 THEN round(coalesce(s.rows, 0)::numeric / s.days)::int END,
            CASE WHEN l.day IS NOT NULL THEN round(coalesce(m.amount, 0) / s.days, 2) END,
            CASE WHEN l.day IS NOT NULL THEN coalesce(s.days, 0) ELSE 0 END
       FROM lost l JOIN period p ON p.id = $1
       LEFT JOIN seen s ON s.source_id = l.source_id AND s.kind = l.kind AND l.day IS NOT NULL
       LEFT JOIN money m ON m.source_id = l.source_id AND m.kind = l.kind AND l.day IS NOT NULL
     ON CONFLICT DO NOTHING RETURNING source_id, part`,
    [close.periodId, close.company.currency],
  );
  const parts = new Set(made.rows.map(({ source_id: source, part }) => `${source}/${part}`)).size;
  if (parts > 0) {
    await recordAudit(db, {
      ...{ companyId: close.companyId, actor: 'system:close', action: 'close.provisional', month: close.month },
      ...{ subject: close.month, detail: { missing: parts } },
    });
  }
  return parts;
}

/** The estimates the month was cut off with, and what has come since. */
export async function listEstimates(db: Queryable, periodId: number): Promise<EstimateLine[]> {
  const found = await db.query<Omit<EstimateLine, 'how'>>(
    `SELECT s.name AS source, e.part, jsonb_build_object('zh', e.title_zh, 'en', e.title_en) AS title, e.currency, e.count, e.amount::text AS amount,
            e.based_on AS "basedOn", CASE WHEN b.id IS NOT NULL THEN jsonb_build_object('batch', b.id, 'state', b.state) END AS since
       FROM source_estimate e JOIN period p ON p.id = e.period_id AND p.cutoff_at = e.cutoff_at JOIN source s ON s.id = e.source_id
       LEFT JOIN source_part t ON t.source_id = e.source_id AND t.period_id = e.period_id AND t.key = e.part
       LEFT JOIN batch b ON b.id = t.batch_id AND b.imported_at > e.cutoff_at
      WHERE e.period_id = $1 ORDER BY s.name, e.part, e.currency`,
    [periodId],
  );
  return found.rows.map((row) => ({ ...row, how: howOf(row.basedOn) }));
}

function howOf(days: number): Bilingual {
  if (days === 0) return { zh: '无可参照的数据，未作估计', en: 'nothing to go by, not estimated' };
  return { zh: `同一来源同类单据已到 ${days} 天的日均`, en: `the mean of ${days} day(s) of the same source and kind` };
}
