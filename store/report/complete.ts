import type { PoolClient } from 'pg';
import { recordAudit } from '../audit';
import { addBlocker } from '../blockers';
import { enterStage, holdClose, leaveStage, type Close } from '../close-row';
import { enqueue, type Mail } from '../outbox';
import type { StoredDocument } from './documents';

/**
 * Ends a close: queues the report's one mail (null: the policy names nobody), marks the month closed and records both, in the
 * caller's transaction. Idempotent because the month's row is held and a month that is closed already is left as it is; the
 * mail's key names the month, so there is never a second one.
 * @returns false when the month was closed before
 */
export async function completeClose(
  client: PoolClient,
  periodId: number,
  documents: readonly StoredDocument[],
  mail: Mail | null,
): Promise<boolean> {
  const close = await holdClose(client, periodId);
  if (close.closedAt !== null) return false;
  await enterStage(client, close, 'report');
  if (mail === null) await addBlocker(client, periodId, NO_RECIPIENTS);
  else await queueMail(client, close, mail);
  await client.query('UPDATE period SET closed_at = now() WHERE id = $1', [periodId]);
  await leaveStage(client, periodId);
  await recordAudit(client, {
    companyId: close.companyId,
    actor: 'system:report',
    action: 'close.reported',
    month: close.month,
    subject: close.month,
    detail: {
      documents: Object.fromEntries(documents.map(({ format, evidence }) => [format, evidence])),
      recipients: mail?.to.length ?? 0,
    },
  });
  return true;
}

async function queueMail(client: PoolClient, { companyId, periodId }: Close, mail: Mail): Promise<void> {
  await enqueue(client, { kind: 'mail', dedupeKey: `report:${periodId}:v1`, companyId, periodId, payload: mail });
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
