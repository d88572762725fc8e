/**
 * What an evidence bundle holds: one file that proves a sealed month without a server. Written by `store/`, verified by
 * the command line; the page for auditors is docs/bundle.md.
 */
export const BUNDLE_FORMAT = 'salesclose-evidence';
export const BUNDLE_VERSION = 1;

/** `manifest.json`, the last member: a list for finding things. It proves nothing, the seals do. */
export interface BundleManifest {
  readonly format: typeof BUNDLE_FORMAT;
  readonly version: number;
  /** The company's code and name. */
  readonly company: string;
  readonly name: string;
  /** The company's number, which is part of each audit entry's text. */
  readonly chain: number;
  /** YYYY-MM, the months whose rows are inside, in the order of their seals. */
  readonly months: readonly string[];
  /** Whether the original files are inside, not only their hashes. */
  readonly withFiles: boolean;
  /** Every other member, in the order they were written. */
  readonly members: readonly ListedMember[];
}

export interface ListedMember {
  readonly name: string;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

/** The members' names. */
export const MEMBER = {
  manifest: 'manifest.json',
  readme: 'README.txt',
  /** Public keys the seals name, PEM, numbered in the order of their first seal. */
  key: (number: number): string => `keys/seal-${number}.pub`,
  /** A SealedMonth a line, from the company's first seal to the newest month inside. */
  seals: 'seals.ndjson',
  /** An AuditLine a line, from the first to the one that records the newest seal inside. */
  audit: 'audit.ndjson',
  /** A BundledPerson a line: who the numbers in decisions and batches are. */
  people: 'people.ndjson',
  policy: (month: string): string => `${month}/policy.yaml`,
  report: (month: string): string => `${month}/report.json`,
  /** A BundledFile a line. */
  files: (month: string): string => `${month}/files.ndjson`,
  /** COPY text, exactly the bytes the blocks' hashes are taken over. */
  rows: (month: string, relation: string): string => `${month}/rows/${relation}.tsv`,
  /** A BundledBlock a line. */
  blocks: (month: string, relation: string): string => `${month}/blocks/${relation}.ndjson`,
  file: (sha256: string): string => `files/${sha256}`,
} as const;

export interface BundledPerson {
  readonly id: number;
  readonly login: string;
  readonly name: string;
}

/** An original file as a batch names it. */
export interface BundledFile {
  readonly batch: number;
  readonly kind: string;
  readonly name: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** A block of the seal with its row index, the latter in base64. */
export interface BundledBlock {
  readonly block: number;
  readonly rows: number;
  readonly first: string;
  readonly last: string;
  readonly sha256: string;
  readonly keys: string;
  readonly checks: string;
}
