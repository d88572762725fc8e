import { Type } from '@sinclair/typebox';
import { enter } from '../../store/access';
import { listMails, SETTLEMENTS, settleMail, type MailSettlement } from '../../store/mails';
import { answerOnce, who } from '../door';
import type { ApiOptions, Door } from '../options';
import { CompanyCode, CompanyParams, described, Moment, Reason } from '../schemas';

/** What left by mail, what did not, and what a person says of it. */
export function mailRoutes(door: Door, { pool }: ApiOptions): void {
  const State = Type.String({ description: 'PENDING | SENDING | SENT | FAILED | UNCERTAIN' });
  const Mail = Type.Object({
    mail: Type.Integer(),
    period: Type.Union([Type.String(), Type.Null()]),
    to: Type.Array(Type.String()),
    subject: Type.String(),
    state: State,
    attempts: Type.Integer(),
    error: Type.Union([Type.String(), Type.Null()]),
    createdAt: Moment,
    nextAt: Type.Union([Moment, Type.Null()]),
    sentAt: Type.Union([Moment, Type.Null()]),
  });
  const list = { params: CompanyParams, querystring: Type.Object({ all: Type.Boolean({ default: false }) }) };
  door.get(
    '/api/v1/companies/:code/mails',
    { schema: described('未送出的邮件 · mails that have not left, or all', { of: Type.Array(Mail) }, list) },
    async (request) => {
      const { companyId } = await enter(pool, who(request), request.params.code, 'read');
      return listMails(pool, companyId, request.query);
    },
  );

  const settle = {
    params: Type.Object({ code: CompanyCode, mail: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) }),
    body: Type.Object({ as: Type.Unsafe<MailSettlement>({ type: 'string', enum: [...SETTLEMENTS] }), reason: Reason }),
  };
  const Settled = Type.Object({ mail: Type.Integer(), state: State });
  door.post(
    '/api/v1/companies/:code/mails/:mail/settle',
    { schema: described('处置结果不明的邮件 · settle a mail that is uncertain or failed', { of: Settled }, settle) },
    async (request, reply) =>
      answerOnce(pool, request, reply, async (client) => {
        const { code, mail } = request.params;
        return {
          status: 200,
          body: await settleMail(client, { person: who(request), company: code, mail, ...request.body }),
        };
      }),
  );
}
