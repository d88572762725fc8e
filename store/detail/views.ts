import type { CompanySettings } from '../../domain/company';
import type { Reason } from '../../domain/explanation/candidates';
import type { Judgement } from '../../domain/explanation/certainty';
import type { ComparedField } from '../../domain/explanation/compare';
import type { Slip } from '../../domain/explanation/near-key';
import type { Part } from '../../domain/explanation/parts';
import { ruleOf, type Rule } from '../../domain/rules';
import type { Bilingual, ReconciliationName } from '../../domain/words';
import type { Candidate } from './candidates';
import { placeOf, type Ground } from './ground';
import type { DetailRecord } from './show';

/** A rule as a clerk reads it, with what it found to agree and to differ. */
export interface RuleView {
  readonly code: string;
  readonly name: Bilingual;
  readonly agrees: readonly string[];
  readonly differs: readonly string[];
}

/** A record that nearly matched. */
export interface CandidateView extends Pick<DetailRecord, 'source' | 'reference' | 'date' | 'amount'> {
  readonly id: string;
  readonly file: string | null;
  readonly line: number | null;
  readonly agrees: readonly string[];
  /** One character off, two neighbours swapped, ...: how near the numbers are; null where they are not. */
  readonly slip: Slip | null;
  readonly reasons: readonly Reason[];
  /** free: nobody's · matched: with `match` · exception: in `exception`. */
  readonly state: 'free' | 'matched' | 'exception';
  readonly match: string | null;
  readonly exception: string | null;
}

/** What the details of an exception and of a match have in common. */
export interface DetailView {
  readonly foundBy: RuleView;
  readonly certainty: Judgement;
  /** Both sides field by field. */
  readonly fields: readonly ComparedField[];
  readonly leftRows: readonly DetailRecord[];
  readonly rightRows: readonly DetailRecord[];
  readonly nearly: readonly CandidateView[];
  /** They add up to the difference; empty where there is none. */
  readonly parts: readonly Part[];
}

export function candidateView(
  ground: Ground,
  { id, record, agrees, slip, reasons, standing }: Candidate,
): CandidateView {
  const { batch, row } = placeOf(ground, id);
  const hasLines = batch !== undefined && batch.relation !== 'bank_entry';
  return {
    ...record,
    id,
    file: batch?.fileName ?? null,
    line: hasLines ? row : null,
    agrees,
    slip: slip ?? null,
    reasons,
    state: standing.state,
    match: standing.state === 'matched' ? standing.match : null,
    exception: standing.state === 'exception' ? standing.exception : null,
  };
}

/** What a person did by hand has no rule of the machine. */
const BY_HAND: Rule = { code: 'by-hand', name: { zh: '人工匹配', en: 'matched by a person' }, certainty: 'certain' };

/** A standing rule, one of the company's own, or a person. */
export function findRule(
  { policy }: CompanySettings,
  reconciliation: ReconciliationName,
  code: string,
): Rule | undefined {
  if (code === BY_HAND.code) return BY_HAND;
  const own = policy.rules?.find((rule) => rule.code === code);
  if (own === undefined) return ruleOf(reconciliation, code);
  return { code, name: { zh: own.name, en: own.name }, certainty: own.automatic ? 'probable' : 'possible' };
}
