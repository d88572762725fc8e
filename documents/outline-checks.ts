import { Decimal, formatAmount } from '../domain/money';
import type { ExceptionKindLine, ExceptionOutcome, ExceptionsSection, ReportModel } from '../domain/report-model';
import {
  ANSWER_NAMES,
  EXCEPTION_KIND_NAMES,
  RECONCILIATION_NAMES,
  RESOLUTION_ACTION_NAMES,
  type Bilingual,
} from '../domain/words';
import { amountColumn, column, CURRENCY } from './columns';
import { both } from './format';
import type { Section, Table } from './outline';

const STATE_NAMES: Readonly<Record<string, Bilingual>> = {
  done: { zh: '已完成', en: 'done' },
  not_provided: { zh: '未提供数据', en: 'not provided' },
};

/** 对账: how each reconciliation stood. One that did not run is not one that found nothing. */
export function reconciliationSection({ reconciliations }: ReportModel): Section {
  return {
    name: { zh: '对账', en: 'Reconciliations' },
    tables: [
      {
        name: { zh: '六项对账', en: 'The six reconciliations' },
        columns: [
          column('对账', 'Reconciliation', 'text', 2.2),
          column('状态', 'State', 'text', 1.6),
          column('匹配', 'Matched', 'count', 0.8),
          column('差异', 'Exceptions', 'count', 0.8),
          CURRENCY,
          amountColumn('差额净额', 'Net difference'),
          amountColumn('差额绝对值', 'Absolute'),
        ],
        rows: reconciliations.flatMap((line) => {
          const state = both(STATE_NAMES[line.state] ?? { zh: line.state, en: '' }).trim();
          const first = [both(RECONCILIATION_NAMES[line.name]), state, String(line.matched), String(line.exceptions)];
          if (line.differences.length === 0) return [{ cells: [...first, null, null, null] }];
          return line.differences.map(({ currency, difference, absolute }, index) => ({
            cells: [...(index === 0 ? first : [null, null, null, null]), currency, difference, absolute],
          }));
        }),
      },
    ],
  };
}

const OUTCOME_NAMES: Readonly<Record<ExceptionOutcome, Bilingual>> = {
  ...RESOLUTION_ACTION_NAMES,
  match: ANSWER_NAMES.match,
  cleared: { zh: '随因消除', en: 'cleared' },
  open: { zh: '未处理', en: 'open' },
};
const OUTCOMES = Object.keys(OUTCOME_NAMES) as ExceptionOutcome[];

/** 差异: by kind, what was done about them, and the largest one by one. */
export function exceptionSection({ exceptions }: ReportModel): Section {
  return {
    name: { zh: '差异与处理', en: 'Exceptions and what was done' },
    chart: 'exceptions-by-kind',
    tables: [kindsTable(exceptions), outcomesTable(exceptions), largestTable(exceptions)],
  };
}

function kindsTable({ kinds }: ExceptionsSection): Table {
  const used = OUTCOMES.filter((outcome) => kinds.some((kind) => kind.outcomes.some((one) => one.outcome === outcome)));
  const countOf = (kind: ExceptionKindLine, outcome: ExceptionOutcome): string | null => {
    const found = kind.outcomes.find((one) => one.outcome === outcome);
    return found === undefined ? null : String(found.count);
  };
  return {
    name: { zh: '按类型', en: 'By kind' },
    columns: [
      column('类型', 'Kind', 'text', 2),
      CURRENCY,
      column('笔数', 'Count', 'count', 0.6),
      amountColumn('差额净额', 'Net difference'),
      amountColumn('差额绝对值', 'Absolute'),
      ...used.map((outcome) => column(OUTCOME_NAMES[outcome].zh, OUTCOME_NAMES[outcome].en, 'count', 0.9)),
    ],
    rows: kinds.map((kind) => ({
      cells: [
        both(EXCEPTION_KIND_NAMES[kind.kind]),
        kind.currency,
        String(kind.count),
        kind.difference,
        kind.absolute,
        ...used.map((outcome) => countOf(kind, outcome)),
      ],
    })),
  };
}

function outcomesTable({ kinds }: ExceptionsSection): Table {
  const sums = new Map<string, { outcome: ExceptionOutcome; currency: string; count: number; absolute: Decimal }>();
  for (const { currency, outcomes } of kinds) {
    for (const { outcome, count, absolute } of outcomes) {
      const key = `${OUTCOMES.indexOf(outcome)} ${currency}`;
      const sum = sums.get(key) ?? { outcome, currency, count: 0, absolute: new Decimal(0) };
      sums.set(key, { ...sum, count: sum.count + count, absolute: sum.absolute.plus(absolute) });
    }
  }
  return {
    name: { zh: '按处理方式', en: 'By what was done' },
    columns: [
      column('处理', 'Done', 'text', 2),
      CURRENCY,
      column('笔数', 'Count', 'count', 0.8),
      amountColumn('差额绝对值', 'Absolute'),
    ],
    rows: [...sums.entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, { outcome, currency, count, absolute }]) => ({
        cells: [both(OUTCOME_NAMES[outcome]), currency, String(count), formatAmount(absolute, currency)],
      })),
  };
}

function largestTable({ top, total }: ExceptionsSection): Table {
  return {
    name: { zh: '最大的差异', en: 'The largest' },
    columns: [
      column('类型', 'Kind', 'text', 1.4),
      column('对账', 'Reconciliation', 'text', 1.5),
      column('左方', 'Left', 'text', 1.4),
      column('右方', 'Right', 'text', 1.4),
      CURRENCY,
      amountColumn('差额', 'Difference'),
      column('处理', 'Done', 'text', 1),
      column('处理人', 'By', 'text', 0.9),
      column('理由', 'Reason', 'text', 1.7),
    ],
    rows: top.map((row) => ({
      cells: [
        both(EXCEPTION_KIND_NAMES[row.kind]),
        both(RECONCILIATION_NAMES[row.reconciliation]),
        row.left,
        row.right,
        row.currency,
        row.difference,
        both(OUTCOME_NAMES[row.outcome]),
        row.answeredBy,
        row.reason,
      ],
    })),
    note: {
      zh: `共 ${total} 条差异，按差额绝对值列出 ${top.length} 条，全部可用 exceptions --csv 导出。`,
      en: `${total} exceptions, ${top.length} listed by absolute difference; exceptions --csv gives all of them.`,
    },
  };
}

/** 核对: the report's totals against the rows. */
export function controlSection({ controls }: ReportModel): Section {
  return {
    name: { zh: '合计核对', en: 'Control totals' },
    tables: [
      {
        name: { zh: '报告与明细', en: 'Report against rows' },
        columns: [
          column('合计', 'Total', 'text', 2.4),
          CURRENCY,
          amountColumn('报告', 'Report'),
          amountColumn('明细', 'Rows'),
        ],
        rows: controls.map(({ name, currency, reported, facts }) => ({
          cells: [both(name), currency, reported, facts],
        })),
        note: {
          zh: '两列由不同的计算得出；不一致时不会生成报告。',
          en: 'The two columns are computed apart; where they differ no report is written.',
        },
      },
    ],
  };
}
