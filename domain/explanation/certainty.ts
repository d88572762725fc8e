import type { ExceptionFacts } from '../explain';
import type { Certainty, Rule } from '../rules';
import type { Bilingual } from '../words';
import { isTaken, type Judged } from './candidates';

export const CERTAINTY_NAMES: Readonly<Record<Certainty, Bilingual>> = {
  certain: { zh: '确定', en: 'certain' },
  probable: { zh: '很可能', en: 'probable' },
  possible: { zh: '可能', en: 'possible' },
};

/** How sure it is, in one of three words, and why. */
export interface Judgement {
  readonly word: Certainty;
  readonly label: Bilingual;
  readonly reason: Bilingual;
}

/** How sure a match is: as sure as what its rule compares. */
export function certaintyOfMatch(word: Certainty): Judgement {
  const reasons: Readonly<Record<Certainty, Bilingual>> = {
    certain: { zh: '双方的单号指向同一笔业务', en: 'the numbers of both sides lead to the same business' },
    probable: {
      zh: '没有共同单号，但其他条件都相符，且双方都没有第二个候选',
      en: 'no number in common, but everything else agrees and neither side has a second candidate',
    },
    possible: { zh: '只是建议，须由人确认', en: 'a suggestion only: a person has to confirm it' },
  };
  return judgement(word, reasons[word]);
}

/** What a person put together is as sure as the person. */
export function certaintyOfHand(): Judgement {
  return judgement('certain', { zh: '由人确认', en: 'confirmed by a person' });
}

/** What the judgement of an exception is made of. */
export interface ExceptionGround {
  readonly facts: ExceptionFacts;
  /** The rule that brought its records together; undefined where it is no longer known. */
  readonly rule: Rule | undefined;
  /** Both sides have records. */
  readonly isPaired: boolean;
  readonly candidates: readonly Judged[];
  /** It stands so near to the month's end that the other side may follow. */
  readonly isNearEnd: boolean;
}

/** How sure it is that an exception is a real difference, and not two records that belong together. */
export function certaintyOfException({ facts, rule, isPaired, candidates, isNearEnd }: ExceptionGround): Judgement {
  if (facts.apart === true)
    return judgement('certain', { zh: '有人拆开了这个匹配', en: 'a person took this match apart' });
  if (isPaired) {
    if (rule !== undefined && OF_SUMS.includes(rule.code))
      return judgement('certain', { zh: '双方的合计数不符', en: 'the sums of both sides differ' });
    return rule?.certainty === 'certain'
      ? judgement('certain', { zh: '双方单号相符，内容不符', en: 'the numbers agree and the contents do not' })
      : judgement('probable', { zh: '双方不是按单号对上的', en: 'the two were not brought together by a number' });
  }
  const suggested = facts.suggested?.[0];
  if (suggested !== undefined) {
    const names = suggested.references.slice(0, 3).join(' ');
    return judgement('possible', { zh: `可能属于 ${names}`, en: `it may belong to ${names}` });
  }
  const free = candidates.filter((one) => !isTaken(one));
  const [best] = free;
  if (best !== undefined && isLikely(best)) {
    const { reference } = best.record;
    return judgement('possible', {
      zh: `${reference} 很接近，可能就是它`,
      en: `${reference} comes near and may be it`,
    });
  }
  if (best !== undefined)
    return judgement('probable', {
      zh: `另一方有相近的记录 ${best.record.reference}，但不足以认定`,
      en: `the other side has something alike, ${best.record.reference}, but not enough to tell`,
    });
  if (isNearEnd)
    return judgement('probable', {
      zh: '临近月末，对方可能下月才记',
      en: 'near the month’s end: the other side may follow next month',
    });
  return judgement('certain', { zh: '另一方没有相近的记录', en: 'nothing on the other side comes near' });
}

/** Rules that compare sums rather than bring records together. */
const OF_SUMS: readonly string[] = ['customer-balance', 'fee-of-batch'];

/** A free record with nearly the number, or the customer, and the amount. */
function isLikely({ slip, agrees, reasons }: Judged): boolean {
  if (!agrees.includes('amount')) return slip === 'same';
  const isAnothers = reasons.some(({ code }) => code === 'customer_differs');
  return slip !== undefined || agrees.includes('customer') || (agrees.includes('date') && !isAnothers);
}

function judgement(word: Certainty, reason: Bilingual): Judgement {
  return { word, label: CERTAINTY_NAMES[word], reason };
}
