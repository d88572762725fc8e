import type { ReportModel } from '../domain/report-model';
import { drawChart } from './chart';
import { escapeHtml } from './escape';
import { cellText, isNumber } from './cell';
import { both, localTime } from './format';
import { outlineOf, type CellKind, type Outline, type Section, type Table } from './outline';
import { REPORT_STYLE } from './report-style';

/**
 * The report as one HTML file that needs nothing else: no script, no font, no image from anywhere; Chinese first with English
 * beside it; made to be printed as well as read.
 */
export function renderReportHtml(model: ReportModel): Buffer {
  const outline = outlineOf(model);
  const title = `${outline.company} ${outline.month} ${both(outline.title)}`;
  const html = [
    '<!doctype html>',
    '<html lang="zh-CN">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    `<title>${escapeHtml(title)}</title>`,
    `<style>${REPORT_STYLE}</style>`,
    '</head>',
    '<body>',
    header(outline),
    contents(outline),
    ...outline.sections.map((section, index) => sectionHtml(section, index, model, outline.timezone)),
    '</body>',
    '</html>',
    '',
  ].join('\n');
  return Buffer.from(html, 'utf8');
}

function header(outline: Outline): string {
  return [
    '<header>',
    `<p class="kicker">${escapeHtml(outline.month)}</p>`,
    `<h1>${escapeHtml(outline.company)}</h1>`,
    `<p class="title">${escapeHtml(outline.title.zh)} <span lang="en">${escapeHtml(outline.title.en)}</span></p>`,
    `<p class="locked">已结账 <span lang="en">locked</span> ${escapeHtml(localTime(outline.lockedAt, outline.timezone))} (${escapeHtml(outline.timezone)})</p>`,
    '</header>',
  ].join('\n');
}

function contents(outline: Outline): string {
  const links = outline.sections.map(
    ({ name }, index) =>
      `<a href="#s${index + 1}">${escapeHtml(name.zh)} <span lang="en">${escapeHtml(name.en)}</span></a>`,
  );
  return `<nav>${links.join('\n')}</nav>`;
}

function sectionHtml(section: Section, index: number, model: ReportModel, timezone: string): string {
  const chart = section.chart === undefined ? null : drawChart(section.chart, model);
  return [
    `<section id="s${index + 1}">`,
    `<h2>${escapeHtml(section.name.zh)} <span lang="en">${escapeHtml(section.name.en)}</span></h2>`,
    chart === null ? '' : `<figure>${chart}</figure>`,
    ...section.tables.map((table) => tableHtml(table, timezone)),
    '</section>',
  ].join('\n');
}

function tableHtml(table: Table, timezone: string): string {
  const head = table.columns.map(
    ({ name, kind }) =>
      `<th scope="col" class="${classOf(kind)}">${escapeHtml(name.zh)}<span lang="en">${escapeHtml(name.en)}</span></th>`,
  );
  const rows = table.rows.map(({ cells, total }) => {
    const written = cells.map((cell, index) => cellHtml(cell, table.columns[index]?.kind ?? 'text', timezone));
    return `<tr${total === true ? ' class="total"' : ''}>${written.join('')}</tr>`;
  });
  const empty = `<tr><td colspan="${table.columns.length}" class="empty">无 none</td></tr>`;
  return [
    `<h3>${escapeHtml(table.name.zh)} <span lang="en">${escapeHtml(table.name.en)}</span></h3>`,
    '<div class="wide"><table>',
    `<thead><tr>${head.join('')}</tr></thead>`,
    `<tbody>${rows.length === 0 ? empty : rows.join('\n')}</tbody>`,
    '</table></div>',
    table.note === undefined
      ? ''
      : `<p class="note">${escapeHtml(table.note.zh)} <span lang="en">${escapeHtml(table.note.en)}</span></p>`,
  ].join('\n');
}

function cellHtml(cell: string | null, kind: CellKind, timezone: string): string {
  const negative = isNumber(kind) && cell?.startsWith('-') === true ? ' negative' : '';
  return `<td class="${classOf(kind)}${negative}">${cell === null ? '' : escapeHtml(cellText(cell, kind, timezone))}</td>`;
}

function classOf(kind: CellKind): string {
  if (isNumber(kind)) return 'n';
  return kind === 'hash' ? 'h' : kind === 'text' ? 't' : 'd';
}
