import { createHash } from 'node:crypto';
import type { PoolClient } from 'pg';
import type { CompanySettings } from '../../domain/company';
import type { MatchRule } from '../../domain/match-rules';
import { Problem } from '../../domain/problem';
import { RULE_VERSION } from '../../domain/rules';
import { relationOfBatch, type FactRelation, type FileKind } from '../../domain/words';
import type { EffectiveBatch, Scope } from './scope';

/** What a run compares, and by what. */
export interface ReconcileInput {
  readonly scope: Scope;
  readonly policyVersion: number;
  /** Equal batches, policy, rules and matches taken apart: equal hash. */
  readonly hash: string;
}

interface PeriodRow {
  readonly company_id: number;
  readonly month: string;
  readonly locked: boolean;
  readonly version: number;
  readonly settings: CompanySettings;
}

/**
 * Reads what a run needs beside the rows. The month's row is held for sharing: it is not locked meanwhile.
 * @param asking how the month would be compared under settings that are not in force; a locked month can be asked, not compared
 * @throws Problem PERIOD_NOT_FOUND, PERIOD_LOCKED
 */
export async function readInput(
  client: PoolClient,
  periodId: number,
  progress: (step: string) => void,
  asking?: CompanySettings,
): Promise<ReconcileInput> {
  const period = await readPeriod(client, periodId);
  if (period.locked && asking === undefined)
    throw new Problem('PERIOD_LOCKED', {
      zh: '本月已结账，不能再对账',
      en: 'the month is locked; it is not compared again',
    });
  const batches = await batchesIn(client, periodId, ['accepted', 'admitted']);
  const rules = asking?.policy.rules ?? (await approvedRules(client, period.company_id, period.version));
  const scope: Scope = {
    client,
    periodId,
    companyId: period.company_id,
    month: period.month,
    settings: asking ?? period.settings,
    rules,
    batches,
    progress,
  };
  const apart = await client.query<{ match_id: string }>(
    'SELECT match_id FROM apart_match WHERE period_id = $1 ORDER BY 1',
    [periodId],
  );
  const input = [
    scope.batches.map((batch) => batch.id),
    period.version,
    RULE_VERSION,
    rules,
    apart.rows.map((row) => row.match_id),
  ];
  const hash = createHash('sha256').update(JSON.stringify(input)).digest('hex');
  return { scope, policyVersion: period.version, hash };
}

/** The batches of a month in one of the given states, as a comparison wants to know them. */
export async function batchesIn(
  client: PoolClient,
  periodId: number,
  states: readonly string[],
): Promise<EffectiveBatch[]> {
  const { rows } = await client.query<
    Omit<EffectiveBatch, 'relation'> & { readonly kind: FileKind; readonly relation: FactRelation | null }
  >(
    `SELECT id, kind, relation, channel, file_name AS "fileName" FROM batch WHERE period_id = $1 AND state = ANY ($2) ORDER BY id`,
    [periodId, states],
  );
  return rows.map((batch) => ({ ...batch, relation: relationOfBatch(batch) }));
}

async function readPeriod(client: PoolClient, periodId: number): Promise<PeriodRow> {
  const { rows } = await client.query<PeriodRow>(
    `SELECT p.company_id, p.month, p.locked_at IS NOT NULL AS locked, y.version, y.settings
       FROM period p JOIN policy y ON y.company_id = p.company_id
        AND y.version = coalesce(p.policy_version, (SELECT max(version) FROM policy WHERE company_id = p.company_id))
      WHERE p.id = $1 FOR SHARE OF p`,
    [periodId],
  );
  const period = rows[0];
  if (period === undefined)
    throw new Problem('PERIOD_NOT_FOUND', { zh: '没有这个会计期间', en: 'there is no such period' }, 404);
  return period;
}

/** The rules of the newest approved policy that is not newer than the month's own. */
async function approvedRules(
  client: PoolClient,
  companyId: number,
  policyVersion: number,
): Promise<readonly MatchRule[]> {
  const { rows } = await client.query<{ rules: readonly MatchRule[] | null }>(
    `SELECT y.settings->'policy'->'rules' AS rules FROM policy y JOIN rule_approval a ON a.company_id = y.company_id AND a.policy_version = y.version
      WHERE y.company_id = $1 AND y.version <= $2 ORDER BY y.version DESC LIMIT 1`,
    [companyId, policyVersion],
  );
  return rows[0]?.rules ?? [];
}
