import { AGEING_BUCKETS } from '../domain/ageing';
import { Decimal, formatAmount } from '../domain/money';
import type { ReceiptsSection, ReceivableAmounts, ReportModel } from '../domain/report-model';
import { METHOD_NAMES, METHODS, type Bilingual } from '../domain/words';
import { amountColumn, column, CURRENCY, TOTAL } from './columns';
import { both } from './format';
import type { Row, Section, Table } from './outline';

/** 收款: by method, and day by day. */
export function receiptSection({ receipts }: ReportModel): Section {
  return { name: { zh: '收款', en: 'Receipts' }, tables: [methodsTable(receipts), receiptDaysTable(receipts)] };
}

function methodsTable(receipts: ReceiptsSection): Table {
  const sums = (line: ReceiptsSection['totals'][number]): string[] => [
    line.currency,
    String(line.count),
    line.received,
    line.refunded,
    line.amount,
  ];
  return {
    name: { zh: '按收款方式', en: 'By method' },
    columns: [
      column('方式', 'Method', 'text', 1.6),
      CURRENCY,
      column('笔数', 'Count', 'count', 0.7),
      amountColumn('收款', 'Received'),
      amountColumn('退款', 'Refunded'),
      amountColumn('净收款', 'Net received'),
    ],
    rows: [
      ...receipts.methods.map((line) => ({ cells: [both(METHOD_NAMES[line.method]), ...sums(line)] })),
      ...receipts.totals.map((line) => ({ cells: [TOTAL, ...sums(line)], total: true })),
    ],
  };
}

/** One line a day and currency, one column for each method that occurs. */
function receiptDaysTable(receipts: ReceiptsSection): Table {
  const used = METHODS.filter((method) => receipts.methods.some((line) => line.method === method));
  const days = new Map<string, { date: string; currency: string; amounts: Map<string, string> }>();
  for (const line of receipts.days) {
    const key = `${line.currency} ${line.date}`;
    const day = days.get(key) ?? { date: line.date, currency: line.currency, amounts: new Map<string, string>() };
    day.amounts.set(line.method, line.amount);
    days.set(key, day);
  }
  const rows: Row[] = [...days.values()].map(({ date, currency, amounts }) => {
    const sum = Decimal.sum(...amounts.values());
    return {
      cells: [date, currency, ...used.map((method) => amounts.get(method) ?? null), formatAmount(sum, currency)],
    };
  });
  return {
    name: { zh: '按日收款净额', en: 'Net received by day' },
    columns: [
      column('日期', 'Date', 'date', 1),
      CURRENCY,
      ...used.map((method) => amountColumn(METHOD_NAMES[method].zh, METHOD_NAMES[method].en)),
      amountColumn('合计', 'Total'),
    ],
    rows: [
      ...rows,
      ...receipts.totals.map((total) => ({
        cells: [
          TOTAL,
          total.currency,
          ...used.map((method) => methodTotal(receipts, total.currency, method)),
          total.amount,
        ],
        total: true,
      })),
    ],
  };
}

function methodTotal(receipts: ReceiptsSection, currency: string, method: string): string | null {
  return receipts.methods.find((line) => line.currency === currency && line.method === method)?.amount ?? null;
}

/** 应收: the month's movement and the ages of what is open. */
export function receivableSection({ receivables }: ReportModel): Section {
  const { totals, top } = receivables;
  const customers = totals.reduce((sum, total) => sum + total.customers, 0);
  return {
    name: { zh: '应收与账龄', en: 'Receivables and ages' },
    tables: [
      {
        name: { zh: '应收变动', en: 'Movement' },
        columns: [
          CURRENCY,
          column('客户', 'Customers', 'count', 0.7),
          amountColumn('期初', 'Opening'),
          amountColumn('销售', 'Sales'),
          amountColumn('退货', 'Returns'),
          amountColumn('收款', 'Receipts'),
          amountColumn('调整', 'Adjusted'),
          amountColumn('期末', 'Closing'),
        ],
        rows: totals.map((total) => ({
          cells: [
            total.currency,
            String(total.customers),
            total.opening,
            total.sales,
            total.returns,
            total.receipts,
            total.adjustments,
            total.closing,
          ],
        })),
      },
      {
        name: { zh: '客户账龄', en: 'Ages by customer' },
        columns: [
          column('客户', 'Customer', 'text', 1.1),
          column('名称', 'Name', 'text', 1.8),
          CURRENCY,
          amountColumn('期末', 'Closing'),
          ...AGEING_BUCKETS.map(({ name }) => amountColumn(name.zh, name.en)),
          amountColumn('预收', 'Credit'),
        ],
        rows: [
          ...top.map((row) => ({ cells: [row.customerNo, row.customerName, ...ages(row)] })),
          ...totals.map((total) => ({ cells: [TOTAL, '全部客户 all customers', ...ages(total)], total: true })),
        ],
        note: totals.length === 0 ? NO_BALANCES : agesNote(customers, top.length),
      },
    ],
  };
}

function ages(row: ReceivableAmounts): string[] {
  return [row.currency, row.closing, ...row.buckets, row.credit];
}

const NO_BALANCES: Bilingual = {
  zh: '没有提供总账，未计算客户余额。',
  en: 'No ledger was provided, so there are no customer balances.',
};

function agesNote(customers: number, listed: number): Bilingual {
  return {
    zh: `共 ${customers} 个客户余额，列出每种币种最大的 ${listed} 个，全部见 CSV。账龄自订单日期至月末；收款先冲所指订单，余额先冲最早；期初余额视为最早。`,
    en: `${customers} balances, the largest ${listed} are listed, all of them in the CSV. Age runs from the date of the order to the end of the month; receipts pay their order first, then the oldest; an opening balance counts as the oldest.`,
  };
}
