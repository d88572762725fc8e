import { access } from 'node:fs/promises';
import type { Pool, PoolClient } from 'pg';
import type { BundleManifest, ListedMember } from '../../domain/bundle';
import { BUNDLE_FORMAT, BUNDLE_VERSION, MEMBER } from '../../domain/bundle';
import type { CompanyAccess } from '../access';
import { evidenceMissing, evidencePath } from '../evidence';
import { readSealedMonths } from '../verify/seals';
import { beginSnapshot } from '../verify/snapshot';
import { keptBytes, originals } from './files';
import { counted, type BundleMember } from './member';
import { companyMembers, monthMembers } from './members';
import { chooseMonths, type BundledMonths } from './months';
import { readmeText } from './readme';

export type { BundleMember } from './member';

/** What of a company goes into a bundle. */
export interface BundleRequest {
  /** YYYY-MM; all sealed months where it is left out. */
  readonly month?: string;
  /** The original files too, not only their hashes. */
  readonly withFiles: boolean;
}

/** A bundle that is ready to be written. */
export interface EvidenceBundle {
  readonly fileName: string;
  /** Each to be read to its end before the next is asked for; ends with the manifest. Memory stays flat. */
  members(): AsyncGenerator<BundleMember>;
}

/**
 * Prepares a company's evidence bundle. The members are read in one snapshot; the same month gives the same bytes as
 * long as nobody is renamed.
 * @throws Problem NOT_SEALED_YET, EVIDENCE_MISSING
 */
export async function evidenceBundle(
  { pool, dataDir }: { readonly pool: Pool; readonly dataDir: string },
  company: CompanyAccess,
  request: BundleRequest,
): Promise<EvidenceBundle> {
  const months = chooseMonths(await readSealedMonths(pool, company.companyId), request.month);
  if (request.withFiles) await refuseMissingFiles(pool, dataDir, months);
  return {
    fileName: `${company.code}-${request.month ?? 'all'}-evidence.zip`,
    members: () => inOneSnapshot(pool, (client) => allMembers(client, { dataDir, company, months, request })),
  };
}

interface Contents {
  readonly dataDir: string;
  readonly company: CompanyAccess;
  readonly months: BundledMonths;
  readonly request: BundleRequest;
}

async function* allMembers(client: PoolClient, contents: Contents): AsyncGenerator<BundleMember> {
  const { dataDir, company, months, request } = contents;
  const listed: ListedMember[] = [];
  const list = (member: BundleMember): BundleMember => counted(member, (entry) => listed.push(entry));
  yield list({ name: MEMBER.readme, content: [readmeText(company, months.inside, request.withFiles)] });
  for await (const member of companyMembers(client, company.companyId, months)) yield list(member);
  for (const month of months.inside) {
    for await (const member of monthMembers(client, { dataDir, companyId: company.companyId, month }))
      yield list(member);
  }
  if (request.withFiles) {
    for (const sha256 of await originals(client, months.inside)) {
      yield list({ name: MEMBER.file(sha256), content: keptBytes(dataDir, sha256) });
    }
  }
  const manifest: BundleManifest = {
    format: BUNDLE_FORMAT,
    version: BUNDLE_VERSION,
    company: company.code,
    name: company.name,
    chain: company.companyId,
    months: months.inside.map(({ month }) => month),
    withFiles: request.withFiles,
    members: listed,
  };
  yield { name: MEMBER.manifest, content: [`${JSON.stringify(manifest, null, 1)}\n`] };
}

/** A reader that goes away early leaves a connection in the middle of a COPY: it is thrown away. */
async function* inOneSnapshot(
  pool: Pool,
  read: (client: PoolClient) => AsyncGenerator<BundleMember>,
): AsyncGenerator<BundleMember> {
  const client = await pool.connect();
  let isWhole = false;
  try {
    await beginSnapshot(client);
    yield* read(client);
    await client.query('COMMIT');
    isWhole = true;
  } finally {
    client.release(!isWhole);
  }
}

async function refuseMissingFiles(pool: Pool, dataDir: string, { inside }: BundledMonths): Promise<void> {
  for (const sha256 of await originals(pool, inside)) {
    await access(evidencePath(dataDir, sha256)).catch(() => {
      throw evidenceMissing(sha256);
    });
  }
}
