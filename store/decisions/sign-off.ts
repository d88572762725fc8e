import { missingApprovals, type StandingApproval } from '../../domain/approvals';
import { BLOCKER_NAMES } from '../../domain/blockers';
import { judgeReview, requiredRoles, type CloseFacts } from '../../domain/checks';
import { Problem } from '../../domain/problem';
import { ROLES_OF_ACTION } from '../../domain/segregation';
import { ROLE_NAMES, type Bilingual, type Role } from '../../domain/words';
import { findCompany } from '../access';
import { readFacts } from '../close-facts';
import { readClose } from '../close-row';
import type { Queryable } from '../db';
import { figuresDifference } from '../figures';
import { requireFigures, requireStage, takeGround, type DecisionRequest, type Ground } from './ground';
import { signalDecision } from './late';
import { recordDecision } from './record';

/** A person's word on a month's figures. */
export interface SignOffRequest extends DecisionRequest {
  readonly reason: string;
  /** The figures hash the person looked at; by default the one the close status last showed him. */
  readonly seen?: string;
}

export interface SignedOff {
  readonly decision: string;
  readonly figuresHash: string;
  /** Roles whose approval is still wanted; empty otherwise. */
  readonly missing: readonly Role[];
}

/**
 * Reviews a month's figures: no check may block, and whoever prepared the month does not review it.
 * @throws Problem WRONG_STAGE, REVIEW_BLOCKED, FIGURES_CHANGED, FIGURES_NOT_SEEN, SEGREGATION_OF_DUTIES
 */
export async function reviewClose(db: Queryable, request: SignOffRequest): Promise<SignedOff> {
  const ground = await takeGround(db, request, 'review');
  requireStage(ground, ['review'], { zh: '复核', en: 'review' });
  const figuresHash = await requireSeen(db, ground, request.seen);
  refuseBlocked(await factsOf(db, ground), ground);
  return signOff(db, ground, 'review', figuresHash, request.reason, []);
}

/**
 * Approves reviewed figures in one of the roles the amount asks for; each role takes another person.
 * @throws Problem WRONG_STAGE, FIGURES_CHANGED, FIGURES_NOT_SEEN, SEGREGATION_OF_DUTIES, ALREADY_APPROVED, APPROVAL_NOT_NEEDED
 */
export async function approveClose(db: Queryable, request: SignOffRequest): Promise<SignedOff> {
  const ground = await takeGround(db, request, 'approve');
  requireStage(ground, ['approve'], { zh: '审批', en: 'approve' });
  const figuresHash = await requireSeen(db, ground, request.seen);
  const facts = await factsOf(db, ground);
  const required = requiredRoles(facts.amounts, ground.settings.policy, ground.settings.currency);
  const role = await approvingRole(db, ground, required, facts.approvals);
  const missing = missingApprovals(required, [...facts.approvals, { role, login: ground.person.login }]);
  return signOff(db, { ...ground, role }, 'approve', figuresHash, request.reason, missing);
}

/**
 * Sends a month back to review, with the reason. Reviews and approvals given before count no longer.
 * @throws Problem WRONG_STAGE, FIGURES_CHANGED, FIGURES_NOT_SEEN
 */
export async function rejectClose(db: Queryable, request: SignOffRequest): Promise<SignedOff> {
  const ground = await takeGround(db, request, 'reject');
  requireStage(ground, ['review', 'approve'], { zh: '退回', en: 'reject' });
  const figuresHash = await requireSeen(db, ground, request.seen);
  return signOff(db, ground, 'reject', figuresHash, request.reason, []);
}

async function signOff(
  db: Queryable,
  ground: Ground,
  kind: 'review' | 'approve' | 'reject',
  figuresHash: string,
  reason: string,
  missing: readonly Role[],
): Promise<SignedOff> {
  const decision = await recordDecision(db, ground, { kind, figuresHash, reason });
  await signalDecision(db, ground, decision);
  return { decision, figuresHash, missing };
}

async function factsOf(db: Queryable, ground: Ground): Promise<CloseFacts> {
  return readFacts(db, await readClose(db, ground.period.id));
}

/** The hash decided on: it must be the one that stands now. */
async function requireSeen(db: Queryable, ground: Ground, given: string | undefined): Promise<string> {
  const current = requireFigures(ground);
  const seen = given ?? (await lastShown(db, ground));
  if (seen === current) return current;
  const changes = await figuresDifference(db, ground.period.id, seen, current);
  const said = (language: keyof Bilingual): string =>
    changes.map((change) => change[language]).join(language === 'zh' ? '；' : '; ');
  throw new Problem(
    'FIGURES_CHANGED',
    {
      zh: `您看到的数字已变化：${said('zh')}。请重新查看 close status 后再决定`,
      en: `the figures are not those you looked at: ${said('en')}. Look at close status again, then decide`,
    },
    409,
    { seen, current, changes },
  );
}

async function lastShown(db: Queryable, ground: Ground): Promise<string> {
  const found = await db.query<{ hash: string }>(
    'SELECT hash FROM figures_seen WHERE period_id = $1 AND person_id = $2',
    [ground.period.id, ground.person.personId],
  );
  const hash = found.rows[0]?.hash;
  if (hash !== undefined) return hash;
  throw new Problem('FIGURES_NOT_SEEN', {
    zh: `${ground.person.login} 尚未看过 ${ground.month} 的数字；请先查看 close status，或用 --seen 指明`,
    en: `${ground.person.login} has not looked at the figures of ${ground.month} yet; see close status first, or name them by --seen`,
  });
}

function refuseBlocked(facts: CloseFacts, ground: Ground): void {
  const blockers = judgeReview(facts, ground.settings.policy).blockers.filter(
    ({ code, severity }) => severity === 'block' && code !== 'REVIEW_PENDING',
  );
  if (blockers.length === 0) return;
  throw new Problem(
    'REVIEW_BLOCKED',
    {
      zh: `尚不能复核：${blockers.map(({ code, count, remedy }) => `${BLOCKER_NAMES[code].zh} ${count}（${remedy.zh}）`).join('；')}`,
      en: `cannot be reviewed yet: ${blockers.map(({ code, count, remedy }) => `${BLOCKER_NAMES[code].en} ${count} (${remedy.en})`).join('; ')}`,
    },
    409,
    { blockers: blockers.map(({ code, count, owner, remedy }) => ({ code, count, owner, remedy })) },
  );
}

/** The first role that is wanted and that the person has. */
async function approvingRole(
  db: Queryable,
  ground: Ground,
  required: readonly Role[],
  given: readonly StandingApproval[],
): Promise<Role> {
  if (given.some(({ login }) => login === ground.person.login)) {
    throw new Problem('ALREADY_APPROVED', {
      zh: `${ground.person.login} 已审批这些数字；其余各级须由其他人审批`,
      en: `${ground.person.login} has approved these figures; the other tiers take other people`,
    });
  }
  const { roles } = await findCompany(db, ground.person, ground.company);
  const missing = missingApprovals(required, given);
  const role = missing.find((one) => roles.includes(one) && ROLES_OF_ACTION.approve.includes(one));
  if (role !== undefined) return role;
  const wanted = (language: keyof Bilingual): string => missing.map((one) => ROLE_NAMES[one][language]).join(', ');
  throw new Problem(
    'APPROVAL_NOT_NEEDED',
    {
      zh: missing.length === 0 ? '所需审批均已作出，正在结账' : `此金额尚需 ${wanted('zh')} 审批，不需要您的角色`,
      en:
        missing.length === 0
          ? 'all approvals are given, the month is being locked'
          : `this amount waits for ${wanted('en')}, not for your role`,
    },
    409,
    { missing },
  );
}
