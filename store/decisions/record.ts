import { recordAudit } from '../audit';
import type { Queryable } from '../db';
import type { Ground } from './ground';

export type DecisionKind =
  'start' | 'cancel' | 'retry' | 'resolve' | 'review' | 'approve' | 'reject' | 'admit' | 'defer';

/** The past tense the audit trail tells a decision in. */
const AUDIT_ACTIONS: Readonly<Record<DecisionKind, string>> = {
  start: 'close.started',
  cancel: 'close.cancelled',
  retry: 'close.retried',
  resolve: 'exceptions.resolved',
  review: 'close.reviewed',
  approve: 'close.approved',
  reject: 'close.rejected',
  admit: 'documents.admitted',
  defer: 'documents.deferred',
};

export interface DecisionRecord {
  readonly kind: DecisionKind;
  readonly figuresHash?: string;
  readonly reason: string;
  readonly detail?: Record<string, unknown>;
  /** What the audit trail calls it, where the kind alone does not say it. */
  readonly told?: string;
}

/** Writes the decision and its audit entry. What follows from it is the caller's, in the same transaction. */
export async function recordDecision(db: Queryable, ground: Ground, record: DecisionRecord): Promise<string> {
  const detail = record.detail ?? {};
  const made = await db.query<{ id: string }>(
    `INSERT INTO decision (period_id, kind, person_id, role, figures_hash, reason, detail, decided_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, clock_timestamp()) RETURNING id`,
    [
      ground.period.id,
      record.kind,
      ground.person.personId,
      ground.role,
      record.figuresHash ?? null,
      record.reason,
      JSON.stringify(detail),
    ],
  );
  const decisionId = (made.rows[0] as { id: string }).id;
  await recordAudit(db, {
    companyId: ground.companyId,
    actor: ground.person.login,
    action: record.told ?? AUDIT_ACTIONS[record.kind],
    month: ground.month,
    subject: decisionId,
    detail: { role: ground.role, reason: record.reason, figuresHash: record.figuresHash ?? null, ...detail },
  });
  return decisionId;
}
