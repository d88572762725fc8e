import { balanceGaps, nameGaps, type FileSpans } from '../domain/balance-gaps';
import type { CloseFacts } from '../domain/checks';
import type { Role } from '../domain/words';
import { nameMissing } from '../domain/source-words';
import { deadlinesOf } from '../domain/deadlines';
import { previousMonth } from '../domain/periods';
import type { Close } from './close-row';
import type { Queryable } from './db';
import { readMissing } from './sources/missing';

/** Reads what the books say about a month, as far as its close depends on it. */
export async function readFacts(db: Queryable, close: Close): Promise<CloseFacts> {
  const collected = await readCollected(db, close);
  const exceptions = await readExceptions(db, close.periodId);
  const decisions = await readDecisions(db, close);
  const balances = await readBalanceGaps(db, close.periodId);
  return { ...collected, sources: await readSources(db, close), balanceGaps: balances, ...exceptions, ...decisions };
}

/** Bills and statements of one account that do not join. */
async function readBalanceGaps(db: Queryable, periodId: number): Promise<CloseFacts['balanceGaps']> {
  const found = await db.query<FileSpans>(
    `SELECT detected->'days'->>'from' AS from, detected->'days'->>'to' AS to, detected->'balances' AS spans
       FROM batch WHERE period_id = $1 AND state IN ('accepted', 'admitted') AND detected ? 'balances'`,
    [periodId],
  );
  const gaps = balanceGaps(found.rows);
  return { count: gaps.length, names: nameGaps(gaps) };
}

async function readSources(db: Queryable, { periodId, month, company }: Close): Promise<CloseFacts['sources']> {
  const { count, fetching, first } = await readMissing(db, periodId);
  const due = deadlinesOf(month, company.policy, company.timezone).cutoff;
  const isDue = Date.now() >= Date.parse(due);
  return { missing: count, fetching, names: nameMissing(first, count), isDue };
}

async function readCollected(
  db: Queryable,
  { periodId, companyId, month }: Close,
): Promise<Pick<CloseFacts, 'batches' | 'rejectedRows' | 'previousMonthOpen'>> {
  const found = await db.query<{
    effective: number;
    unsettled: number;
    parked: number;
    rejected: number;
    previousIsOpen: boolean;
  }>(
    `SELECT count(*) FILTER (WHERE state IN ('accepted', 'admitted'))::int AS effective,
            count(*) FILTER (WHERE state = 'received')::int AS unsettled,
            count(*) FILTER (WHERE state = 'parked')::int AS parked,
            coalesce(sum(rows_rejected) FILTER (WHERE state IN ('accepted', 'admitted')), 0)::int AS rejected,
            (${EARLIER_MONTH_EXISTS} AND NOT ${PREVIOUS_MONTH_LOCKED}) AS "previousIsOpen"
       FROM batch WHERE period_id = $1`,
    [periodId, companyId, month, previousMonth(month)],
  );
  const { effective = 0, unsettled = 0, parked = 0, rejected = 0, previousIsOpen = false } = found.rows[0] ?? {};
  return {
    batches: { effective, unsettled, parked },
    rejectedRows: rejected,
    previousMonthOpen: previousIsOpen ? previousMonth(month) : null,
  };
}

/** A month that was only named, never started or filled, does not make a later one wait. */
const EARLIER_MONTH_EXISTS = `EXISTS (
  SELECT FROM period e WHERE e.company_id = $2 AND e.month < $3 AND (e.locked_at IS NOT NULL OR e.started_at IS NOT NULL
     OR EXISTS (SELECT FROM batch b WHERE b.period_id = e.id AND b.state IN ('accepted', 'admitted', 'received'))))`;
const PREVIOUS_MONTH_LOCKED = `EXISTS (SELECT FROM period e WHERE e.company_id = $2 AND e.month = $4 AND e.locked_at IS NOT NULL)`;

/**
 * Open exceptions and the absolute amounts that are open or written off, the rests of matches by hand among them. A customer's balance
 * that other exceptions explain to the cent clears with them: it is not counted beside them.
 */
async function readExceptions(
  db: Queryable,
  periodId: number,
): Promise<Pick<CloseFacts, 'openExceptions' | 'openOwner' | 'amounts'>> {
  const found = await db.query<{ currency: string; owner: Role; open: number; amount: string }>(
    `SELECT currency, owner, count(*) FILTER (WHERE state = 'open')::int AS open, sum(abs(difference))::text AS amount
       FROM exception_state
      WHERE period_id = $1 AND NOT explained AND (state = 'open' OR (state = 'resolved' AND action = 'write_off'))
      GROUP BY currency, owner ORDER BY open DESC, owner`,
    [periodId],
  );
  const amounts = await db.query<{ currency: string; amount: string }>(
    `SELECT currency, sum(amount)::text AS amount
       FROM (SELECT * FROM unnest($1::text[], $2::numeric[]) AS t(currency, amount)
             UNION ALL
             SELECT currency, abs(difference) FROM hand_match_state WHERE period_id = $3 AND stands AND settled_by = 'write_off') a
      GROUP BY currency`,
    [found.rows.map(({ currency }) => currency), found.rows.map(({ amount }) => amount), periodId],
  );
  return {
    openExceptions: found.rows.reduce((sum, { open }) => sum + open, 0),
    openOwner: found.rows[0]?.owner ?? 'preparer',
    amounts: Object.fromEntries(amounts.rows.map(({ currency, amount }) => [currency, amount])),
  };
}

/** Decisions that stand: for the present figures, after the last rejection or cancellation. */
async function readDecisions(
  db: Queryable,
  { periodId, figuresHash }: Close,
): Promise<Pick<CloseFacts, 'reviewed' | 'approvals' | 'rejection'>> {
  const found = await db.query<{ kind: string; role: Role; person: number; login: string; reason: string }>(
    `SELECT d.kind, d.role, d.person_id AS person, person.login, d.reason
       FROM decision d JOIN person ON person.id = d.person_id
      WHERE d.period_id = $1
        AND d.decided_at > (SELECT coalesce(max(decided_at), '-infinity') FROM decision WHERE period_id = $1 AND kind = 'cancel')
        AND (d.kind = 'reject' OR (d.kind IN ('review', 'approve') AND d.figures_hash = $2))
      ORDER BY d.decided_at`,
    [periodId, figuresHash],
  );
  const lastRejection = found.rows.findLastIndex(({ kind }) => kind === 'reject');
  const standing = found.rows.slice(lastRejection + 1);
  const reviewers = new Set(standing.filter(({ kind }) => kind === 'review').map(({ person }) => person));
  const approvals = standing.filter(({ kind, person }) => kind === 'approve' && !reviewers.has(person));
  const rejected = found.rows[lastRejection];
  return {
    reviewed: reviewers.size > 0,
    approvals: approvals.map(({ role, login }) => ({ role, login })),
    rejection: rejected && reviewers.size === 0 ? { by: rejected.login, reason: rejected.reason } : null,
  };
}

/** The batches whose rows count, in order: the input of a reconciliation. */
export async function effectiveBatches(db: Queryable, periodId: number): Promise<string> {
  const found = await db.query<{ ids: string | null }>(
    `SELECT string_agg(id::text, ',' ORDER BY id) AS ids FROM batch WHERE period_id = $1 AND state IN ('accepted', 'admitted')`,
    [periodId],
  );
  return found.rows[0]?.ids ?? '';
}
