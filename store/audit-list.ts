import type { Pool } from 'pg';
import { prismaOn } from './prisma';

/** Which entries of a company's record are wanted. */
export interface AuditFilter {
  readonly month?: string;
  readonly actor?: string;
  readonly action?: string;
  /** Only entries behind this one. */
  readonly after?: string;
  readonly limit: number;
}

export interface AuditView {
  readonly seq: string;
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly month: string | null;
  readonly subject: string;
  readonly detail: unknown;
  /** Hex. */
  readonly hash: string;
}

/** A page of a company's audit entries, in the order they were chained. */
export async function listAudit(pool: Pool, companyId: number, filter: AuditFilter): Promise<AuditView[]> {
  const { month, actor, action, after, limit } = filter;
  const rows = await prismaOn(pool).auditEntry.findMany({
    where: {
      chain: companyId,
      ...(month === undefined ? {} : { month }),
      ...(actor === undefined ? {} : { actor }),
      ...(action === undefined ? {} : { action }),
      ...(after === undefined ? {} : { seq: { gt: BigInt(after) } }),
    },
    orderBy: { seq: 'asc' },
    take: limit,
  });
  return rows.map((row) => ({
    seq: row.seq.toString(),
    at: row.at.toISOString(),
    actor: row.actor,
    action: row.action,
    month: row.month,
    subject: row.subject,
    detail: row.detail,
    hash: Buffer.from(row.hash).toString('hex'),
  }));
}
