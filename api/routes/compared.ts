import { Type } from '@sinclair/typebox';
import { csvRecord } from '../../domain/csv-text';
import { readablePeriod } from '../../store/access';
import { streamExceptions, type ExceptionView } from '../../store/exceptions';
import { streamMatches } from '../../store/matches';
import { who } from '../door';
import type { ApiOptions, Door } from '../options';
import {
  described,
  ExceptionKindWord,
  ExceptionRow,
  format,
  MatchRow,
  PeriodParams,
  ReconciliationWord,
} from '../schemas';
import { jsonArray, ndjson, sendText } from '../streams';

const JSON_TYPE = 'application/json; charset=utf-8';
const NDJSON_TYPE = 'application/x-ndjson; charset=utf-8';
const CSV_TYPE = 'text/csv; charset=utf-8';

/** What the reconciliations found, streamed whatever its length. */
export function comparedRoutes(door: Door, { pool }: ApiOptions): void {
  const exceptions = {
    params: PeriodParams,
    querystring: Type.Object({
      format: format('json', 'csv', 'ndjson'),
      state: Type.Optional(
        Type.Unsafe<'open' | 'resolved' | 'superseded'>({ type: 'string', enum: ['open', 'resolved', 'superseded'] }),
      ),
      kind: Type.Optional(ExceptionKindWord),
      reconciliation: Type.Optional(ReconciliationWord),
    }),
  };
  const exceptionTypes = ['application/json', 'text/csv', 'application/x-ndjson'];
  door.get(
    '/api/v1/companies/:code/periods/:month/exceptions',
    { schema: described('差异 · exceptions', { of: Type.Array(ExceptionRow), types: exceptionTypes }, exceptions) },
    async (request, reply) => {
      const periodId = await readablePeriod(pool, who(request), request.params);
      const { format: wanted, ...filter } = request.query;
      const rows = streamExceptions(pool, periodId, filter);
      if (wanted === 'csv') return sendText(reply, CSV_TYPE, exceptionsCsv(rows));
      return wanted === 'ndjson'
        ? sendText(reply, NDJSON_TYPE, ndjson(rows))
        : sendText(reply, JSON_TYPE, jsonArray(rows));
    },
  );

  const matches = {
    params: PeriodParams,
    querystring: Type.Object({ format: format('json', 'ndjson'), reconciliation: Type.Optional(ReconciliationWord) }),
  };
  door.get(
    '/api/v1/companies/:code/periods/:month/matches',
    {
      schema: described(
        '匹配 · matches',
        { of: Type.Array(MatchRow), types: ['application/json', 'application/x-ndjson'] },
        matches,
      ),
    },
    async (request, reply) => {
      const periodId = await readablePeriod(pool, who(request), request.params);
      const { format: wanted, ...filter } = request.query;
      const rows = streamMatches(pool, periodId, filter);
      return wanted === 'ndjson'
        ? sendText(reply, NDJSON_TYPE, ndjson(rows))
        : sendText(reply, JSON_TYPE, jsonArray(rows));
    },
  );
}

const CSV_HEAD = [
  'id',
  'reconciliation',
  'kind',
  'state',
  'currency',
  'difference',
  'left_references',
  'left_amounts',
  'right_references',
  'right_amounts',
  'rule',
  'explanation_zh',
  'explanation_en',
  'suggested_action',
  'owner',
  'caused_by',
];

async function* exceptionsCsv(rows: AsyncIterable<ExceptionView>): AsyncGenerator<string> {
  // Spreadsheets take a file for UTF-8 only when it begins with the mark.
  yield `\ufeff${csvRecord(CSV_HEAD)}`;
  for await (const row of rows) {
    const joined = (side: ExceptionView['left'], key: 'reference' | 'amount'): string =>
      side.map((record) => record[key]).join('; ');
    yield csvRecord([
      row.id,
      row.reconciliation,
      row.kind,
      row.state,
      row.currency,
      row.difference,
      joined(row.left, 'reference'),
      joined(row.left, 'amount'),
      joined(row.right, 'reference'),
      joined(row.right, 'amount'),
      row.rule,
      row.explanation.zh,
      row.explanation.en,
      row.suggestedAction,
      row.owner,
      row.causedBy.join('; '),
    ]);
  }
}
