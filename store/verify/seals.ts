import { createHash, createPublicKey, verify } from 'node:crypto';
import { canonicalText, type Canonical } from '../../domain/canonical';
import { FACT_RELATIONS, type Bilingual } from '../../domain/words';
import type { Queryable } from '../db';
import type { SealContent } from '../seal';
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

/** What every seal covers; written here again on purpose. */
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

/** The company's locked or sealed months, in the order of their seals. */
export async function readSealedMonths(db: Queryable, companyId: number): Promise<SealedMonth[]> {
  const { rows } = await db.query<SealedMonth>(
    `SELECT p.id AS "periodId", p.month, c.code AS company, p.figures_hash AS "figuresHash", p.policy_version AS "policyVersion",
            to_char(p.locked_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS "lockedAt", y.sha256 AS "policyHash",
            CASE WHEN s.period_id IS NOT NULL THEN jsonb_build_object('sequence', s.sequence, 'previous', s.previous, 'hash', s.hash,
              'signature', s.signature, 'publicKey', s.public_key, 'content', s.content) END AS seal
       FROM period p
       JOIN company c ON c.id = p.company_id
       LEFT JOIN policy y ON y.company_id = p.company_id AND y.version = p.policy_version
       LEFT JOIN seal s ON s.period_id = p.id
      WHERE p.company_id = $1 AND (p.locked_at IS NOT NULL OR s.period_id IS NOT NULL)
      ORDER BY s.sequence, p.month`,
    [companyId],
  );
  return rows;
}

/** Where the chain of seals stands before a month. */
export interface ChainPlace {
  readonly sequence: number;
  readonly hash: string;
}

/** Checks one month's seal by itself: its hash, signature and key, its place in the chain, and the month's own row. */
export function verifySeal(month: SealedMonth, before: ChainPlace, trusted: readonly string[]): Fault[] {
  const { seal } = month;
  const faults: Fault[] = [];
  const say = (code: FaultCode, words: Bilingual): void => void faults.push({ code, month: month.month, ...words });
  if (!seal) {
    say('MONTH_UNSEALED', { zh: `${month.month} 已锁定但没有封存`, en: `${month.month} is locked but has no seal` });
    return faults;
  }
  if (hashOf(seal.content) !== seal.hash)
    say('SEAL_CHANGED', words(month, '封存内容与其哈希不符', 'the seal does not fit its hash'));
  if (!isSigned(seal))
    say('SIGNATURE_INVALID', words(month, '封存签名无效', 'the seal is not signed by the key it names'));
  if (!trusted.includes(seal.publicKey)) {
    say(
      'KEY_UNKNOWN',
      words(month, '封存由未知密钥签名', 'the seal is signed with a key this installation does not know'),
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

function hashOf(content: Canonical): string {
  return createHash('sha256').update(canonicalText(content), 'utf8').digest('hex');
}

function isSigned(seal: { hash: string; signature: string; publicKey: string }): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(seal.publicKey, 'base64'), format: 'der', type: 'spki' });
    return verify(null, Buffer.from(seal.hash, 'hex'), key, Buffer.from(seal.signature, 'base64'));
  } catch {
    return false;
  }
}

function words(month: SealedMonth, zh: string, en: string): Bilingual {
  return { zh: `${month.month} ${zh}`, en: `${month.month}: ${en}` };
}
