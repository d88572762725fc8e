/** One relation of a sealed month. */
export type SealedRows = {
  readonly relation: string;
  readonly key: readonly string[];
  /** As they were when the month was sealed, the key first. */
  readonly columns: readonly string[];
  readonly rows: number;
  readonly blocks: number;
  /** SHA-256 over one line a block: number, rows, first key, last key, sha256, sha256 of the row index, by tabs. */
  readonly root: string;
};

/** What a seal's hash is taken over, as canonical text. */
export type SealContent = {
  readonly company: string;
  /** YYYY-MM */
  readonly period: string;
  readonly sequence: number;
  /** Hash of the company's seal before; 64 zeros for its first. */
  readonly previous: string;
  readonly figuresHash: string;
  readonly policyVersion: number;
  readonly policyHash: string;
  /** null: nothing was compared */
  readonly ruleVersion: string | null;
  readonly relations: readonly SealedRows[];
  /** The company's newest audit entry when the month was sealed; seq is a decimal string. */
  readonly auditHead: { readonly seq: string; readonly hash: string };
  /** ISO 8601, UTC, microseconds. */
  readonly lockedAt: string;
};
