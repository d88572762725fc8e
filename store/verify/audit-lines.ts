import type { AuditLine } from '../../domain/verify/audit-chain';
import type { Queryable } from '../db';

const PAGE = 5_000;

/** A chain's entries in order, in the text form their hashes are taken over. Only reads; memory holds one page. */
export async function* readAuditLines(db: Queryable, chain: number): AsyncGenerator<AuditLine> {
  let after = '-9223372036854775808';
  for (;;) {
    const { rows } = await db.query<AuditLine>(
      `SELECT seq::text, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at, actor, action, month,
              subject, detail::text AS detail, encode(prev_hash, 'hex') AS prev, encode(hash, 'hex') AS hash
         FROM audit_entry WHERE chain = $1 AND seq > $2 ORDER BY audit_entry.seq LIMIT ${PAGE}`,
      [chain, after],
    );
    yield* rows;
    const last = rows.at(-1);
    if (!last) return;
    after = last.seq;
  }
}
