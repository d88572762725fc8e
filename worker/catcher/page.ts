import type { ParsedMail } from 'mailparser';
import { recipientsOf, type MailSummary } from './mailbox';

const STYLE = `
  body { font: 15px/1.6 system-ui, "Noto Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #1f2329 }
  h1 { font-size: 1.3rem } a { color: #1456b8; text-decoration: none } a:hover { text-decoration: underline }
  table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: .4rem .6rem; border-bottom: 1px solid #e5e6eb; vertical-align: top }
  th { font-weight: 600; color: #646a73; white-space: nowrap } iframe { width: 100%; height: 40rem; border: 1px solid #e5e6eb } pre { white-space: pre-wrap; background: #f7f8fa; padding: 1rem }
  .quiet { color: #646a73 }`;

/** The list of mails, newest first. */
export function listPage(mails: readonly MailSummary[]): string {
  const rows = mails.map(
    (mail) => `<tr><td>${escape(mail.receivedAt)}</td><td>${escape(mail.to)}</td>
      <td><a href="/mail/${mail.id}">${escape(mail.subject) || '(无主题 no subject)'}</a></td>
      <td>${mail.attachments || ''}</td></tr>`,
  );
  const table = `<table><tr><th>时间 Received</th><th>收件人 To</th><th>主题 Subject</th><th>附件 Files</th></tr>${rows.join('')}</table>`;
  return page('已发邮件 Mails sent', rows.length > 0 ? table : '<p>还没有邮件。No mail yet.</p>');
}

/** One mail: its head, its attachments, its text, and its HTML in a frame that may run nothing and load nothing. */
export function mailPage(id: string, mail: ParsedMail): string {
  const head = [
    ['发件人 From', mail.from?.text ?? ''],
    ['收件人 To', recipientsOf(mail)],
    ['时间 Date', mail.date?.toISOString() ?? ''],
    ['Message-ID', mail.messageId ?? ''],
  ].map(([label, value]) => `<tr><th>${label}</th><td>${escape(value ?? '')}</td></tr>`);
  const files = mail.attachments.map(
    (file, index) =>
      `<li><a href="/mail/${id}/file/${index}">${escape(file.filename ?? `${index}`)}</a> <span class="quiet">${file.size} bytes</span></li>`,
  );
  const body = [
    `<p><a href="/">← 全部邮件 All mails</a> · <a href="/mail/${id}/source">原文 Source</a></p>`,
    `<table>${head.join('')}</table>`,
    files.length > 0 ? `<h2>附件 Attachments</h2><ul>${files.join('')}</ul>` : '',
    mail.html ? `<iframe sandbox="" src="/mail/${id}/html" title="HTML"></iframe>` : '',
    mail.text ? `<h2>纯文本 Plain text</h2><pre>${escape(mail.text)}</pre>` : '',
  ];
  return page(mail.subject ?? '', body.join('\n'));
}

/** Shown for every address that is not there. */
export function missingPage(): string {
  return page('没有这封邮件 No such mail', '<p><a href="/">← 全部邮件 All mails</a></p>');
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>${escape(title)}</title><style>${STYLE}</style></head>
<body><h1>${escape(title)}</h1>${body}<p class="quiet">salesclose 邮件只存于本机，不会寄出 · mails are kept here and go nowhere</p></body></html>`;
}

function escape(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replace(/[&<>"']/g, (char) => entities[char] ?? char);
}
