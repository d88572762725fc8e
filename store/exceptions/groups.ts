import type { Pool } from 'pg';
import { causeTitle } from '../../domain/cause';
import { Decimal, formatAmount } from '../../domain/money';
import type { Bilingual, ResolutionAction } from '../../domain/words';
import { CAUSE_KEY } from './cause-key';
import { conditionOf, CUSTOMER, placeholders, type ExceptionFilter } from './filter';

export const EXCEPTION_GROUPS = ['kind', 'reconciliation', 'owner', 'customer', 'cause'] as const;
export type GroupedBy = (typeof EXCEPTION_GROUPS)[number];

/** Exceptions that have something in common, counted and summed. */
export interface ExceptionGroup {
  /** The kind, reconciliation, role, customer or cause; a cause's key is what `resolve --cause` takes. */
  readonly key: string;
  readonly count: number;
  readonly open: number;
  readonly sums: readonly {
    readonly currency: string;
    readonly count: number;
    /** left − right, and without signs; decimal strings. */
    readonly difference: string;
    readonly absolute: string;
  }[];
  /** Of a cause: what it is, and what settles it for all of them. */
  readonly title?: Bilingual;
  readonly suggestedAction?: ResolutionAction;
}

interface GroupRow {
  readonly key: string;
  readonly currency: string;
  readonly count: number;
  readonly open: number;
  readonly difference: string;
  readonly absolute: string;
  /** Of causes: what is advised for most of them, whose most of them are, and how many. */
  readonly suggested?: ResolutionAction;
  readonly customer?: string | null;
  readonly of_customer?: number;
}

const KEYS: Readonly<Record<GroupedBy, string>> = {
  kind: 'e.kind',
  reconciliation: 'e.reconciliation',
  owner: 'e.owner',
  customer: `coalesce(${CUSTOMER}, '-')`,
  cause: CAUSE_KEY,
};

const SUMS = `count(*)::int AS count, count(*) FILTER (WHERE state = 'open')::int AS open, sum(difference) AS difference, sum(abs(difference)) AS absolute`;
const TOTALS = `key, currency, sum(count)::int AS count, sum(open)::int AS open, sum(difference)::text AS difference, sum(absolute)::text AS absolute`;

const SUMMED = `SELECT ${TOTALS} FROM (SELECT key, currency, ${SUMS} FROM each GROUP BY key, currency) g GROUP BY key, currency`;

/** With what is advised for most of a group, and whose most of them are. */
const SUMMED_WITH_CUSTOMERS = `
  SELECT ${TOTALS}, (array_agg(suggested ORDER BY count DESC, suggested))[1] AS suggested,
         (array_agg(customer ORDER BY count DESC, customer))[1] AS customer, max(count) AS of_customer
    FROM (SELECT key, currency, customer, ${SUMS}, mode() WITHIN GROUP (ORDER BY suggested_action) AS suggested
            FROM each GROUP BY key, currency, customer) g
   GROUP BY key, currency`;

/** The groups of a month's exceptions, the largest amount first. Causes are those of open exceptions unless another state is asked for. */
export async function groupExceptions(
  pool: Pool,
  periodId: number,
  by: GroupedBy,
  filter: ExceptionFilter,
): Promise<ExceptionGroup[]> {
  const values: unknown[] = [];
  const which = by === 'cause' && filter.state === undefined ? { ...filter, state: 'open' as const } : filter;
  const { rows } = await pool.query<GroupRow>(
    `WITH each AS (
       SELECT ${KEYS[by]} AS key, e.currency, e.state, e.difference, e.suggested_action, ${CUSTOMER} AS customer
         FROM exception_state e WHERE ${conditionOf(periodId, which, placeholders(values))}
     ) ${by === 'cause' ? SUMMED_WITH_CUSTOMERS : SUMMED} ORDER BY sum(absolute) DESC, key, currency`,
    values,
  );
  const groups = new Map<string, GroupRow[]>();
  for (const row of rows) {
    const known = groups.get(row.key);
    if (known === undefined) groups.set(row.key, [row]);
    else known.push(row);
  }
  return [...groups].map(([key, parts]) => groupOf(by, key, parts));
}

function groupOf(by: GroupedBy, key: string, parts: readonly GroupRow[]): ExceptionGroup {
  const total = (of: 'count' | 'open'): number => parts.reduce((sum, part) => sum + part[of], 0);
  const group = {
    key,
    count: total('count'),
    open: total('open'),
    sums: parts.map(({ currency, count, difference, absolute }) => ({
      currency,
      count,
      difference: formatAmount(new Decimal(difference), currency),
      absolute: formatAmount(new Decimal(absolute), currency),
    })),
  };
  const [first] = parts;
  if (by !== 'cause' || first?.suggested === undefined) return group;
  const { customer = null, of_customer: ofCustomer = 0, suggested } = first;
  const dominant = customer !== null && ofCustomer > 1 && ofCustomer * 2 > group.count ? { customer, ofCustomer } : {};
  return { ...group, title: causeTitle(key, { count: group.count, ...dominant }), suggestedAction: suggested };
}
