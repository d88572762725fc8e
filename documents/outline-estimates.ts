import type { EstimateLine, ReportModel } from '../domain/report-model';
import { amountColumn, column, CURRENCY } from './columns';
import { both } from './format';
import type { Row, Table } from './outline';

/** What a provisional month was cut off without; no table where nothing was missing. */
export function estimateTables({ estimates = [] }: ReportModel): Table[] {
  if (estimates.length === 0) return [];
  return [
    {
      name: {
        zh: '暂结：关账时缺少的数据（估计，不计入任何数字）',
        en: 'Provisional: missing at the cut-off (estimates, in no figure)',
      },
      columns: [
        column('来源', 'Source', 'text', 1),
        column('缺少', 'Missing', 'text', 2),
        CURRENCY,
        column('估计行数', 'Rows, estimated', 'count', 0.8),
        amountColumn('估计金额', 'Amount, estimated'),
        column('方法', 'How', 'text', 2),
        column('其后到达', 'Came since', 'text', 1),
      ],
      rows: estimates.map(rowOf),
      note: {
        zh: '其后到达的数据列为迟到单据，经 admit 纳入本月或 defer 转入下月',
        en: 'what came later was parked, then admitted into the month or deferred to the next',
      },
    },
  ];
}

function rowOf({ source, title, currency, count, amount, how, since }: EstimateLine): Row {
  const came = since === null ? null : `#${since.batch} ${since.state}`;
  return { cells: [source, both(title), currency, count === null ? null : String(count), amount, both(how), came] };
}
