import { Type } from '@sinclair/typebox';
import { readablePeriod } from '../../store/access';
import { pageOfExceptions, streamExceptions } from '../../store/exceptions';
import { EXCEPTION_GROUPS, groupExceptions } from '../../store/exceptions/groups';
import { EXCEPTION_SORTS } from '../../store/exceptions/order';
import { pageOfMatches, streamMatches } from '../../store/matches';
import { who } from '../door';
import { exceptionsCsv } from '../exceptions-csv';
import type { ApiOptions, Door } from '../options';
import {
  BilingualText,
  described,
  ExceptionParts,
  ExceptionRow,
  format,
  MatchRow,
  PageParts,
  PeriodParams,
  ReconciliationWord,
  words,
} from '../schemas';
import { rowsOfPage, sendRows, sendText } from '../streams';

const State = Type.Optional(words(['open', 'resolved', 'superseded']));

/** What the reconciliations found: whole, streamed whatever its length, or page by page. */
export function comparedRoutes(door: Door, options: ApiOptions): void {
  exceptionList(door, options);
  exceptionGroups(door, options);
  matchList(door, options);
}

function exceptionList(door: Door, { pool }: ApiOptions): void {
  const shape = {
    params: PeriodParams,
    querystring: Type.Object({
      format: format('json', 'csv', 'ndjson'),
      state: State,
      ...ExceptionParts,
      sort: Type.Optional(words(EXCEPTION_SORTS)),
      direction: Type.Optional(words(['asc', 'desc'])),
      ...PageParts,
    }),
  };
  const types = ['application/json', 'text/csv', 'application/x-ndjson'];
  door.get(
    '/api/v1/companies/:code/periods/:month/exceptions',
    { schema: described('差异 · exceptions', { of: Type.Array(ExceptionRow), types }, shape) },
    async (request, reply) => {
      const periodId = await readablePeriod(pool, who(request), request.params);
      const { format: form, sort, direction, limit, after, ...filter } = request.query;
      const order = { sort, direction };
      const rows =
        limit === undefined
          ? streamExceptions(pool, periodId, filter, order)
          : rowsOfPage(reply, await pageOfExceptions(pool, periodId, filter, order, { limit, after }));
      return form === 'csv'
        ? sendText(reply, 'text/csv; charset=utf-8', exceptionsCsv(rows))
        : sendRows(reply, form, rows);
    },
  );
}

function exceptionGroups(door: Door, { pool }: ApiOptions): void {
  const Amount = Type.String({ description: 'decimal' });
  const Count = Type.Integer({ minimum: 0 });
  const Group = Type.Object({
    key: Type.String(),
    count: Count,
    open: Count,
    sums: Type.Array(Type.Object({ currency: Type.String(), count: Count, difference: Amount, absolute: Amount })),
    title: Type.Optional(BilingualText),
    suggestedAction: Type.Optional(Type.String()),
  });
  const shape = {
    params: PeriodParams,
    querystring: Type.Object({ by: words(EXCEPTION_GROUPS), state: State, ...ExceptionParts }),
  };
  door.get(
    '/api/v1/companies/:code/periods/:month/exceptions/groups',
    { schema: described('差异分组与合计 · exceptions grouped, counted and summed', { of: Type.Array(Group) }, shape) },
    async (request) => {
      const periodId = await readablePeriod(pool, who(request), request.params);
      const { by, ...filter } = request.query;
      return groupExceptions(pool, periodId, by, filter);
    },
  );
}

function matchList(door: Door, { pool }: ApiOptions): void {
  const shape = {
    params: PeriodParams,
    querystring: Type.Object({
      format: format('json', 'ndjson'),
      reconciliation: Type.Optional(ReconciliationWord),
      rule: Type.Optional(Type.String({ maxLength: 64, description: 'by-hand: 手工匹配 · matched by a person' })),
      state: Type.Optional(words(['confirmed', 'suggested', 'apart'])),
      certainty: Type.Optional(words(['certain', 'probable', 'possible'])),
      ...PageParts,
    }),
  };
  const types = ['application/json', 'application/x-ndjson'];
  door.get(
    '/api/v1/companies/:code/periods/:month/matches',
    { schema: described('匹配 · matches', { of: Type.Array(MatchRow), types }, shape) },
    async (request, reply) => {
      const periodId = await readablePeriod(pool, who(request), request.params);
      const { format: form, limit, after, ...filter } = request.query;
      const rows =
        limit === undefined
          ? streamMatches(pool, periodId, filter)
          : rowsOfPage(reply, await pageOfMatches(pool, periodId, filter, { limit, after }));
      return sendRows(reply, form, rows);
    },
  );
}
