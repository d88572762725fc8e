import { MEMBER, type BundleManifest } from '../../domain/bundle';
import { Problem } from '../../domain/problem';
import { verifyAuditChain, type ChainVerification } from '../../domain/verify/audit-chain';
import type { Fault } from '../../domain/verify/faults';
import { CHAIN_START, keyChanges, sealedHeads, verifySeal, type SealedMonth } from '../../domain/verify/seal';
import { BundleArchive, damaged } from './archive';
import { readAudit, readManifest, readSeals } from './contents';
import { DIGESTS } from './digests';
import { Findings } from './findings';
import { fingerprint } from './keys';
import { verifyMonth } from './month';

/** What the offline verification says; `months`, `audit`, `faults` and `warnings` as the one against the database. */
export interface BundleVerification {
  readonly company: string;
  readonly name: string;
  readonly ok: boolean;
  readonly key: {
    /** `bundle`: nobody vouches for it but the bundle itself. */
    readonly source: 'bundle' | 'file';
    /** SHA-256 over the key in DER, hex: of the keys that the seals inside name. */
    readonly fingerprints: readonly string[];
  };
  /** Every seal up to the newest inside; `rows` is null where only the seal is, not the rows. */
  readonly months: readonly {
    readonly month: string;
    readonly seal: string | null;
    readonly rows: number | null;
    readonly ok: boolean;
    readonly faults: readonly Fault[];
  }[];
  readonly audit: ChainVerification;
  /** Original files that are inside and were read; null where the bundle only lists them. */
  readonly files: number | null;
  readonly faults: readonly Fault[];
  readonly warnings: readonly Fault[];
}

/**
 * Verifies an evidence bundle by itself: no server, no sign-in, nothing written to disk, memory flat.
 * @param keys trusted public keys (SPKI, base64); null: those the bundle brings
 * @throws Problem BUNDLE_UNREADABLE, BUNDLE_UNSAFE, BUNDLE_UNKNOWN, BUNDLE_OF_ANOTHER
 */
export async function verifyBundle(
  path: string,
  company: string,
  keys: readonly string[] | null,
): Promise<BundleVerification> {
  const archive = await BundleArchive.open(path);
  try {
    const manifest = await readManifest(archive);
    if (manifest.company !== company) throw ofAnother(manifest.company, company);
    return await verifyContents(archive, manifest, keys);
  } finally {
    archive.close();
  }
}

async function verifyContents(
  archive: BundleArchive,
  manifest: BundleManifest,
  keys: readonly string[] | null,
): Promise<BundleVerification> {
  const found = new Findings(archive);
  const sealed = found.needs(MEMBER.seals) ? await readSeals(archive) : [];
  const stranger = sealed.find(({ company }) => company !== manifest.company);
  if (stranger) throw ofAnother(stranger.company, manifest.company);
  const ownKeys = [...new Set(sealed.flatMap(({ seal }) => (seal ? [seal.publicKey] : [])))];
  const months = await verifyMonths(found, manifest, sealed, keys ?? ownKeys);
  const audit = await verifyAudit(found, manifest, sealed);
  await found.compareWith(manifest.members);
  return {
    company: manifest.company,
    name: manifest.name,
    ok: found.faults.length === 0,
    key: { source: keys === null ? 'bundle' : 'file', fingerprints: ownKeys.map(fingerprint) },
    months,
    audit,
    files: manifest.withFiles ? archive.names().filter((name) => name.startsWith(MEMBER.file(''))).length : null,
    faults: found.faults,
    warnings: keyChanges(sealed),
  };
}

async function verifyMonths(
  found: Findings,
  manifest: BundleManifest,
  sealed: readonly SealedMonth[],
  trusted: readonly string[],
): Promise<BundleVerification['months']> {
  const months: BundleVerification['months'][number][] = [];
  let place = CHAIN_START;
  for (const month of sealed) {
    const before = found.faults.length;
    found.add(MEMBER.seals, ...verifySeal(month, place, trusted, DIGESTS));
    if (month.seal) place = month.seal;
    const isInside = manifest.months.includes(month.month);
    const rows = isInside ? await verifyMonth(found, month, manifest.withFiles) : null;
    const faults = found.faults.slice(before);
    months.push({ month: month.month, seal: month.seal?.hash ?? null, rows, ok: faults.length === 0, faults });
  }
  for (const month of manifest.months) {
    if (!sealed.some((one) => one.month === month)) found.add(MEMBER.seals, sealMissing(month));
  }
  return months;
}

async function verifyAudit(
  found: Findings,
  { chain }: BundleManifest,
  sealed: readonly SealedMonth[],
): Promise<ChainVerification> {
  if (!found.needs(MEMBER.audit)) return { entries: 0, ok: false };
  const lines = readAudit(found.archive);
  const audit = await verifyAuditChain(lines, chain, sealedHeads(sealed), DIGESTS).catch((cause: unknown) =>
    damaged(MEMBER.audit, cause),
  );
  if (audit.fault) found.add(MEMBER.audit, audit.fault);
  return audit;
}

function sealMissing(month: string): Fault {
  return {
    code: 'SEAL_MISSING',
    month,
    zh: `证据包称含有 ${month}，但没有该月的封存`,
    en: `the bundle claims to hold ${month}, and the month’s seal is not in it`,
  };
}

function ofAnother(inside: string, asked: string): Problem {
  return new Problem('BUNDLE_OF_ANOTHER', {
    zh: `该证据包属于公司 ${inside}，不是 ${asked}`,
    en: `the bundle is of company ${inside}, not ${asked}`,
  });
}
