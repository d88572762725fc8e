import { SEALED_RELATIONS } from '../sealing/relations';
import type { CompanyCheck } from './check';

const ROWS_BY_MONTH = SEALED_RELATIONS.map(
  ({ relation }) => `
    SELECT '${relation}' AS relation, period_id, count(*) AS rows FROM ${relation}
     WHERE period_id IN (SELECT period_id FROM seal WHERE company_id = $1) GROUP BY 2`,
).join(' UNION ALL ');

/** The decisions a locked month stands on: over the figures that were locked, after the last rejection. $1 company. */
const STANDING = `
  SELECT d.*, p.month, p.company_id FROM decision d JOIN period p ON p.id = d.period_id
   WHERE p.company_id = $1 AND p.locked_at IS NOT NULL AND d.figures_hash = p.figures_hash AND d.kind IN ('review', 'approve')
     AND d.decided_at > coalesce((SELECT max(decided_at) FROM decision WHERE period_id = p.id AND kind IN ('reject', 'cancel')), '-infinity')`;

/** Who prepared what in which month: imported a file that was kept, started, admitted, or resolved as preparer. */
const PREPARED = `
  SELECT period_id, imported_by AS person_id FROM batch WHERE imported_by IS NOT NULL AND state NOT IN ('refused', 'cancelled')
  UNION SELECT period_id, person_id FROM decision WHERE kind IN ('start', 'admit') OR (kind = 'resolve' AND role = 'preparer')`;

const STUCK_AFTER = '15 minutes';

export const COMPANY_CHECKS: readonly CompanyCheck[] = [
  {
    name: 'openings_follow_closings',
    zh: '期初余额等于上月封存的期末余额',
    en: 'each opening balance is the closing balance of the locked month before',
    sql: `SELECT now.month || ' ' || gap.customer_key || ' ' || gap.currency || ': sales ' || gap.sales || ', ledger ' || gap.ledger AS example
            FROM period now
            JOIN period before ON before.company_id = now.company_id AND before.locked_at IS NOT NULL
             AND before.month = to_char(to_date(now.month, 'YYYY-MM') - interval '1 month', 'YYYY-MM')
            CROSS JOIN LATERAL (
              SELECT customer_key, currency, coalesce(a.sales_opening, 0) - coalesce(b.sales_closing, 0) AS sales,
                     coalesce(a.ledger_opening, 0) - coalesce(b.ledger_closing, 0) AS ledger
                FROM (SELECT * FROM customer_balance WHERE period_id = now.id) a
                FULL JOIN (SELECT * FROM customer_balance WHERE period_id = before.id) b USING (customer_key, currency)) gap
           WHERE now.company_id = $1 AND now.stage IN ('review', 'approve', 'lock', 'report')
             AND EXISTS (SELECT FROM customer_balance WHERE period_id = now.id) AND (gap.sales <> 0 OR gap.ledger <> 0)`,
  },
  {
    name: 'seals_count_rows',
    zh: '封存的行数等于库中的行数',
    en: 'a sealed month has as many rows as its seal counts',
    sql: `SELECT p.month || ' ' || r.relation || ': sealed ' || r.rows || ', found ' || coalesce(f.rows, 0) AS example
            FROM seal s JOIN period p ON p.id = s.period_id
            CROSS JOIN LATERAL jsonb_to_recordset(s.content -> 'relations') r (relation text, rows bigint)
            LEFT JOIN (${ROWS_BY_MONTH}) f ON f.period_id = s.period_id AND f.relation = r.relation
           WHERE s.company_id = $1 AND coalesce(f.rows, 0) <> r.rows`,
  },
  {
    name: 'decisions_are_audited',
    zh: '每项决定恰有一条操作记录',
    en: 'every decision of a person has exactly one audit entry',
    sql: `SELECT p.month || ' ' || d.kind || ' ' || d.id || ': ' || count(a.seq) AS example
            FROM decision d JOIN period p ON p.id = d.period_id
            LEFT JOIN audit_entry a ON a.chain = p.company_id AND a.subject = d.id::text
           WHERE p.company_id = $1 AND d.person_id IS NOT NULL GROUP BY p.month, d.kind, d.id HAVING count(a.seq) <> 1`,
  },
  {
    name: 'locked_months_are_approved',
    zh: '锁定的月份由不同的人复核与审批，且针对锁定的数字',
    en: 'each locked month was reviewed and approved by different people over the figures that were locked',
    sql: `WITH standing AS (${STANDING})
          SELECT p.month AS example FROM period p
           WHERE p.company_id = $1 AND p.locked_at IS NOT NULL
             AND NOT EXISTS (SELECT FROM standing r JOIN standing a ON a.period_id = r.period_id AND a.kind = 'approve' AND a.person_id <> r.person_id
                              WHERE r.period_id = p.id AND r.kind = 'review')`,
  },
  {
    name: 'duties_are_apart',
    zh: '经办不复核不审批，复核不审批',
    en: 'who prepared did not review or approve, who reviewed did not approve',
    sql: `WITH standing AS (${STANDING})
          SELECT s.month || ' ' || s.kind || ' by ' || n.login AS example FROM standing s JOIN person n ON n.id = s.person_id
           WHERE EXISTS (SELECT FROM (${PREPARED}) p WHERE p.period_id = s.period_id AND p.person_id = s.person_id)
              OR (s.kind = 'approve' AND EXISTS (SELECT FROM standing r WHERE r.period_id = s.period_id AND r.kind = 'review' AND r.person_id = s.person_id))`,
  },
  {
    name: 'deciders_had_the_role',
    zh: '复核与审批的人当时有权且未停用',
    en: 'who reviewed or approved had the role, or had it granted and audited since, and was not disabled',
    sql: `WITH standing AS (${STANDING})
          SELECT s.month || ' ' || s.kind || ' by ' || n.login || ' as ' || s.role AS example FROM standing s JOIN person n ON n.id = s.person_id
           WHERE n.disabled_at < s.decided_at OR (s.kind = 'review' AND s.role <> 'reviewer') OR (s.kind = 'approve' AND s.role NOT IN ('approver', 'controller'))
              OR NOT (EXISTS (SELECT FROM role_grant g WHERE g.company_id = s.company_id AND g.person_id = s.person_id AND g.role = s.role AND g.granted_at <= s.decided_at)
                      OR EXISTS (SELECT FROM audit_entry a WHERE a.chain IN (0, s.company_id) AND a.subject = n.login AND a.detail::text LIKE '%' || s.role || '%'))`,
  },
  {
    name: 'outbox_moves',
    zh: '待发事项没有滞留',
    en: `nothing has waited in the outbox for over ${STUCK_AFTER}`,
    sql: `SELECT kind || ' ' || dedupe_key || ' ' || state || ' since ' || next_at AS example FROM outbox
           WHERE company_id = $1 AND state IN ('PENDING', 'SENDING') AND next_at < now() - interval '${STUCK_AFTER}'`,
  },
  {
    name: 'replacements_are_single',
    zh: '被替换的批次恰有一个继任批次',
    en: 'a replaced batch has exactly one that replaces it',
    sql: `SELECT 'batch ' || b.id || ': ' || count(n.id) AS example
            FROM batch b JOIN period p ON p.id = b.period_id
            LEFT JOIN batch n ON n.replaces = b.id AND n.state NOT IN ('received', 'refused', 'cancelled')
           WHERE p.company_id = $1 AND b.state = 'replaced' GROUP BY b.id HAVING count(n.id) <> 1`,
  },
];
