import { init, type EChartsCoreOption } from 'echarts';
import { Decimal } from '../domain/money';
import { daysOf } from '../domain/periods';
import type { ReportModel } from '../domain/report-model';
import { EXCEPTION_KIND_NAMES } from '../domain/words';
import { amount, both, count } from './format';
import type { ChartName } from './outline';

/** Points in HTML and PDF alike. */
export const CHART_WIDTH = 720;

/** The fonts a chart's text is set in; the PDF replaces them by its own. */
const FONT = "'PingFang SC','Microsoft YaHei','Noto Sans SC','Noto Sans CJK SC',sans-serif";
const INK = '#4b5563';
const LINE = '#e5e7eb';
const BAR = '#2f6f9f';
const RETURNED = '#d08b45';

/** A chart as plain SVG: paths and texts, no script, no style sheet, no reference to outside. Null where there is nothing to draw. */
export function drawChart(name: ChartName, model: ReportModel): string | null {
  return name === 'sales-by-day' ? salesByDay(model) : exceptionsByKind(model);
}

/** Sales and returns of each day in the company's currency, or the first there is. */
function salesByDay(model: ReportModel): string | null {
  const { totals, days } = model.sales;
  const currency = totals.find((total) => total.currency === model.company.currency)?.currency ?? totals[0]?.currency;
  if (currency === undefined) return null;
  const ofDay = new Map(days.filter((day) => day.currency === currency).map((day) => [day.date, day]));
  const dates = Array.from({ length: Number(daysOf(model.month).last.slice(-2)) }, (_none, index) =>
    String(index + 1).padStart(2, '0'),
  );
  const heights = (field: 'gross' | 'returns'): number[] =>
    dates.map((day) => height(ofDay.get(`${model.month}-${day}`)?.[field] ?? '0'));
  return render(240, {
    title: title(`每日销售与退货 Sales and returns by day (${currency})`),
    legend: { right: 8, top: 4, textStyle: text(11), itemWidth: 10, itemHeight: 10 },
    grid: { left: 8, right: 8, top: 44, bottom: 4, containLabel: true },
    xAxis: {
      type: 'category',
      data: dates.map(Number),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: LINE } },
      axisLabel: text(10),
    },
    yAxis: {
      type: 'value',
      axisLabel: { ...text(10), formatter: axisNumber },
      splitLine: { lineStyle: { color: LINE } },
    },
    series: [
      {
        name: '含税 gross',
        type: 'bar',
        data: heights('gross'),
        itemStyle: { color: BAR },
        barCategoryGap: '35%',
        barGap: '0%',
      },
      { name: '退货 returns', type: 'bar', data: heights('returns'), itemStyle: { color: RETURNED } },
    ],
  });
}

/** How many exceptions of each kind, the most frequent on top. */
function exceptionsByKind(model: ReportModel): string | null {
  const counts = new Map<string, number>();
  for (const line of model.exceptions.kinds) {
    const name = both(EXCEPTION_KIND_NAMES[line.kind]);
    counts.set(name, (counts.get(name) ?? 0) + line.count);
  }
  if (counts.size === 0) return null;
  const kinds = [...counts].sort(([, a], [, b]) => a - b);
  return render(56 + 24 * kinds.length, {
    title: title('各类差异笔数 Exceptions by kind'),
    grid: { left: 200, right: 56, top: 40, bottom: 4 },
    xAxis: { type: 'value', show: false },
    yAxis: {
      type: 'category',
      data: kinds.map(([name]) => name),
      axisTick: { show: false },
      axisLine: { show: false },
      axisLabel: text(11),
    },
    series: [
      {
        type: 'bar',
        data: kinds.map(([, many]) => many),
        itemStyle: { color: BAR },
        barWidth: 13,
        label: {
          show: true,
          position: 'right',
          ...text(11),
          formatter: (bar: { value?: unknown }) => count(Number(bar.value)),
        },
      },
    ],
  });
}

/** How tall a bar is. A picture may round; every figure in words comes from the decimal string. */
function height(value: string): number {
  return new Decimal(value).toNumber();
}

function axisNumber(value: number): string {
  return amount(new Decimal(value).toFixed());
}

function text(fontSize: number): { color: string; fontSize: number; fontFamily: string } {
  return { color: INK, fontSize, fontFamily: FONT };
}

function title(words: string): object {
  return { text: words, left: 4, top: 2, textStyle: { ...text(13), color: '#111827', fontWeight: 600 } };
}

function render(chartHeight: number, option: EChartsCoreOption): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: CHART_WIDTH, height: chartHeight });
  try {
    chart.setOption({ animation: false, ...option });
    return plain(chart.renderToSVGString());
  } finally {
    chart.dispose();
  }
}

/** Takes out what is only for pointers, and the running numbers that would make two equal charts differ. */
function plain(svg: string): string {
  return svg
    .replace(/<style\s*>[\s\S]*?<\/style>/g, '')
    .replace(/<defs\s*>[\s\S]*?<\/defs>/g, '')
    .replace(/\s(?:class|clip-path|pointer-events|ecmeta_\w+)="[^"]*"/g, '')
    .replace(/\n+/g, '\n');
}
