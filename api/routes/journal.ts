import { Type } from '@sinclair/typebox';
import iconv from 'iconv-lite';
import { journalCsv, journalKingdee } from '../../domain/journal-sheet';
import { enter, readablePeriod } from '../../store/access';
import { openProposals } from '../../store/journal/read';
import { who } from '../door';
import type { ApiOptions, Door } from '../options';
import { described, format, PeriodParams } from '../schemas';

/** What finance is asked to book for the answers that stand. */
export function journalRoutes(door: Door, { pool }: ApiOptions): void {
  const Amount = Type.String({ description: 'decimal' });
  const OrNull = Type.Union([Type.String(), Type.Null()]);
  const Proposal = Type.Object({
    number: Type.Integer(),
    exception: OrNull,
    match: OrNull,
    action: Type.String({ description: 'adjust | write_off' }),
    date: Type.String(),
    currency: Type.String(),
    rate: OrNull,
    reference: Type.String(),
    description: Type.String(),
    lines: Type.Array(Type.Object({ account: Type.String(), customer: OrNull, debit: Amount, credit: Amount })),
  });
  const shape = { params: PeriodParams, querystring: Type.Object({ format: format('json', 'csv', 'kingdee') }) };
  const types = ['application/json', 'text/csv'];
  door.get(
    '/api/v1/companies/:code/periods/:month/journal',
    {
      schema: described('凭证建议（csv 或金蝶凭证表） · journal proposals', { of: Type.Array(Proposal), types }, shape),
    },
    async (request, reply) => {
      const { code, month } = request.params;
      const { currency } = await enter(pool, who(request), code, 'read');
      const proposals = await openProposals(pool, await readablePeriod(pool, who(request), request.params));
      const form = request.query.format;
      if (form === 'json') return proposals;
      void reply.header('content-disposition', `attachment; filename="journal-${code}-${month}-${form}.csv"`);
      if (form === 'csv') return reply.type('text/csv; charset=utf-8').send(journalCsv(proposals));
      const sheet = iconv.encode(journalKingdee(proposals, currency), 'gb18030');
      return reply.type('text/csv; charset=gb18030').send(sheet);
    },
  );
}
