import { FACT_RELATIONS, type Bilingual } from '../../domain/words';

/** Something that does not fit, in words for an auditor. */
export interface Fault extends Bilingual {
  readonly code: FaultCode;
  /** YYYY-MM */
  readonly month?: string;
  readonly relation?: string;
  /** 0, 1, ... of 10,000 rows each */
  readonly block?: number;
  /** The row: its key columns, or the audit entry's number. */
  readonly key?: string;
}

export type FaultCode =
  | 'MONTH_UNSEALED'
  | 'MONTH_UNLOCKED'
  | 'MONTH_ROW_CHANGED'
  | 'SEAL_MISSING'
  | 'SEAL_CHANGED'
  | 'SEAL_CHAIN_BROKEN'
  | 'SEAL_INCOMPLETE'
  | 'SIGNATURE_INVALID'
  | 'KEY_UNKNOWN'
  | 'KEY_REPLACED'
  | 'BLOCK_LIST_CHANGED'
  | 'COLUMN_MISSING'
  | 'ROW_CHANGED'
  | 'ROW_MISSING'
  | 'ROW_ADDED'
  | 'BLOCK_CHANGED'
  | 'AUDIT_CHANGED'
  | 'AUDIT_MISSING'
  | 'AUDIT_BROKEN'
  | 'AUDIT_AMBIGUOUS'
  | 'AUDIT_REWRITTEN'
  | 'AUDIT_TRUNCATED'
  | 'AUDIT_LOCK_MISSING';

/** Where a row stands, as people look for it: a fact by its batch and row, anything else by its key. */
export function rowName(relation: string, key: string): Bilingual {
  if (!FACT_RELATIONS.some((fact) => fact === relation)) return { zh: `${relation} ${key}`, en: `${relation} ${key}` };
  const id = BigInt(key);
  const [batch, row] = [id >> 32n, id & 0xffffffffn];
  return {
    zh: `${relation} ${key}（批次 ${batch} 第 ${row} 行）`,
    en: `${relation} ${key} (batch ${batch}, row ${row})`,
  };
}
