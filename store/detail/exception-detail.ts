import type { Pool } from 'pg';
import { certaintyOfException, type Judgement } from '../../domain/explanation/certainty';
import { compareBalances, compareSides, type ComparedField } from '../../domain/explanation/compare';
import { settlingSteps } from '../../domain/explanation/steps';
import type { Side } from '../../domain/explanation/side';
import { addDays, daysOf } from '../../domain/periods';
import { Problem } from '../../domain/problem';
import type { Rule } from '../../domain/rules';
import type { Bilingual, ResolutionAction } from '../../domain/words';
import { exceptionView, type ExceptionView, type StoredException } from '../exceptions';
import { candidatesFor, type Candidate } from './candidates';
import { factsById } from './facts';
import { onGround, type Ground } from './ground';
import { rowsOfRecords } from './records';
import { linesOfDocument, partsOf } from './sides';
import { showRows } from './show';
import { candidateView, findRule, type DetailView, type RuleView } from './views';

/** An exception that causes another. */
export interface CauseView extends Pick<
  ExceptionView,
  'id' | 'reconciliation' | 'kind' | 'currency' | 'difference' | 'state' | 'explanation'
> {
  readonly references: readonly string[];
}

/** Everything about one exception: the line of the list, and why. */
export interface ExceptionDetail extends ExceptionView, DetailView {
  readonly steps: readonly Bilingual[];
  readonly causes: readonly CauseView[];
}

/**
 * The detail of one exception, computed from the rows as they stand.
 * @param dataDir where the bytes lie that the rows came from
 * @throws Problem EXCEPTION_NOT_FOUND (404)
 */
export async function exceptionDetail(
  pool: Pool,
  dataDir: string,
  periodId: number,
  id: string,
): Promise<ExceptionDetail> {
  return onGround(pool, periodId, async (ground) => {
    const [stored] = await readExceptions(ground, [id]);
    if (stored === undefined) throw exceptionNotFound(ground.month, id);
    return detailOf(ground, dataDir, stored);
  });
}

async function detailOf(ground: Ground, dataDir: string, stored: StoredException): Promise<ExceptionDetail> {
  const view = exceptionView(stored);
  const { reconciliation, kind, currency, difference } = view;
  const { facts } = stored;
  const { left, right, receipts } = await sidesOf(ground, stored, view);
  const candidates = await candidatesFor(ground, {
    ...{ reconciliation, kind, currency, difference, facts, right },
    left: { records: left.records, rows: [...left.rows, ...receipts] },
  });
  const rule = findRule(ground.settings, reconciliation, view.rule);
  const { accounts } = ground.settings;
  const compared = linesOfDocument(left, right);
  const fields =
    reconciliation === 'customers-ledger'
      ? compareBalances(facts, currency, [left.records[0]?.amount, right.records[0]?.amount])
      : compareSides({
          left: { ...left, rows: [...left.rows, ...receipts] },
          right: compared,
          currency,
          rule,
          accounts,
        });
  const causes = (await readExceptions(ground, view.causedBy)).map(causeView);
  const shown = { ...view, action: stored.suggested_action as ResolutionAction };
  return {
    ...view,
    foundBy: ruleView(view.rule, isPaired(view) ? rule?.name : NO_PARTNER, fields),
    certainty: certaintyOf(ground, stored, rule, candidates),
    fields,
    leftRows: await showRows(ground, dataDir, [...left.rows, ...receipts]),
    rightRows: await showRows(ground, dataDir, right.rows),
    nearly: candidates.map((one) => candidateView(ground, one)),
    parts: await partsOf(ground, { reconciliation, kind, currency, difference, facts, left, right: compared }),
    steps: settlingSteps({ ...shown, candidates, suggested: facts.suggested ?? [], causes: causes.length }),
    causes,
  };
}

/** The rows of both sides, and the receipts that a movement belongs to. */
async function sidesOf(
  ground: Ground,
  { facts }: StoredException,
  { reconciliation, left, right }: ExceptionView,
): Promise<{ left: Side; right: Side; receipts: Side['rows'] }> {
  if (reconciliation === 'customers-ledger')
    return { left: { records: left, rows: [] }, right: { records: right, rows: [] }, receipts: [] };
  const receiptIds = (facts.receiptIds ?? []).map(String);
  return {
    left: { records: left, rows: await rowsOfRecords(ground, left, facts) },
    right: { records: right, rows: await rowsOfRecords(ground, right, facts) },
    receipts: await factsById(ground, receiptIds),
  };
}

/** Stored exceptions of the month with what became of them, the largest first. */
async function readExceptions({ db, periodId }: Ground, ids: readonly string[]): Promise<StoredException[]> {
  if (ids.length === 0) return [];
  const { rows } = await db.query<StoredException>(
    `SELECT e.*, (SELECT login FROM exception_assignee a WHERE a.period_id = e.period_id AND a.exception_id = e.id) AS assignee
       FROM exception_state e WHERE period_id = $1 AND id = ANY ($2::uuid[]) ORDER BY abs(difference) DESC, id`,
    [periodId, ids],
  );
  return rows;
}

function causeView(stored: StoredException): CauseView {
  const { id, reconciliation, kind, currency, difference, state, explanation, left, right } = exceptionView(stored);
  const references = [...left, ...right].map(({ reference }) => reference);
  return { id, reconciliation, kind, currency, difference, state, explanation, references };
}

/** Said of a record that all rules have left alone. */
const NO_PARTNER: Bilingual = { zh: '没有一条规则找到它的对方', en: 'no rule found its other side' };

function isPaired({ left, right }: ExceptionView): boolean {
  return left.length > 0 && right.length > 0;
}

export function ruleView(code: string, name: Bilingual | undefined, fields: readonly ComparedField[]): RuleView {
  const marked = (mark: ComparedField['mark']): string[] =>
    fields.filter((one) => one.mark === mark).map(({ field }) => field);
  return { code, name: name ?? { zh: code, en: code }, agrees: marked('equal'), differs: marked('differs') };
}

function certaintyOf(
  ground: Ground,
  { facts, left_records: left, right_records: right }: StoredException,
  rule: Rule | undefined,
  candidates: readonly Candidate[],
): Judgement {
  const late = addDays(daysOf(ground.month).last, -ground.settings.policy.tolerance.days);
  const isNearEnd = [...left, ...right].some(({ date }) => date > late);
  return certaintyOfException({ facts, rule, isPaired: left.length > 0 && right.length > 0, candidates, isNearEnd });
}

function exceptionNotFound(month: string, id: string): Problem {
  return new Problem(
    'EXCEPTION_NOT_FOUND',
    {
      zh: `${month} 没有差异 ${id}，或已不存在；请重新查看 exceptions`,
      en: `${month} has no exception ${id}, or no longer; look at exceptions again`,
    },
    404,
  );
}
