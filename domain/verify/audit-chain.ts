import { sha256, type Digests } from './digests';
import type { Fault } from './faults';

/** A point the chain must run through: the head a month's seal names, and the seal that the next entry records. */
export interface SealedHead {
  readonly month: string;
  readonly seq: string;
  readonly hash: string;
  readonly seal: string;
}

export interface ChainVerification {
  readonly entries: number;
  readonly ok: boolean;
  /** The first that does not fit. */
  readonly fault?: Fault;
}

/** An audit entry as its hash is taken over it. */
export interface AuditLine {
  /** 1, 2, ... as a decimal string. */
  readonly seq: string;
  /** ISO 8601, UTC, microseconds. */
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly month: string | null;
  readonly subject: string;
  /** As PostgreSQL writes jsonb. */
  readonly detail: string;
  /** Hex. */
  readonly prev: string;
  readonly hash: string;
}

const SEPARATOR = '\x1f';
const ZEROS = '0'.repeat(64);

/**
 * Recomputes an audit chain entry by entry and holds it against the heads the company's seals name.
 * @param chain the company's number, which is part of each entry's text
 * @param sealed all heads of the company; null: only the chain itself is looked at
 */
export async function verifyAuditChain(
  lines: AsyncIterable<AuditLine>,
  chain: number,
  sealed: readonly SealedHead[] | null,
  digests: Pick<Digests, 'createHash'>,
): Promise<ChainVerification> {
  const heads = sealed ?? [];
  const expected = new Map(heads.map((head) => [head.seq, head]));
  const seals = sealed && new Set(sealed.map(({ seal }) => seal));
  let [entries, previous] = [0, ZEROS];
  for await (const entry of lines) {
    const fault =
      entryFault(chain, entry, { seq: BigInt(entries) + 1n, prev: previous }, digests) ??
      headFault(entry, expected.get(entry.seq)) ??
      lockFault(entry, expected.get(String(BigInt(entry.seq) - 1n))) ??
      (seals ? sealFault(entry, seals) : undefined);
    if (fault) return { entries, ok: false, fault };
    entries += 1;
    previous = entry.hash;
  }
  // The head's own entry and the one that records the seal.
  const cut = heads.find((head) => BigInt(head.seq) + 1n > BigInt(entries));
  if (cut) return { entries, ok: false, fault: truncated(cut, entries) };
  return { entries, ok: true };
}

function entryFault(
  chain: number,
  entry: AuditLine,
  expected: { seq: bigint; prev: string },
  digests: Pick<Digests, 'createHash'>,
): Fault | undefined {
  const { seq, at, actor, action, month, subject, detail, prev, hash } = entry;
  if (BigInt(seq) !== expected.seq) return missing(expected.seq, seq);
  const fields = [String(chain), seq, at, actor, action, month ?? '', subject, detail];
  if (fields.some((field) => field.includes(SEPARATOR))) return ambiguous(seq);
  const text = Buffer.concat([Buffer.from(prev, 'hex'), Buffer.from(fields.join(SEPARATOR), 'utf8')]);
  if (sha256(digests, text) !== hash) return changed(entry);
  return prev === expected.prev ? undefined : broken(entry);
}

function headFault(entry: AuditLine, head: SealedHead | undefined): Fault | undefined {
  if (!head || head.hash === entry.hash) return undefined;
  return {
    code: 'AUDIT_REWRITTEN',
    month: head.month,
    key: entry.seq,
    zh: `操作记录在第 ${entry.seq} 条或之前被整体改写：与 ${head.month} 封存的链头不符`,
    en: `the audit chain was rewritten at or before entry ${entry.seq}: it does not run through the head sealed with ${head.month}`,
  };
}

/** The entry after a sealed head is the lock itself, with the seal's hash: seal and chain hold each other. */
function lockFault(entry: AuditLine, head: SealedHead | undefined): Fault | undefined {
  if (!head) return undefined;
  const { seal } = JSON.parse(entry.detail) as { seal?: unknown };
  if (entry.action === 'close.locked' && seal === head.seal) return undefined;
  return {
    code: 'AUDIT_LOCK_MISSING',
    month: head.month,
    key: entry.seq,
    zh: `操作记录第 ${entry.seq} 条应记载 ${head.month} 的封存，内容不符`,
    en: `audit entry ${entry.seq} should record the seal of ${head.month} and does not`,
  };
}

/** A month that was once sealed stays sealed. */
function sealFault({ seq, action, month, detail }: AuditLine, seals: ReadonlySet<string>): Fault | undefined {
  if (action !== 'close.locked') return undefined;
  const { seal } = JSON.parse(detail) as { seal?: unknown };
  if (typeof seal === 'string' && seals.has(seal)) return undefined;
  return {
    code: 'SEAL_MISSING',
    ...(month !== null && { month }),
    key: seq,
    zh: `操作记录第 ${seq} 条记载的封存（${month ?? ''}）已不存在`,
    en: `the seal that audit entry ${seq} records (${month ?? ''}) is gone`,
  };
}

function missing(expected: bigint, found: string): Fault {
  return {
    code: 'AUDIT_MISSING',
    key: String(expected),
    zh: `操作记录缺少第 ${expected} 条（下一条为第 ${found} 条）`,
    en: `audit entry ${expected} is missing (the next one there is ${found})`,
  };
}

function changed({ seq, action, at }: AuditLine): Fault {
  return {
    code: 'AUDIT_CHANGED',
    key: seq,
    zh: `操作记录第 ${seq} 条（${action}，${at}）内容与其哈希不符`,
    en: `audit entry ${seq} (${action}, ${at}) does not fit its hash`,
  };
}

function broken({ seq }: AuditLine): Fault {
  return {
    code: 'AUDIT_BROKEN',
    key: seq,
    zh: `操作记录第 ${seq} 条与前一条不相连`,
    en: `audit entry ${seq} does not follow the one before it`,
  };
}

function ambiguous(seq: string): Fault {
  return {
    code: 'AUDIT_AMBIGUOUS',
    key: seq,
    zh: `操作记录第 ${seq} 条的字段含有分隔符，可有两种读法`,
    en: `audit entry ${seq} has the separator inside a field and can be read in two ways`,
  };
}

function truncated(head: SealedHead, entries: number): Fault {
  return {
    code: 'AUDIT_TRUNCATED',
    month: head.month,
    key: String(entries + 1),
    zh: `操作记录尾部被截去：止于第 ${entries} 条，而 ${head.month} 封存时已有第 ${head.seq} 条`,
    en: `the audit chain was cut off: it ends at entry ${entries}, yet ${head.month} was sealed over entry ${head.seq}`,
  };
}
