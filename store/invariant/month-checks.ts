import { FACT_SHAPES } from '../../domain/fact-shapes';
import { FACT_RELATIONS } from '../../domain/words';
import { STRAY_BATCHES } from '../sealing/readiness';
import type { MonthCheck } from './check';

/** Once compared, a month's rows stand still but for what is admitted, and that is compared again. */
const COMPARED = `(SELECT id FROM period WHERE id = $1 AND stage IN ('review', 'approve', 'lock', 'report') AND figures_hash IS NOT NULL)`;
const LOCKED = '(SELECT id FROM period WHERE id = $1 AND locked_at IS NOT NULL)';

/** What each batch's rows are worth, by currency. $1 period. */
const WORTH_BY_BATCH = FACT_RELATIONS.map((relation) => {
  const { control, currency } = FACT_SHAPES[relation];
  const money = currency ?? '(SELECT c.currency FROM company c JOIN period p ON p.company_id = c.id WHERE p.id = $1)';
  return `SELECT (id >> 32)::integer AS batch_id, ${money} AS currency, sum(${control}) AS kept FROM ${relation}
           WHERE period_id = $1 AND in_period GROUP BY 1, 2`;
}).join(' UNION ALL ');

/**
 * Which of the rows in `used` (name, fact_id) do not count: not there, in a batch that does not count, or another
 * company's. A receipt may pay an order of an earlier month. $1 period.
 */
const USED_IN_VAIN = `
  batches AS (SELECT DISTINCT (fact_id >> 32)::integer AS id FROM used),
  counting AS (SELECT b.id, b.period_id FROM batches JOIN batch b USING (id) JOIN period p ON p.id = b.period_id
                WHERE b.state IN ('accepted', 'admitted') AND p.company_id = (SELECT company_id FROM period WHERE id = $1)),
  fact AS (${FACT_RELATIONS.map(
    (
      relation,
    ) => `SELECT f.id FROM ${relation} f JOIN counting c ON c.id = (f.id >> 32)::integer AND c.period_id = f.period_id
                    WHERE f.period_id IN (SELECT period_id FROM counting)`,
  ).join(' UNION ALL ')})
  SELECT name || ' -> ' || fact_id AS example FROM used WHERE NOT EXISTS (SELECT FROM fact WHERE fact.id = used.fact_id)`;

const BALANCE_PARTS = [
  ['sales', `sales_order WHERE status IN ('approved', 'delivered', 'completed') AND`, 'gross_amount'],
  ['returns', 'sales_return WHERE', 'gross_amount'],
  ['receipts', 'receipt WHERE', 'amount'],
] as const;

const BALANCE_FACTS = BALANCE_PARTS.map(
  ([part, from, amount]) => `
    SELECT '${part}' AS part, customer_key, currency, sum(${amount}) AS amount FROM ${from} in_period AND period_id = $1
       AND (id >> 32)::integer IN (SELECT id FROM batch WHERE period_id = $1 AND state IN ('accepted', 'admitted')) GROUP BY 2, 3`,
).join(' UNION ALL ');

export const MONTH_CHECKS: readonly MonthCheck[] = [
  {
    name: 'batch_rows_are_there',
    zh: '每个批次在库中的行数等于其控制总数',
    en: 'each batch has exactly the rows it counted',
    sql: `SELECT 'batch ' || batch || ': counted ' || counted || ', found ' || found AS example FROM (${STRAY_BATCHES}) s`,
  },
  {
    name: 'batch_money_is_there',
    zh: '每个批次在库中的金额等于其控制总额',
    en: 'each batch’s rows are worth what it counted',
    sql: `SELECT 'batch ' || b.id || ' ' || coalesce(t.currency, w.currency) || ': counted ' || coalesce(t.kept, 0) || ', found ' || coalesce(w.kept, 0) AS example
            FROM (SELECT b.id AS batch_id, t.key AS currency, (t.value ->> 'kept')::numeric AS kept
                    FROM batch b, jsonb_each(b.totals) t WHERE b.period_id = $1 AND b.settled_at IS NOT NULL) t
            FULL JOIN (${WORTH_BY_BATCH}) w ON w.batch_id = t.batch_id AND w.currency = t.currency
            JOIN batch b ON b.id = coalesce(t.batch_id, w.batch_id)
           WHERE b.totals <> '{}' AND coalesce(t.kept, 0) <> coalesce(w.kept, 0)`,
  },
  {
    name: 'batch_totals_tie',
    zh: '读入 = 接受 + 拒收 + 排除，按行数与金额',
    en: 'rows in = kept + rejected + excluded, by count and by money',
    sql: `SELECT 'batch ' || id || ': ' || rows_in || ' <> ' || rows_kept || ' + ' || rows_rejected || ' + ' || rows_excluded AS example
            FROM batch WHERE period_id = $1 AND settled_at IS NOT NULL AND state NOT IN ('refused', 'cancelled')
             AND rows_in <> rows_kept + rows_rejected + rows_excluded
          UNION ALL
          SELECT 'batch ' || b.id || ' ' || t.key || ' ' || t.value::text
            FROM batch b, jsonb_each(b.totals) t
           WHERE b.period_id = $1 AND b.settled_at IS NOT NULL AND b.state NOT IN ('refused', 'cancelled')
             AND (t.value ->> 'rowsIn')::numeric <> (t.value ->> 'kept')::numeric + (t.value ->> 'rejected')::numeric + (t.value ->> 'excluded')::numeric`,
  },
  {
    name: 'rejected_rows_are_there',
    zh: '每条拒收行都可查看',
    en: 'every rejected row can be read',
    sql: `SELECT 'batch ' || b.id || ': counted ' || b.rows_rejected || ', found ' || count(r.batch_id) AS example
            FROM batch b LEFT JOIN rejected_row r ON r.batch_id = b.id
           WHERE b.period_id = $1 AND b.settled_at IS NOT NULL AND b.state NOT IN ('refused', 'cancelled')
           GROUP BY b.id, b.rows_rejected HAVING b.rows_rejected <> count(r.batch_id)`,
  },
  {
    name: 'evidence_counts_once',
    zh: '同一文件在一个月内只计一次',
    en: 'the same bytes count once in a month',
    sql: `SELECT kind || ' ' || evidence || ': batches ' || string_agg(id::text, ', ' ORDER BY id) AS example
            FROM batch WHERE period_id = $1 AND state IN ('accepted', 'admitted', 'parked') GROUP BY kind, channel, evidence HAVING count(*) > 1`,
  },
  {
    name: 'matches_point_to_rows',
    zh: '匹配只引用有效的明细',
    en: 'matches point to rows that count',
    sql: `WITH used AS (SELECT 'match ' || m.id AS name, unnest(m.left_ids || m.right_ids) AS fact_id
                          FROM match m WHERE m.period_id IN ${COMPARED}), ${USED_IN_VAIN}`,
  },
  {
    name: 'rows_match_once',
    zh: '一条明细在一项对账的一方至多属于一个已确认匹配（手续费另计）',
    en: 'a row is in at most one confirmed match of a reconciliation’s side; a payout’s fee is matched for itself',
    sql: `SELECT reconciliation || ' ' || side || ' ' || fact_id AS example
            FROM (SELECT *, 'left' AS side, unnest(left_ids) AS fact_id FROM match WHERE period_id = $1 AND state = 'confirmed'
                  UNION ALL SELECT *, 'right', unnest(right_ids) FROM match WHERE period_id = $1 AND state = 'confirmed') u
           GROUP BY reconciliation, side, fact_id, rule LIKE 'fee-%' HAVING count(*) > 1`,
  },
  {
    name: 'exceptions_point_to_rows',
    zh: '差异只引用有效的明细，原因只引用存在的差异',
    en: 'exceptions point to rows that count, and to causes that exist',
    sql: `WITH used AS (SELECT 'exception ' || e.id AS name, (r ->> 'id')::bigint AS fact_id
                          FROM close_exception e, jsonb_array_elements(e.left_records || e.right_records) r
                         WHERE e.period_id IN ${COMPARED} AND NOT e.superseded AND r ->> 'id' ~ '^[0-9]+$'), ${USED_IN_VAIN}
          UNION ALL
          SELECT 'exception ' || e.id || ' caused by ' || cause
            FROM close_exception e, unnest(e.caused_by) cause
           WHERE e.period_id = $1 AND NOT e.superseded
             AND NOT EXISTS (SELECT FROM close_exception c WHERE c.period_id = $1 AND c.id = cause)`,
  },
  {
    name: 'balances_follow_rows',
    zh: '锁定月份的客户余额等于有效明细之和',
    en: 'a locked month’s customer balances are the sums of its rows',
    sql: `SELECT part || ' ' || coalesce(f.customer_key, b.customer_key) || ': balance ' || coalesce(b.amount, 0) || ', rows ' || coalesce(f.amount, 0) AS example
            FROM (${BALANCE_FACTS}) f
            FULL JOIN (SELECT part, customer_key, currency, amount FROM customer_balance,
                         LATERAL (VALUES ('sales', sales), ('returns', returns), ('receipts', receipts)) v (part, amount)
                        WHERE period_id = $1) b USING (part, customer_key, currency)
           WHERE EXISTS ${LOCKED} AND EXISTS (SELECT FROM customer_balance WHERE period_id = $1)
             AND coalesce(f.amount, 0) <> coalesce(b.amount, 0)`,
  },
  {
    name: 'nothing_after_the_lock',
    zh: '锁定之后没有新的处理、批次、对账或数字',
    en: 'a locked month has no decision, batch, run or figures from after the lock',
    sql: `SELECT kind || ' ' || key || ' at ' || at AS example
            FROM (SELECT 'decision' AS kind, id::text AS key, decided_at AS at FROM decision WHERE period_id = $1
                  UNION ALL SELECT 'batch', id::text, settled_at FROM batch WHERE period_id = $1
                  UNION ALL SELECT 'reconcile_run', id::text, finished_at FROM reconcile_run WHERE period_id = $1
                  UNION ALL SELECT 'figures', hash, created_at FROM figures WHERE period_id = $1
                  UNION ALL SELECT 'exception', id::text, first_seen_at FROM close_exception WHERE period_id = $1) t
           WHERE at > (SELECT locked_at FROM period WHERE id = $1)`,
  },
  {
    name: 'guards_stand',
    zh: '锁定月份的每个分区都有生效的拒写触发器',
    en: 'every partition of a locked month still has its refusing triggers',
    sql: `SELECT part.relid::regclass::text AS example
            FROM unnest(partitioned_relations()) relation,
                 pg_partition_tree(to_regclass(format('public.%I', relation || '_p' || $1::integer))) part
           WHERE EXISTS ${LOCKED} AND part.isleaf
             AND 2 > (SELECT count(*) FROM pg_trigger t WHERE t.tgrelid = part.relid AND t.tgenabled IN ('O', 'A')
                       AND t.tgname IN ('month_is_locked', 'month_is_locked_whole') AND t.tgfoid = 'refuse_locked'::regproc)`,
  },
  {
    name: 'stage_fits_lock',
    zh: '阶段、锁定、封存与完成互相一致',
    en: 'stage, lock, seal and end agree',
    sql: `SELECT p.month || ' ' || p.stage AS example FROM period p LEFT JOIN seal s ON s.period_id = p.id
           WHERE p.id = $1 AND ((p.locked_at IS NULL) <> (s.period_id IS NULL) OR (p.stage = 'report' AND p.locked_at IS NULL)
              OR (p.locked_at IS NOT NULL AND p.stage NOT IN ('lock', 'report')) OR (p.closed_at IS NOT NULL AND p.stage <> 'report'))`,
  },
];
