import { MEMBER, type BundledFile } from '../../domain/bundle';
import type { SealedRows } from '../../domain/seal-content';
import type { Fault } from '../../domain/verify/faults';
import { verifyRows } from '../../domain/verify/rows';
import type { SealedMonth } from '../../domain/verify/seal';
import { damaged, type BundleArchive } from './archive';
import { readFiles } from './contents';
import { DIGESTS } from './digests';
import type { Findings } from './findings';
import { BundledRelation } from './relation';

/** Verifies all a bundle holds of a month but its seal; gives the rows read. */
export async function verifyMonth(found: Findings, { month, seal }: SealedMonth, withFiles: boolean): Promise<number> {
  if (!seal) return 0;
  const { content } = seal;
  let rows = 0;
  for (const sealed of content.relations) {
    await verifyRelation(found, month, sealed);
    rows += sealed.rows;
  }
  await verifyPolicy(found, month, content.policyHash);
  await verifyFiles(found, month, content.relations, withFiles);
  return rows;
}

async function verifyRelation(found: Findings, month: string, sealed: SealedRows): Promise<void> {
  const relation = new BundledRelation(found.archive, month, sealed.relation);
  const isThere = [relation.blocksMember, relation.rowsMember].map((member) => found.needs(member, month));
  if (isThere.includes(false)) return;
  const fault = await verifyRows(relation, sealed, DIGESTS).catch((cause: unknown) =>
    damaged(relation.rowsMember, cause),
  );
  if (!fault) return;
  const member = fault.code === 'BLOCK_LIST_CHANGED' ? relation.blocksMember : relation.rowsMember;
  found.add(member, { ...fault, month });
}

async function verifyPolicy(found: Findings, month: string, sealed: string): Promise<void> {
  const member = MEMBER.policy(month);
  if (!found.needs(member, month) || (await found.archive.digest(member)).sha256 === sealed) return;
  found.add(member, {
    code: 'POLICY_CHANGED',
    month,
    key: member,
    zh: `${month} 的结账制度不是封存时所依的制度`,
    en: `the policy of ${month} is not the one it was sealed on`,
  });
}

/** The list of original files against the sealed batches, and the files that are inside against their hashes. */
async function verifyFiles(
  found: Findings,
  month: string,
  relations: readonly SealedRows[],
  withFiles: boolean,
): Promise<void> {
  const member = MEMBER.files(month);
  if (!found.needs(member, month)) return;
  const files = await readFiles(found.archive, month);
  const sealed = await sealedFiles(found.archive, month, relations);
  const stranger = files.find(({ batch, sha256 }) => sealed.get(String(batch)) !== sha256);
  const forgotten = [...sealed.keys()].find((batch) => !files.some((file) => String(file.batch) === batch));
  const batch = stranger === undefined ? forgotten : String(stranger.batch);
  if (batch !== undefined) found.add(member, listDiffers(month, batch));
  if (withFiles) await verifyBytes(found, month, files);
}

/** Batch to hash, as the sealed rows of `batch` say. */
async function sealedFiles(
  archive: BundleArchive,
  month: string,
  relations: readonly SealedRows[],
): Promise<ReadonlyMap<string, string>> {
  const batches = relations.find(({ relation }) => relation === 'batch');
  const member = MEMBER.rows(month, 'batch');
  if (batches === undefined || !archive.has(member)) return new Map();
  const [id, evidence] = ['id', 'evidence'].map((name) => batches.columns.indexOf(name)) as [number, number];
  const chunks: Buffer[] = [];
  for await (const chunk of archive.read(member)) chunks.push(chunk);
  const lines = Buffer.concat(chunks).toString('utf8').split('\n').slice(0, -1);
  return new Map(lines.map((line) => line.split('\t')).map((cells) => [cells[id] ?? '', cells[evidence] ?? '']));
}

async function verifyBytes(found: Findings, month: string, files: readonly BundledFile[]): Promise<void> {
  for (const { sha256, name } of files) {
    const member = MEMBER.file(sha256);
    if (!found.needs(member, month) || (await found.archive.digest(member)).sha256 === sha256) continue;
    found.add(member, bytesDiffer(month, member, name));
  }
}

function listDiffers(month: string, batch: string): Fault {
  return {
    code: 'EVIDENCE_DIFFERS',
    month,
    key: batch,
    zh: `${month} 的原始文件清单与封存的批次不符（批次 ${batch}）`,
    en: `the list of original files of ${month} does not fit the sealed batches (batch ${batch})`,
  };
}

function bytesDiffer(month: string, key: string, name: string): Fault {
  return {
    code: 'EVIDENCE_DIFFERS',
    month,
    key,
    zh: `原始文件 ${name} 的内容与其哈希不符（${key}）`,
    en: `the original file ${name} does not have its hash (${key})`,
  };
}
