import type { ReportModel } from '../domain/report-model';
import { drawChart } from './chart';
import { visible } from './escape';
import { both, localTime } from './format';
import { outlineOf, type Outline, type Section } from './outline';
import { drawChartSvg } from './pdf-chart';
import {
  ACCENT,
  BOLD,
  CONTENT_WIDTH,
  ensureRoom,
  finishPdf,
  GREY,
  INK,
  PAGE,
  REGULAR,
  startPdf,
  type Pdf,
} from './pdf-page';
import { drawTable } from './pdf-table';

/**
 * The report on A4 with its Chinese font embedded: summary on the first page, tables with heads repeated, charts as vectors, the
 * seal on the last page. The same model gives the same bytes.
 */
export async function renderReportPdf(model: ReportModel): Promise<Buffer> {
  const outline = outlineOf(model);
  const title = visible(`${outline.company} ${outline.month} ${both(outline.title)}`);
  const pdf = startPdf(title, visible(outline.company), outline.lockedAt);
  drawTitle(pdf, outline);
  const last = outline.sections.length - 1;
  outline.sections.forEach((section, index) => {
    if (index === 1 || index === last) pdf.addPage();
    drawSection(pdf, section, model, outline.timezone);
  });
  return finishPdf(pdf, title);
}

function drawTitle(pdf: Pdf, outline: Outline): void {
  const width = CONTENT_WIDTH;
  pdf.font(BOLD).fontSize(11).fillColor(ACCENT).text(outline.month, PAGE.left, 70, { width });
  pdf
    .fontSize(24)
    .fillColor(INK)
    .text(visible(outline.company), PAGE.left, pdf.y + 4, { width, height: 72, ellipsis: true });
  pdf.fontSize(14).text(both(outline.title), PAGE.left, pdf.y + 6, { width });
  const locked = `已结账 locked ${localTime(outline.lockedAt, outline.timezone)} (${outline.timezone})`;
  pdf
    .font(REGULAR)
    .fontSize(9)
    .fillColor(GREY)
    .text(locked, PAGE.left, pdf.y + 6, { width });
  pdf.y += 10;
  pdf
    .moveTo(PAGE.left, pdf.y)
    .lineTo(PAGE.left + width, pdf.y)
    .lineWidth(1.4)
    .strokeColor(INK)
    .stroke();
  pdf.y += 4;
}

function drawSection(pdf: Pdf, section: Section, model: ReportModel, timezone: string): void {
  ensureRoom(pdf, 130);
  const baseline = pdf.y + 26;
  pdf.font(BOLD).fontSize(14).fillColor(INK);
  pdf.text(section.name.zh, PAGE.left, baseline, { baseline: 'alphabetic', lineBreak: false });
  const besides = PAGE.left + pdf.widthOfString(section.name.zh) + 7;
  pdf.font(REGULAR).fontSize(11).fillColor(GREY);
  pdf.text(section.name.en, besides, baseline, { baseline: 'alphabetic', lineBreak: false });
  pdf.x = PAGE.left;
  pdf.y = baseline + 4;
  const chart = section.chart === undefined ? null : drawChart(section.chart, model);
  if (chart !== null) drawChartSvg(pdf, chart);
  for (const table of section.tables) drawTable(pdf, table, timezone);
}
