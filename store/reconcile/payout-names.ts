import { PAIRS_OF_A_BLOCK } from './pair-table';
import { literal, type Scope } from './scope';

/**
 * SQL: which of the payouts that a record names it is about, from a list `names` of (id, key, direct) and the records' amounts. `direct` says that the
 * record's own reference names the payout, and not its text. A record is about all of them where it is their sum, else about those of its reference,
 * else about the one whose net it is: a remark may mention yesterday's payout.
 * @param amounts SQL for a table with the columns id and amount
 */
export function namesMeant(scope: Scope, names: string, amounts: string): string {
  const tolerance = literal(scope.settings.policy.tolerance.amount);
  return `SELECT id, key, direct
       FROM (SELECT n.id, n.key, n.direct, a.amount, abs(p.net - a.amount) <= ${tolerance} AS is_its_net,
                    sum(p.net) OVER record AS all_nets, bool_or(n.direct) OVER record AS any_direct,
                    count(*) FILTER (WHERE abs(p.net - a.amount) <= ${tolerance}) OVER record AS with_its_net
               FROM (SELECT id, key, bool_or(direct) AS direct FROM ${names} GROUP BY id, key) n JOIN payout p USING (key) JOIN ${amounts} a USING (id)
             WINDOW record AS (PARTITION BY n.id)) named
      WHERE coalesce(abs(all_nets - amount) <= ${tolerance}, false)
         OR CASE WHEN any_direct THEN direct WHEN with_its_net = 1 THEN is_its_net ELSE true END`;
}

/**
 * SQL: the rows of `left` whose currency and amount stand few enough times in both tables to tell their records apart. OFFSET 0 keeps the planner
 * from comparing all with all first.
 */
export const tellingAmounts = (left: string, right: string): string =>
  `(SELECT rows.* FROM ${left} rows
      JOIN (SELECT currency, amount, count(*) AS lefts FROM ${left} l GROUP BY 1, 2) l USING (currency, amount)
      JOIN (SELECT currency, amount, count(*) AS rights FROM ${right} r GROUP BY 1, 2) r USING (currency, amount) WHERE lefts * rights <= ${String(PAIRS_OF_A_BLOCK)} OFFSET 0)`;
