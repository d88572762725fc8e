import type { Pool } from 'pg';
import { certaintyOfHand, certaintyOfMatch } from '../../domain/explanation/certainty';
import { compareSides } from '../../domain/explanation/compare';
import type { Side } from '../../domain/explanation/side';
import { formatAmount } from '../../domain/money';
import { Problem } from '../../domain/problem';
import type { MatchView } from '../matches';
import { candidatesFor } from './candidates';
import { ruleView } from './exception-detail';
import { factsById } from './facts';
import { findMatch, type FoundMatch } from './find-match';
import { onGround, type Ground } from './ground';
import { rowsOfRecords } from './records';
import { partsOf } from './sides';
import { comparedRecords, showRows } from './show';
import { candidateView, findRule, type DetailView } from './views';

/** Everything about one match: the line of the list, and why. */
export interface MatchDetail extends Omit<MatchView, 'certainty'>, DetailView {}

/**
 * The detail of one match, computed from the rows as they stand.
 * @param dataDir where the bytes lie that the rows came from
 * @throws Problem MATCH_NOT_FOUND (404)
 */
export async function matchDetail(pool: Pool, dataDir: string, periodId: number, id: string): Promise<MatchDetail> {
  return onGround(pool, periodId, async (ground) => {
    const stored = await findMatch(ground, id);
    if (stored === undefined) throw matchNotFound(ground.month, id);
    return detailOf(ground, dataDir, stored);
  });
}

async function detailOf(ground: Ground, dataDir: string, stored: FoundMatch): Promise<MatchDetail> {
  const { id, reconciliation, rule: code, state, currency } = stored;
  const { left, right } = await sidesOf(ground, stored);
  const difference = formatAmount(stored.difference, currency);
  const about = { reconciliation, kind: 'match' as const, currency, difference, facts: {}, left, right };
  const candidates = await candidatesFor(ground, about);
  const rule = findRule(ground.settings, reconciliation, code);
  const fields = compareSides({ left, right, currency, rule, accounts: ground.settings.accounts });
  return {
    ...{ id, reconciliation, rule: code, state, currency, difference },
    left: left.records,
    right: right.records,
    foundBy: ruleView(code, rule?.name, fields),
    certainty: code === 'by-hand' ? certaintyOfHand() : certaintyOfMatch(stored.certainty),
    fields,
    leftRows: await showRows(ground, dataDir, left.rows),
    rightRows: await showRows(ground, dataDir, right.rows),
    nearly: candidates.map((one) => candidateView(ground, one)),
    parts: await partsOf(ground, about),
  };
}

/** A match by hand has the records of its exceptions, one of the machine its rows. */
async function sidesOf(
  ground: Ground,
  { reconciliation, rows, records }: FoundMatch,
): Promise<{ left: Side; right: Side }> {
  const { accounts } = ground.settings;
  const side = async (name: 'left' | 'right', sign: 1 | -1): Promise<Side> => {
    if (records !== null) return { records: records[name], rows: await rowsOfRecords(ground, records[name], {}) };
    const found = await factsById(ground, rows[name]);
    return { records: comparedRecords(found, { reconciliation, accounts, sign }), rows: found };
  };
  const left = await side('left', 1);
  return { left, right: await side('right', left.rows.some(({ relation }) => relation === 'sales_return') ? -1 : 1) };
}

function matchNotFound(month: string, id: string): Problem {
  return new Problem(
    'MATCH_NOT_FOUND',
    {
      zh: `${month} 没有匹配 ${id}，或已不存在；请重新查看 matches`,
      en: `${month} has no match ${id}, or no longer; look at matches again`,
    },
    404,
  );
}
