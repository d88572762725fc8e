import { canonicalText } from '../canonical';
import type { SealContent } from '../seal-content';
import { FACT_RELATIONS, type Bilingual } from '../words';
import { sha256, type Digests } from './digests';
import type { SealedHead } from './audit-chain';
import type { Fault, FaultCode } from './faults';

/** A month that is locked or sealed, and what its own row says beside the seal. */
export interface SealedMonth {
  readonly periodId: number;
  readonly month: string;
  readonly company: string;
  readonly lockedAt: string | null;
  readonly figuresHash: string | null;
  readonly policyVersion: number | null;
  readonly policyHash: string | null;
  readonly seal: {
    readonly sequence: number;
    readonly previous: string;
    readonly hash: string;
    readonly signature: string;
    readonly publicKey: string;
    readonly content: SealContent;
  } | null;
}

/**
 * What every seal covers; written here again on purpose: the verification trusts no list of the one who seals. What people match and note by hand came later:
 * seals from before it do not name it.
 */
const MUST_COVER = [
  ...FACT_RELATIONS,
  'match',
  'close_exception',
  'customer_balance',
  'batch',
  'rejected_row',
  'resolution',
  'decision',
  'figures',
  'reconcile_run',
];

/** Where the chain of seals stands before a month. */
export interface ChainPlace {
  readonly sequence: number;
  readonly hash: string;
}

/** Before a company's first seal. */
export const CHAIN_START: ChainPlace = { sequence: 0, hash: '0'.repeat(64) };

/**
 * Checks one month's seal by itself: its hash, signature and key, its place in the chain, and the month's own row.
 * @param trusted public keys, SPKI in base64
 */
export function verifySeal(
  month: SealedMonth,
  before: ChainPlace,
  trusted: readonly string[],
  digests: Digests,
): Fault[] {
  const { seal } = month;
  const faults: Fault[] = [];
  const say = (code: FaultCode, words: Bilingual): void => void faults.push({ code, month: month.month, ...words });
  if (!seal) {
    say('MONTH_UNSEALED', { zh: `${month.month} 已锁定但没有封存`, en: `${month.month} is locked but has no seal` });
    return faults;
  }
  if (hashOf(seal.content, digests) !== seal.hash)
    say('SEAL_CHANGED', words(month, '封存内容与其哈希不符', 'the seal does not fit its hash'));
  if (!isSigned(seal, digests))
    say('SIGNATURE_INVALID', words(month, '封存签名无效', 'the seal is not signed by the key it names'));
  if (!trusted.includes(seal.publicKey)) {
    say(
      'KEY_UNKNOWN',
      words(month, '封存由未知密钥签名', 'the seal is signed with a key that is not among those trusted'),
    );
  }
  const { content } = seal;
  const follows = seal.sequence === before.sequence + 1 && seal.previous === before.hash;
  if (!follows || content.sequence !== seal.sequence || content.previous !== seal.previous) {
    say('SEAL_CHAIN_BROKEN', words(month, '封存与上一封存不相连', 'the seal does not follow the seal before it'));
  }
  if (month.lockedAt === null)
    say('MONTH_UNLOCKED', words(month, '已封存却未锁定', 'the month is sealed but not locked'));
  if (!fitsMonth(month, content)) {
    say(
      'MONTH_ROW_CHANGED',
      words(
        month,
        '期间记录与封存不符（锁定时间、数字哈希或制度）',
        'its row in period, or its policy, is not what was sealed',
      ),
    );
  }
  const covered = new Set(content.relations.map(({ relation }) => relation));
  const left = MUST_COVER.filter((relation) => !covered.has(relation));
  if (left.length > 0) {
    say('SEAL_INCOMPLETE', words(month, `封存未覆盖 ${left.join('、')}`, `the seal does not cover ${left.join(', ')}`));
  }
  return faults;
}

function fitsMonth(month: SealedMonth, content: SealContent): boolean {
  return (
    content.company === month.company &&
    content.period === month.month &&
    content.figuresHash === month.figuresHash &&
    content.policyVersion === month.policyVersion &&
    content.policyHash === month.policyHash &&
    (month.lockedAt === null || content.lockedAt === month.lockedAt)
  );
}

/** Undefined for what no seal can hold: a fraction, a number beyond 2^53. */
function hashOf(content: SealContent, digests: Digests): string | undefined {
  try {
    return sha256(digests, canonicalText(content));
  } catch {
    return undefined;
  }
}

function isSigned(seal: { hash: string; signature: string; publicKey: string }, { verify }: Digests): boolean {
  try {
    const key = { key: Buffer.from(seal.publicKey, 'base64'), format: 'der', type: 'spki' } as const;
    return verify(null, Buffer.from(seal.hash, 'hex'), key, Buffer.from(seal.signature, 'base64'));
  } catch {
    return false;
  }
}

/** Where the audit chain must run through, by the months' seals. */
export function sealedHeads(sealed: readonly SealedMonth[]): SealedHead[] {
  return sealed.flatMap(({ month, seal }) => (seal ? [{ month, seal: seal.hash, ...seal.content.auditHead }] : []));
}

/** Worth a look, not a fault: months from which on another key seals. */
export function keyChanges(sealed: readonly SealedMonth[]): Fault[] {
  const seals = sealed.flatMap(({ month, seal }) => (seal ? [{ month, key: seal.publicKey }] : []));
  return seals
    .filter(({ key }, i) => i > 0 && seals[i - 1]?.key !== key)
    .map(({ month }) => ({
      code: 'KEY_REPLACED',
      month,
      zh: `${month} 起更换了封存密钥；请核对更换是否经批准`,
      en: `from ${month} on another key seals; make sure the change was approved`,
    }));
}

function words(month: SealedMonth, zh: string, en: string): Bilingual {
  return { zh: `${month.month} ${zh}`, en: `${month.month}: ${en}` };
}
