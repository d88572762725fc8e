import type { ShownRecord } from '../../domain/explain';
import type { Certainty } from '../../domain/rules';
import { formatAmount } from '../../domain/money';
import type { ReconciliationName } from '../../domain/words';
import type { MatchState } from '../matches';
import type { Ground } from './ground';

/** A match with what it is made of: rows, or for a match by hand the records of its exceptions. */
export interface FoundMatch {
  readonly id: string;
  readonly reconciliation: ReconciliationName;
  readonly rule: string;
  readonly state: MatchState;
  readonly certainty: Certainty;
  readonly currency: string;
  readonly difference: string;
  readonly rows: { readonly left: readonly string[]; readonly right: readonly string[] };
  readonly records: { readonly left: readonly ShownRecord[]; readonly right: readonly ShownRecord[] } | null;
}

const COLUMNS = 'reconciliation, rule, certainty, currency, difference';
const ROWS = `jsonb_build_object('left', array_remove(left_ids, NULL)::text[], 'right', array_remove(right_ids, NULL)::text[]) AS rows, NULL AS records`;

/** In this order: the machine's, those taken apart, those by hand. */
const PLACES = [
  `SELECT id, state, ${COLUMNS}, ${ROWS} FROM match WHERE period_id = $1 AND id = $2`,
  `SELECT match_id AS id, 'apart' AS state, ${COLUMNS}, ${ROWS} FROM apart_state WHERE period_id = $1 AND match_id = $2`,
  `SELECT id, 'confirmed' AS state, reconciliation, 'by-hand' AS rule, 'certain' AS certainty, currency, difference,
          '{"left": [], "right": []}'::jsonb AS rows,
          (SELECT jsonb_build_object('left', coalesce(jsonb_path_query_array(jsonb_agg(e.left_records), '$[*][*]'), '[]'),
                                     'right', coalesce(jsonb_path_query_array(jsonb_agg(e.right_records), '$[*][*]'), '[]'))
             FROM close_exception e WHERE e.period_id = h.period_id AND e.id = ANY (h.exception_ids)) AS records
     FROM hand_match_state h WHERE period_id = $1 AND id = $2 AND stands`,
] as const;

/** The match of that id in the month; undefined where there is none. */
export async function findMatch({ db, periodId }: Ground, id: string): Promise<FoundMatch | undefined> {
  for (const place of PLACES) {
    const { rows } = await db.query<FoundMatch>(place, [periodId, id]);
    const [found] = rows;
    if (found !== undefined) return shown(found);
  }
  return undefined;
}

/** Records are kept as stored; they are shown with their currency's decimals. */
function shown(match: FoundMatch): FoundMatch {
  const { records, currency } = match;
  if (records === null) return match;
  const formatted = (side: readonly ShownRecord[]): ShownRecord[] =>
    side.map((record) => ({ ...record, amount: formatAmount(record.amount, currency) }));
  return { ...match, records: { left: formatted(records.left), right: formatted(records.right) } };
}
