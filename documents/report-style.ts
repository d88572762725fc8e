/** The HTML report's looks: light, quiet, numbers in columns of equal figures, head rows repeated on paper. */
export const REPORT_STYLE = `
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 48px 40px 80px; max-width: 1080px; background: #fff; color: #111827; font: 14px/1.55 'PingFang SC', 'Microsoft YaHei', 'Noto Sans SC', 'Noto Sans CJK SC', Helvetica, Arial, sans-serif; }
span[lang=en] { color: #6b7280; font-weight: 400; }
header { border-bottom: 2px solid #111827; padding-bottom: 20px; }
.kicker { margin: 0; font-size: 15px; letter-spacing: .06em; color: #2f6f9f; font-weight: 600; }
h1 { margin: 4px 0 2px; font-size: 30px; line-height: 1.25; overflow-wrap: anywhere; }
.title { margin: 0; font-size: 18px; }
.locked { margin: 10px 0 0; color: #374151; }
nav { display: flex; flex-wrap: wrap; gap: 4px 20px; margin: 18px 0 8px; font-size: 13px; }
nav a { color: #2f6f9f; text-decoration: none; }
h2 { margin: 48px 0 8px; font-size: 21px; border-bottom: 1px solid #d1d5db; padding-bottom: 6px; }
h2 span { font-size: 16px; }
h3 { margin: 26px 0 8px; font-size: 15px; }
figure { margin: 16px 0 8px; }
figure svg { display: block; width: 100%; max-width: 760px; height: auto; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th { padding: 6px 8px; border-bottom: 1px solid #9ca3af; text-align: left; vertical-align: bottom; font-size: 13px; font-weight: 600; white-space: nowrap; }
th span { display: block; font-size: 11px; }
td { padding: 5px 8px; border-bottom: 1px solid #e5e7eb; vertical-align: top; }
th.n, td.n { text-align: right; }
td.n, td.d { font-variant-numeric: tabular-nums; white-space: nowrap; }
td.t { overflow-wrap: anywhere; }
td.h { font: 12px/1.6 Menlo, Consolas, 'DejaVu Sans Mono', monospace; word-break: break-all; }
td.negative { color: #b42318; }
tr.total td { font-weight: 600; border-top: 1px solid #9ca3af; border-bottom-color: #9ca3af; background: #f9fafb; }
td.empty { color: #6b7280; }
.note { margin: 8px 0 0; color: #6b7280; font-size: 12.5px; }
@page { size: A4; margin: 16mm 14mm; }
@media print {
  body { padding: 0; max-width: none; font-size: 10.5px; }
  nav { display: none; }
  thead { display: table-header-group; }
  tr, figure { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  .wide { overflow: visible; }
  th { font-size: 10px; white-space: normal; }
  th span, .note { font-size: 9px; }
  th, td { padding: 3px 4px; }
  td.h { font-size: 9px; }
}
`;
