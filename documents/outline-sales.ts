import type { RankedSales, ReportModel, SalesRanking, SalesSection, SalesTotal } from '../domain/report-model';
import type { Bilingual } from '../domain/words';
import { amountColumn, column, CURRENCY, TOTAL } from './columns';
import type { Column, Row, Section, Table } from './outline';

const SALES_COLUMNS = [
  column('订单', 'Orders', 'count', 0.7),
  amountColumn('不含税', 'Net'),
  amountColumn('税额', 'Tax'),
  amountColumn('含税', 'Gross'),
];

/** 销售: by day, product, salesperson and region. */
export function salesSection({ sales }: ReportModel): Section {
  return {
    name: { zh: '销售', en: 'Sales' },
    chart: 'sales-by-day',
    tables: [
      daysTable(sales),
      ...(sales.products.rows.length > 0 ? [productsTable(sales)] : []),
      rankingTable(
        { zh: '按业务员', en: 'By salesperson' },
        column('业务员', 'Salesperson', 'text', 1.6),
        sales.salespeople,
      ),
      rankingTable({ zh: '按地区', en: 'By region' }, column('地区', 'Region', 'text', 1.6), sales.regions),
    ],
  };
}

function daysTable(sales: SalesSection): Table {
  const cells = (key: string, line: SalesTotal): (string | null)[] => [
    key,
    line.currency,
    String(line.count),
    line.net,
    line.tax,
    line.gross,
    line.returns,
    line.netSales,
  ];
  return {
    name: { zh: '按日', en: 'By day' },
    columns: [
      column('日期', 'Date', 'date', 1),
      CURRENCY,
      ...SALES_COLUMNS,
      amountColumn('退货', 'Returns'),
      amountColumn('销售净额', 'Less returns'),
    ],
    rows: [
      ...sales.days.map((day) => ({ cells: cells(day.date, day) })),
      ...sales.totals.map((total) => ({ cells: cells(TOTAL, total), total: true })),
    ],
    note: {
      zh: '销售为状态为已审核、已发货、已完成的订单；销售净额 = 含税 − 退货。',
      en: 'Sales are orders approved, delivered or completed; less returns = gross − returns.',
    },
  };
}

function productsTable(sales: SalesSection): Table {
  return {
    name: { zh: '按产品', en: 'By product' },
    columns: [
      column('产品', 'Product', 'text', 1),
      column('名称', 'Name', 'text', 1.6),
      CURRENCY,
      column('数量', 'Quantity', 'quantity', 0.9),
      column('行数', 'Lines', 'count', 0.7),
      ...SALES_COLUMNS.slice(1),
    ],
    rows: [
      ...sales.products.rows.map((row) => ({
        cells: [
          row.key,
          row.key === null ? NOT_IN_LINES : row.name,
          row.currency,
          row.quantity,
          String(row.count),
          ...amounts(row),
        ],
      })),
      ...sales.products.rest.map((rest) => ({
        cells: [null, othersText(rest.groups), rest.currency, null, String(rest.count), ...amounts(rest)],
      })),
      ...sales.totals.map((total) => ({
        cells: [TOTAL, null, total.currency, null, null, ...amounts(total)],
        total: true,
      })),
    ],
    note: {
      zh: '产品税额按明细税率计算；“无明细”是订单金额与明细金额之差，使合计与订单一致。',
      en: 'Tax by product follows from the rates of its lines; “without lines” is what the lines lack of the orders.',
    },
  };
}

const NOT_IN_LINES = '无明细 without lines';
const NOT_NAMED = '未填写 not named';

function rankingTable(name: Bilingual, first: Column, ranking: SalesRanking): Table {
  const cells = (key: string, row: RankedSales | SalesRanking['rest'][number]): Row => ({
    cells: [key, row.currency, String(row.count), ...amounts(row)],
  });
  return {
    name,
    columns: [first, CURRENCY, ...SALES_COLUMNS],
    rows: [
      ...ranking.rows.map((row) => cells(row.key ?? NOT_NAMED, row)),
      ...ranking.rest.map((rest) => cells(othersText(rest.groups), rest)),
    ],
  };
}

function amounts(row: { net: string; tax: string; gross: string }): string[] {
  return [row.net, row.tax, row.gross];
}

function othersText(groups: number): string {
  return `其余 ${groups} 项 others`;
}
