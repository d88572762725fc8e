import type { Bilingual } from '../domain/words';
import { escapeHtml } from './escape';
import { both } from './format';

/** A mail ready for the outbox; the sender adds the addresses and the Message-ID. */
export interface RenderedMail {
  /** One line, no control characters. */
  readonly subject: string;
  readonly text: string;
  /** Self-contained: inline styles, no images, no scripts. */
  readonly html: string;
}

/** A mail's content before it is laid out: the same parts become the text and the HTML. */
export interface MailContent {
  readonly subject: Bilingual;
  /** Paragraphs, shown in Chinese and then in English. */
  readonly lead: readonly Bilingual[];
  readonly facts: readonly MailFact[];
  readonly list?: MailList;
  readonly foot: readonly Bilingual[];
}

/** A name and its value; `mono` for hashes and keys. */
export interface MailFact {
  readonly name: Bilingual;
  readonly value: string;
  readonly mono?: boolean;
}

/** A table with a heading row; cells of the columns in `amounts` stand right-aligned. */
export interface MailList {
  readonly columns: readonly Bilingual[];
  readonly amounts: readonly number[];
  readonly rows: readonly (readonly string[])[];
}

const SUBJECT_LENGTH_MAX = 180;

const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;

/** A header value: one line, whatever a company or a file was named. */
export function headerText(text: string): string {
  return Array.from(text.replace(CONTROL, ' ').trim()).slice(0, SUBJECT_LENGTH_MAX).join('');
}

/** Lays a mail out, Chinese first and English beside it. */
export function renderMail(content: MailContent): RenderedMail {
  return {
    subject: headerText(`${content.subject.zh} · ${content.subject.en}`),
    text: textOf(content),
    html: htmlOf(content),
  };
}

function textOf(content: MailContent): string {
  const lines: string[] = [];
  for (const { zh, en } of content.lead) lines.push(zh, en, '');
  for (const fact of content.facts) lines.push(`${both(fact.name)}: ${oneLine(fact.value)}`);
  if (content.list !== undefined) {
    lines.push('', content.list.columns.map(both).join(' | '));
    for (const row of content.list.rows) lines.push(`- ${row.map(oneLine).join(' | ')}`);
  }
  lines.push('');
  for (const { zh, en } of content.foot) lines.push(zh, en);
  return lines.join('\n');
}

const FONT = "font-family:'PingFang SC','Microsoft YaHei','Noto Sans SC',Helvetica,Arial,sans-serif";
const CELL = 'padding:6px 10px;border-bottom:1px solid #e5e7eb;vertical-align:top';

function htmlOf(content: MailContent): string {
  const lead = content.lead.map(
    ({ zh, en }) =>
      `<p style="margin:0 0 12px">${escapeHtml(zh)}<br><span style="color:#6b7280">${escapeHtml(en)}</span></p>`,
  );
  const foot = content.foot.map(
    ({ zh, en }) => `<p style="margin:12px 0 0">${escapeHtml(zh)}<br>${escapeHtml(en)}</p>`,
  );
  return [
    '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"></head>',
    `<body style="margin:0;padding:24px;background:#fff;color:#111827;font-size:14px;line-height:1.6;${FONT}">`,
    `<h1 style="font-size:18px;margin:0 0 4px">${escapeHtml(content.subject.zh)}</h1>`,
    `<p style="margin:0 0 16px;color:#6b7280">${escapeHtml(content.subject.en)}</p>`,
    ...lead,
    factsHtml(content.facts),
    content.list === undefined ? '' : listHtml(content.list),
    `<div style="color:#6b7280;font-size:12px">${foot.join('')}</div>`,
    '</body></html>',
  ].join('\n');
}

function factsHtml(facts: readonly MailFact[]): string {
  const rows = facts.map(({ name, value, mono }) => {
    const style =
      mono === true ? `${CELL};font-family:Menlo,Consolas,monospace;font-size:12px;word-break:break-all` : CELL;
    return `<tr><td style="${CELL};color:#6b7280;white-space:nowrap">${escapeHtml(both(name))}</td><td style="${style}">${escapeHtml(value)}</td></tr>`;
  });
  return `<table style="border-collapse:collapse;margin:0 0 16px">${rows.join('')}</table>`;
}

function listHtml(list: MailList): string {
  const align = (index: number): string =>
    list.amounts.includes(index) ? ';text-align:right;white-space:nowrap' : ';text-align:left';
  const head = list.columns.map(
    (name, index) => `<th style="${CELL}${align(index)};font-weight:600">${escapeHtml(both(name))}</th>`,
  );
  const rows = list.rows.map(
    (row) =>
      `<tr>${row.map((cell, index) => `<td style="${CELL}${align(index)}">${escapeHtml(cell)}</td>`).join('')}</tr>`,
  );
  return `<table style="border-collapse:collapse;margin:0 0 16px"><tr>${head.join('')}</tr>${rows.join('')}</table>`;
}

function oneLine(text: string): string {
  return text.replace(CONTROL, ' ');
}
