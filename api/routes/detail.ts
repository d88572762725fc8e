import { Type } from '@sinclair/typebox';
import { readablePeriod } from '../../store/access';
import { exceptionDetail } from '../../store/detail/exception-detail';
import { matchDetail } from '../../store/detail/match-detail';
import { ExceptionDetailRow, MatchDetailRow } from '../detail-schemas';
import { who } from '../door';
import type { ApiOptions, Door } from '../options';
import { CompanyCode, described, Month } from '../schemas';

const Id = Type.String({ format: 'uuid', description: '编号 · id' });

/** One exception, and one match, with everything that can be said of it. Computed when asked for. */
export function detailRoutes(door: Door, { pool, dataDir }: ApiOptions): void {
  const exception = { params: Type.Object({ code: CompanyCode, month: Month, exception: Id }) };
  door.get(
    '/api/v1/companies/:code/periods/:month/exceptions/:exception',
    { schema: described('差异说明 · one exception explained', { of: ExceptionDetailRow }, exception) },
    async (request) => {
      const periodId = await readablePeriod(pool, who(request), request.params);
      return exceptionDetail(pool, dataDir, periodId, request.params.exception);
    },
  );

  const match = { params: Type.Object({ code: CompanyCode, month: Month, match: Id }) };
  door.get(
    '/api/v1/companies/:code/periods/:month/matches/:match',
    { schema: described('匹配说明 · one match explained', { of: MatchDetailRow }, match) },
    async (request) => {
      const periodId = await readablePeriod(pool, who(request), request.params);
      return matchDetail(pool, dataDir, periodId, request.params.match);
    },
  );
}
