import type { Queryable } from './db';

/** What happened, for the tamper-evident record. Chain position, time and hash are set by the database. */
export interface AuditEvent {
  /** 0: the installation (sign-ins, new companies). */
  readonly companyId: number;
  /** A login, or `system:<part>`. */
  readonly actor: string;
  /** Past tense, dotted: `batch.accepted`, `close.approved`. */
  readonly action: string;
  /** YYYY-MM where it concerns one month. */
  readonly month?: string;
  /** What it happened to: a batch id, an exception id, a login. */
  readonly subject: string;
  /** Ids, counts, hashes, reasons. No secrets. */
  readonly detail?: Record<string, unknown>;
}

/** Appends to the company's chain, in the caller's transaction: the change and its record commit together or not at all. */
export async function recordAudit(db: Queryable, event: AuditEvent): Promise<void> {
  await db.query(
    'INSERT INTO audit_entry (chain, actor, action, month, subject, detail) VALUES ($1, $2, $3, $4, $5, $6)',
    [
      event.companyId,
      event.actor,
      event.action,
      event.month ?? null,
      event.subject,
      JSON.stringify(event.detail ?? {}),
    ],
  );
}
