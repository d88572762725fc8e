import { FACT_RELATIONS, type Bilingual } from '../words';

/** Something that does not fit, in words for an auditor. */
export interface Fault extends Bilingual {
  readonly code: FaultCode;
  /** YYYY-MM */
  readonly month?: string;
  readonly relation?: string;
  /** 0, 1, ... of 10,000 rows each */
  readonly block?: number;
  /** The row: its key columns; the audit entry's number; the file in a bundle. */
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
  | 'AUDIT_LOCK_MISSING'
  | 'MEMBER_MISSING'
  | 'MEMBER_CHANGED'
  | 'MEMBER_ADDED'
  | 'POLICY_CHANGED'
  | 'EVIDENCE_DIFFERS';

/** Where a row stands, as people look for it: a fact by its batch and row, anything else by its key. */
export function rowName(relation: string, key: string): Bilingual {
  const isFact = FACT_RELATIONS.some((fact) => fact === relation) && /^-?\d+$/.test(key);
  if (!isFact) return { zh: `${relation} ${key}`, en: `${relation} ${key}` };
  const id = BigInt(key);
  const [batch, row] = [id >> 32n, id & 0xffffffffn];
  return {
    zh: `${relation} ${key}（批次 ${batch} 第 ${row} 行）`,
    en: `${relation} ${key} (batch ${batch}, row ${row})`,
  };
}

const ROW_WORDS = {
  ROW_CHANGED: { zh: '在封存之后被改动', en: 'was changed after the seal' },
  ROW_MISSING: { zh: '在封存之后被删除', en: 'is gone: it was there when the month was sealed' },
  ROW_ADDED: { zh: '在封存之后被加入', en: 'was added after the seal' },
} as const;

/** A row that is not as it was sealed. */
export function rowFault(code: keyof typeof ROW_WORDS, relation: string, block: number, key: string): Fault {
  const name = rowName(relation, key);
  return { code, relation, block, key, zh: `${name.zh} ${ROW_WORDS[code].zh}`, en: `${name.en} ${ROW_WORDS[code].en}` };
}

export function blockChanged(relation: string, block: number, first: string, last: string): Fault {
  return {
    code: 'BLOCK_CHANGED',
    relation,
    block,
    zh: `${relation} 第 ${block} 块与封存不符，主键范围 ${first} 至 ${last}`,
    en: `block ${block} of ${relation} does not fit the seal: keys ${first} to ${last}`,
  };
}

export function blockListChanged(relation: string): Fault {
  return {
    code: 'BLOCK_LIST_CHANGED',
    relation,
    zh: `${relation} 的封存块清单被改动，与封存的根哈希不符`,
    en: `the seal's own list of blocks of ${relation} was changed: it does not give the sealed root`,
  };
}
