import type { PoolClient } from 'pg';
import { recordAudit } from '../audit';
import { addBlocker } from '../blockers';
import { enterStage, holdClose, type Close } from '../close-row';
import type { Queryable } from '../db';
import { enqueue, type Mail } from '../outbox';
import { saveReportDocument, storedDocuments, type ReportFormat, type StoredDocument } from './documents';

/** The dedupe key of a month's report mail; what repeats it for some recipients begins with it. */
export const reportMailKey = (periodId: number): string => `report:${periodId}:v1`;

/**
 * Records a month's report pack, whose bytes are stored, queues its one mail (null: the policy names nobody) and writes both
 * down, in the caller's transaction. Idempotent because the month's row is held and a month that has its documents is left
 * as it is; the mail's key names the month, so there is never a second one.
 * @param mailOf the mail that brings these documents
 * @returns false when the report was filed before
 */
export async function fileReport(
  client: PoolClient,
  periodId: number,
  evidence: readonly (readonly [ReportFormat, string])[],
  mailOf: (documents: readonly StoredDocument[]) => Mail | null,
): Promise<boolean> {
  const close = await holdClose(client, periodId);
  if (await isFiled(client, close)) return false;
  for (const [format, sha256] of evidence) await saveReportDocument(client, periodId, format, sha256);
  const documents = await storedDocuments(client, periodId);
  const mail = mailOf(documents);
  await enterStage(client, close, 'report');
  if (mail === null) await addBlocker(client, periodId, NO_RECIPIENTS);
  else await queueMail(client, close, mail);
  await recordAudit(client, {
    companyId: close.companyId,
    actor: 'system:report',
    action: 'close.reported',
    month: close.month,
    subject: close.month,
    detail: {
      documents: Object.fromEntries(documents.map(({ format, evidence: sha256 }) => [format, sha256])),
      recipients: mail?.to.length ?? 0,
    },
  });
  return true;
}

/** Whether a month has its report pack. */
export async function isFiled(
  db: Queryable,
  { periodId, closedAt }: { readonly periodId: number; readonly closedAt: unknown },
): Promise<boolean> {
  return closedAt !== null || (await storedDocuments(db, periodId)).length > 0;
}

async function queueMail(client: PoolClient, { companyId, periodId }: Close, mail: Mail): Promise<void> {
  await enqueue(client, { kind: 'mail', dedupeKey: reportMailKey(periodId), companyId, periodId, payload: mail });
}

const NO_RECIPIENTS = {
  code: 'NO_RECIPIENTS',
  count: 1,
  owner: 'admin',
  severity: 'warn',
  remedy: {
    zh: '报告没有收件人，已存档但未发送：在结账制度 recipients.report 中填写邮箱，本月报告用 report 命令取得',
    en: 'the report has nobody to go to, it is archived and was not mailed: give addresses in the policy’s recipients.report, and fetch this one with the report command',
  },
} as const;
