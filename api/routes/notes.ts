import { Type } from '@sinclair/typebox';
import { readablePeriod } from '../../store/access';
import { assignExceptions, attachFile, commentExceptions, prepareNote } from '../../store/decisions/note';
import { openEvidence } from '../../store/evidence';
import { attachmentName, listNotes } from '../../store/exceptions/notes';
import { answerOnce, requireKey, who } from '../door';
import type { ApiOptions, Door } from '../options';
import {
  Anything,
  CompanyCode,
  described,
  ExceptionIds,
  ExceptionParts,
  Login,
  Moment,
  Month,
  PeriodParams,
  Reason,
} from '../schemas';
import { keepBytes, plainName } from '../upload';
import { whichOf } from '../which';

const ExceptionParams = Type.Object({ code: CompanyCode, month: Month, exception: Type.String({ format: 'uuid' }) });
const Noted = Type.Object({ noted: Type.Integer() });

/** Whose exceptions are, what was said of them, and files that prove it. */
export function noteRoutes(door: Door, options: ApiOptions): void {
  assignAndComment(door, options);
  attachments(door, options);
  const { pool } = options;
  const OrNull = Type.Union([Type.String(), Type.Null()]);
  const Note = Type.Object({
    note: Type.String(),
    kind: Type.String({ description: 'assign | comment | attach' }),
    by: Type.String(),
    at: Moment,
    text: Type.String(),
    assignee: OrNull,
    file: OrNull,
    evidence: OrNull,
  });
  door.get(
    '/api/v1/companies/:code/periods/:month/exceptions/:exception/notes',
    { schema: described('分派、备注与附件 · what was noted', { of: Type.Array(Note) }, { params: ExceptionParams }) },
    async (request) => {
      const periodId = await readablePeriod(pool, who(request), request.params);
      return listNotes(pool, periodId, request.params.exception);
    },
  );
}

function assignAndComment(door: Door, { pool }: ApiOptions): void {
  const assignment = {
    params: PeriodParams,
    body: Type.Object(
      {
        exceptions: Type.Optional(ExceptionIds),
        ...ExceptionParts,
        to: Type.Union([Login, Type.Null()]),
        reason: Type.Optional(Reason),
      },
      { additionalProperties: false },
    ),
  };
  door.post(
    '/api/v1/companies/:code/periods/:month/assignments',
    { schema: described('分派差异 · assign exceptions', { of: Noted }, assignment) },
    async (request, reply) =>
      answerOnce(pool, request, reply, async (client) => {
        const { code, month } = request.params;
        const { to, reason, ...asked } = request.body;
        const note = { to, ...(reason === undefined ? {} : { reason }), which: whichOf(asked) };
        return {
          status: 200,
          body: await assignExceptions(client, { person: who(request), company: code, month, ...note }),
        };
      }),
  );
  const comment = {
    params: PeriodParams,
    body: Type.Object(
      { exceptions: Type.Optional(ExceptionIds), ...ExceptionParts, comment: Reason },
      { additionalProperties: false },
    ),
  };
  door.post(
    '/api/v1/companies/:code/periods/:month/comments',
    { schema: described('备注差异 · comment on exceptions', { of: Noted }, comment) },
    async (request, reply) =>
      answerOnce(pool, request, reply, async (client) => {
        const { code, month } = request.params;
        const { comment: text, ...asked } = request.body;
        const note = { person: who(request), company: code, month, which: whichOf(asked), text };
        return { status: 200, body: await commentExceptions(client, note) };
      }),
  );
}

function attachments(door: Door, options: ApiOptions): void {
  const { pool, dataDir } = options;
  const path = '/api/v1/companies/:code/periods/:month/exceptions/:exception/attachments';
  const Attached = Type.Object({ evidence: Type.String({ description: 'SHA-256' }), file: Type.String() });
  const sent = {
    params: ExceptionParams,
    querystring: Type.Object({ fileName: Type.String({ minLength: 1, maxLength: 255 }) }),
    consumes: ['application/octet-stream'],
  };
  door.post(
    path,
    { schema: described('附件（请求体为原始字节） · attach a file; the body is its bytes', { of: Attached }, sent) },
    async (request, reply) => {
      requireKey(request);
      const { code, month, exception } = request.params;
      const asked = { person: who(request), company: code, month, which: { exceptions: [exception] } };
      await prepareNote(pool, asked);
      const fileName = plainName(request.query.fileName);
      const { sha256: evidence } = await keepBytes(options, request.body, fileName);
      return answerOnce(
        pool,
        request,
        reply,
        async (client) => {
          await attachFile(client, { ...asked, evidence, fileName });
          return { status: 200, body: { evidence, file: fileName } };
        },
        evidence,
      );
    },
  );

  const kept = Type.Object({
    ...ExceptionParams.properties,
    evidence: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256' }),
  });
  door.get(
    `${path}/:evidence`,
    {
      schema: described(
        '附件内容 · an attachment’s bytes',
        { of: Anything, types: ['application/octet-stream'] },
        { params: kept },
      ),
    },
    async (request, reply) => {
      const periodId = await readablePeriod(pool, who(request), request.params);
      const { exception, evidence } = request.params;
      const name = await attachmentName(pool, periodId, exception, evidence);
      return reply
        .type('application/octet-stream')
        .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(name)}`)
        .header('x-evidence-sha256', evidence)
        .send(await openEvidence(dataDir, evidence, { verify: true }));
    },
  );
}
