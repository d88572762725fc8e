import {
  BUNDLE_FORMAT,
  BUNDLE_VERSION,
  MEMBER,
  type BundledFile,
  type BundleManifest,
  type ListedMember,
} from '../../domain/bundle';
import { Problem } from '../../domain/problem';
import type { SealContent, SealedRows } from '../../domain/seal-content';
import type { AuditLine } from '../../domain/verify/audit-chain';
import type { SealedMonth } from '../../domain/verify/seal';
import type { BundleArchive } from './archive';
import { shapeOf } from './shape';

/** @throws Problem BUNDLE_UNKNOWN where the file is no bundle, or of a newer version; BUNDLE_UNREADABLE */
export async function readManifest(archive: BundleArchive): Promise<BundleManifest> {
  if (!archive.has(MEMBER.manifest)) throw unknown(`没有 ${MEMBER.manifest}`, `${MEMBER.manifest} is not in it`);
  const value = await archive.document(MEMBER.manifest);
  const { format, version } = shapeOf<BundleManifest>(MEMBER.manifest, value, {
    ...{ format: 'string', version: 'number', company: 'string', name: 'string', chain: 'number' },
    ...{ months: 'strings', withFiles: 'boolean', members: 'object' },
  });
  if (format !== BUNDLE_FORMAT || version > BUNDLE_VERSION) {
    throw unknown(`格式为 ${format} ${version}`, `its format is ${format} ${version}`);
  }
  const manifest = value as BundleManifest;
  for (const member of manifest.members)
    shapeOf<ListedMember>(MEMBER.manifest, member, { name: 'string', bytes: 'number', sha256: 'string' });
  return manifest;
}

/** The seals, in the order they follow each other. @throws Problem BUNDLE_UNREADABLE */
export async function readSeals(archive: BundleArchive): Promise<SealedMonth[]> {
  const months: SealedMonth[] = [];
  for await (const line of archive.documents(MEMBER.seals)) months.push(sealedMonth(line));
  return months;
}

function sealedMonth(value: unknown): SealedMonth {
  const member = MEMBER.seals;
  const month = shapeOf<SealedMonth>(member, value, {
    ...{ periodId: 'number', month: 'string', company: 'string', lockedAt: 'string?', figuresHash: 'string?' },
    ...{ policyVersion: 'number?', policyHash: 'string?', seal: 'object' },
  });
  const seal = shapeOf<NonNullable<SealedMonth['seal']>>(member, month.seal, {
    ...{ sequence: 'number', previous: 'string', hash: 'string', signature: 'string', publicKey: 'string' },
    content: 'object',
  });
  const content = shapeOf<Pick<SealContent, 'auditHead' | 'relations' | 'policyHash'>>(member, seal.content, {
    ...{ auditHead: 'object', relations: 'object', policyHash: 'string' },
  });
  shapeOf<SealContent['auditHead']>(member, content.auditHead, { seq: 'string', hash: 'string' });
  for (const relation of content.relations) {
    shapeOf<SealedRows>(member, relation, {
      ...{ relation: 'string', key: 'strings', columns: 'strings', rows: 'number', blocks: 'number', root: 'string' },
    });
  }
  return month;
}

/** The audit entries in order. @throws Problem BUNDLE_UNREADABLE */
export async function* readAudit(archive: BundleArchive): AsyncGenerator<AuditLine> {
  for await (const line of archive.documents(MEMBER.audit)) {
    yield shapeOf<AuditLine>(MEMBER.audit, line, {
      ...{ seq: 'string', at: 'string', actor: 'string', action: 'string', month: 'string?' },
      ...{ subject: 'string', detail: 'string', prev: 'string', hash: 'string' },
    });
  }
}

/** The original files a month came from, as the bundle lists them. @throws Problem BUNDLE_UNREADABLE */
export async function readFiles(archive: BundleArchive, month: string): Promise<BundledFile[]> {
  const member = MEMBER.files(month);
  const files: BundledFile[] = [];
  for await (const line of archive.documents(member)) {
    files.push(
      shapeOf<BundledFile>(member, line, {
        ...{ batch: 'number', kind: 'string', name: 'string', sha256: 'string', bytes: 'number' },
      }),
    );
  }
  return files;
}

function unknown(zh: string, en: string): Problem {
  return new Problem('BUNDLE_UNKNOWN', {
    zh: `这不是本版本认识的证据包（${zh}）；证据包由 salesclose audit bundle 写出，较新的请用较新的版本核对`,
    en: `no evidence bundle that this version knows (${en}); salesclose audit bundle writes them, and newer ones take a newer version`,
  });
}
