import { Type } from '@sinclair/typebox';
import { readablePeriod } from '../../store/access';
import { listBatches, prepareImport, readBatch, registerImport } from '../../store/batches';
import { previewAdmission } from '../../store/arrival/preview';
import { admitBatches, deferBatches } from '../../store/decisions/late';
import { listRejected, rejectedCsv } from '../../store/rejected';
import { answerOnce, requireKey, who } from '../door';
import type { ApiOptions, Door } from '../options';
import { Anything, Batch, BatchParams, described, FileKindWord, format, PeriodParams, Reason } from '../schemas';
import { sendRows, sendText } from '../streams';
import { encodingOf, keepBytes, plainName } from '../upload';

const ImportQuery = Type.Object({
  kind: FileKindWord,
  fileName: Type.String({ minLength: 1, maxLength: 255 }),
  encoding: Type.Optional(Type.String({ maxLength: 20, description: 'utf-8 | gb18030 | utf-16' })),
  replaces: Type.Optional(
    Type.Integer({ minimum: 1, description: '被替换的批次 · the batch this is a new version of' }),
  ),
});

/** Files in, and what became of their rows. */
export function importRoutes(door: Door, options: ApiOptions): void {
  const { pool } = options;
  const schema = described(
    '导入文件（请求体为原始字节） · import a file; the body is its bytes',
    { status: 202, of: Batch },
    { params: PeriodParams, querystring: ImportQuery, consumes: ['application/octet-stream'] },
  );
  door.post('/api/v1/companies/:code/periods/:month/imports', { schema }, async (request, reply) => {
    requireKey(request);
    const { kind, encoding, replaces } = request.query;
    const asked = {
      person: who(request),
      company: request.params.code,
      month: request.params.month,
      kind,
      fileName: plainName(request.query.fileName),
      ...(encoding === undefined ? {} : { encoding: encodingOf(encoding) }),
      ...(replaces === undefined ? {} : { replaces }),
    };
    await prepareImport(pool, asked);
    const kept = await keepBytes(options, request.body, asked.fileName);
    return answerOnce(
      pool,
      request,
      reply,
      async (client) => {
        const { view, isNew } = await registerImport(client, { ...asked, evidence: kept.sha256 });
        return { status: isNew ? 202 : 200, body: view };
      },
      kept.sha256,
    );
  });

  door.get(
    '/api/v1/companies/:code/periods/:month/batches',
    { schema: described('批次 · batches', { of: Type.Array(Batch) }, { params: PeriodParams }) },
    async (request) => listBatches(pool, await readablePeriod(pool, who(request), request.params)),
  );
  door.get(
    '/api/v1/companies/:code/periods/:month/batches/:batch',
    { schema: described('一个批次 · one batch', { of: Batch }, { params: BatchParams }) },
    async (request) => readBatch(pool, await readablePeriod(pool, who(request), request.params), request.params.batch),
  );

  const rejected = {
    params: PeriodParams,
    querystring: Type.Object({
      format: format('json', 'csv'),
      batch: Type.Optional(Type.Integer({ minimum: 1, maximum: 2 ** 31 - 1 })),
      kind: Type.Optional(FileKindWord),
      limit: Type.Optional(Type.Integer({ minimum: 1, description: '只取前若干行 · the first so many' })),
    }),
  };
  door.get(
    '/api/v1/companies/:code/periods/:month/rejected',
    {
      schema: described('拒收行 · rejected rows', { of: Anything, types: ['application/json', 'text/csv'] }, rejected),
    },
    async (request, reply) => {
      const periodId = await readablePeriod(pool, who(request), request.params);
      const { format: wanted, ...filter } = request.query;
      if (wanted === 'csv') return sendText(reply, 'text/csv; charset=utf-8', rejectedCsv(pool, periodId, filter));
      return sendRows(reply, 'json', listRejected(pool, periodId, filter));
    },
  );
}

/** Files that came after the cut-off, and what is decided about them. */
export function parkedRoutes(door: Door, options: ApiOptions): void {
  const { pool } = options;
  door.get(
    '/api/v1/companies/:code/periods/:month/parked',
    { schema: described('待处理迟到单据 · parked documents', { of: Type.Array(Batch) }, { params: PeriodParams }) },
    async (request) =>
      listBatches(pool, await readablePeriod(pool, who(request), request.params), { parkedOnly: true }),
  );

  door.get(
    '/api/v1/companies/:code/periods/:month/parked/preview',
    {
      schema: described(
        '试算纳入本月的结果 · what admitting parked batches would settle and raise',
        { of: Anything },
        {
          params: PeriodParams,
          querystring: Type.Object({ batches: Type.String({ pattern: '^\\d{1,9}(,\\d{1,9}){0,99}$' }) }),
        },
      ),
    },
    async (request) => {
      const periodId = await readablePeriod(pool, who(request), request.params);
      return previewAdmission(pool, periodId, [...new Set(request.query.batches.split(',').map(Number))]);
    },
  );

  const late = {
    params: PeriodParams,
    body: Type.Object({
      batches: Type.Array(Type.Integer({ minimum: 1 }), { minItems: 1, uniqueItems: true }),
      reason: Reason,
    }),
  };
  door.post(
    '/api/v1/companies/:code/periods/:month/admit',
    { schema: described('纳入本月 · admit', { of: Anything }, late) },
    async (request, reply) =>
      answerOnce(pool, request, reply, async (client) => {
        const { code, month } = request.params;
        return {
          status: 200,
          body: await admitBatches(client, { person: who(request), company: code, month, ...request.body }),
        };
      }),
  );
  door.post(
    '/api/v1/companies/:code/periods/:month/defer',
    { schema: described('转入下月 · defer', { of: Anything }, late) },
    async (request, reply) =>
      answerOnce(pool, request, reply, async (client) => {
        const { code, month } = request.params;
        return {
          status: 200,
          body: await deferBatches(client, { person: who(request), company: code, month, ...request.body }),
        };
      }),
  );
}
