import { Type } from '@sinclair/typebox';
import { join } from 'node:path';
import { enter, readablePeriod } from '../../store/access';
import { listAudit } from '../../store/audit-list';
import { verifyCompany } from '../../store/audit-verify';
import { evidenceBundle } from '../../store/bundle';
import { openEvidence } from '../../store/evidence';
import { checkInvariants } from '../../store/invariants';
import { reportDocument, REPORT_FORMATS } from '../../store/report';
import { who } from '../door';
import type { ApiOptions, Door } from '../options';
import { Anything, CompanyParams, described, format, Month, Moment, PeriodParams } from '../schemas';
import { zipped } from '../zip';

/** What stays of a month: its report, and the record that proves it. */
export function recordRoutes(door: Door, { pool, dataDir }: ApiOptions): void {
  const report = { params: PeriodParams, querystring: Type.Object({ format: format(...REPORT_FORMATS) }) };
  const reportTypes = ['application/json', 'text/html', 'application/pdf', 'text/csv', 'application/octet-stream'];
  door.get(
    '/api/v1/companies/:code/periods/:month/report',
    { schema: described('结账报告 · the report', { of: Anything, types: reportTypes }, report) },
    async (request, reply) => {
      const periodId = await readablePeriod(pool, who(request), request.params);
      const document = await reportDocument(pool, periodId, request.query.format);
      return reply
        .type(document.contentType)
        .header('content-length', document.bytes)
        .header('content-disposition', `attachment; filename="${document.fileName}"`)
        .header('x-evidence-sha256', document.evidence)
        .send(await openEvidence(dataDir, document.evidence, { verify: true }));
    },
  );

  const Entry = Type.Object({
    seq: Type.String(),
    at: Moment,
    actor: Type.String(),
    action: Type.String(),
    month: Type.Union([Type.String(), Type.Null()]),
    subject: Type.String(),
    detail: Anything,
    hash: Type.String(),
  });
  const audit = {
    params: CompanyParams,
    querystring: Type.Object({
      month: Type.Optional(Month),
      actor: Type.Optional(Type.String({ maxLength: 64 })),
      action: Type.Optional(Type.String({ maxLength: 64 })),
      after: Type.Optional(Type.String({ pattern: '^[0-9]{1,18}$', description: 'seq of the last entry read' })),
      limit: Type.Integer({ minimum: 1, maximum: 1000, default: 100 }),
    }),
  };
  door.get(
    '/api/v1/companies/:code/audit',
    { schema: described('操作记录 · audit entries in order', { of: Type.Array(Entry) }, audit) },
    async (request) => {
      const { companyId } = await enter(pool, who(request), request.params.code, 'read');
      return listAudit(pool, companyId, request.query);
    },
  );

  door.get(
    '/api/v1/companies/:code/audit/verify',
    {
      schema: described(
        '验证封存与操作记录 · verify seals and audit chain',
        { of: Anything },
        { params: CompanyParams },
      ),
    },
    async (request) => {
      const { code } = await enter(pool, who(request), request.params.code, 'read');
      return verifyCompany(pool, code, { keysDir: join(dataDir, 'keys') });
    },
  );

  const bundle = {
    params: CompanyParams,
    querystring: Type.Object({
      month: Type.Optional(Month),
      files: Type.Boolean({ default: false, description: '连同原始文件 · the original files too' }),
    }),
  };
  door.get(
    '/api/v1/companies/:code/audit/bundle',
    {
      schema: described(
        '离线证据包 · an evidence bundle to verify offline',
        { of: Anything, types: ['application/zip'] },
        bundle,
      ),
    },
    async (request, reply) => {
      const company = await enter(pool, who(request), request.params.code, 'read');
      const { month, files } = request.query;
      const evidence = await evidenceBundle({ pool, dataDir }, company, {
        withFiles: files,
        ...(month === undefined ? {} : { month }),
      });
      return reply
        .type('application/zip')
        .header('content-disposition', `attachment; filename="${evidence.fileName}"`)
        .send(zipped(evidence.members()));
    },
  );
  door.get(
    '/api/v1/companies/:code/invariants',
    { schema: described('检查不变式 · check the invariants', { of: Anything }, { params: CompanyParams }) },
    async (request) => {
      const { code } = await enter(pool, who(request), request.params.code, 'read');
      const invariants = await checkInvariants(pool, code, { dataDir });
      return { ok: invariants.every(({ ok }) => ok), invariants };
    },
  );
}
