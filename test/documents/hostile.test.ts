import readExcelFile from 'read-excel-file/node';
import type { Pool } from 'pg';
import { headerText } from '../../documents/mail';
import { renderReportHtml } from '../../documents/report-html';
import { renderReportMail } from '../../documents/mail-report';
import { renderReportPdf } from '../../documents/report-pdf';
import { renderReportXlsx } from '../../documents/report-xlsx';
import type { ReportModel } from '../../domain/report-model';
import { transaction } from '../../store/db';
import { buildReport, readScope } from '../../store/report';
import { testPool } from '../support';
import { makeMonth } from './month';

const NAMES = [
  '=1+1',
  '+1',
  '-1+1',
  '@SUM(A1)',
  '\t=1',
  ' ＝1',
  '＠x',
  'constructor',
  '__proto__',
  'toString',
  '007',
  '1e5',
  '<b onmouseover="alert(1)">',
  "'; DROP TABLE x",
  '&amp;',
  ']]>',
  'a\u0000b\u001bc',
  '\u202egnp.exe',
  'x\r\nBcc: all@x.test',
  '客户😀𠮷',
  '',
];

describe('whatever a file calls a customer', () => {
  let books: Awaited<ReturnType<typeof testPool>>;
  let pool: Pool;
  let model: ReportModel;
  beforeAll(async () => {
    books = await testPool();
    ({ pool } = books);
    const { periodId } = await makeMonth(pool);
    model = await transaction(pool, async (client) => buildReport(client, await readScope(client, periodId)));
    const [row] = model.receivables.top;
    const top = NAMES.map((name) => ({ ...row!, customerNo: name, customerName: name }));
    model = {
      ...model,
      company: { ...model.company, name: NAMES.join('') },
      receivables: { ...model.receivables, top },
    };
  }, 60_000);
  afterAll(() => books.close());

  test('is a text in the workbook, to the letter but for what no cell can hold', async () => {
    const sheets = await readExcelFile(await renderReportXlsx(model), { trim: false });
    const names = sheets
      .find(({ sheet }) => sheet === '应收与账龄 客户账龄')!
      .data.slice(1, 1 + NAMES.length)
      .map((row) => row[1]);
    expect(names.map((name) => typeof name === 'string' || name === null)).not.toContain(false);
    const plain = ['=1+1', '+1', '-1+1', '@SUM(A1)', '007', '1e5', ']]>', '客户😀𠮷', "'; DROP TABLE x", '&amp;'];
    for (const name of plain) expect(names).toContain(name);
    expect(names.map((name) => String(name).trim())).toEqual(
      expect.arrayContaining(['constructor', 'toString', '__proto__']),
    );
  });

  test('is a text in the HTML', () => {
    const html = renderReportHtml(model).toString('utf8');
    expect(html).not.toContain('<b onmouseover');
    expect(html).toContain('&lt;b onmouseover=&quot;alert(1)&quot;&gt;');
    expect(html).not.toMatch(/[\u0000\u001b\u202e]/);
  });

  test('leaves the PDF whole', async () => {
    expect((await renderReportPdf(model)).subarray(-6).toString().trim()).toBe('%%EOF');
  });

  test('never starts a second header line of a mail', () => {
    const { subject, html } = renderReportMail(model);
    expect(subject).not.toMatch(/[\u0000-\u001f\u007f]/);
    expect(html).not.toContain('<b onmouseover');
    expect(headerText('a\r\nBcc: b\u2028c')).toBe('a Bcc: b c');
  });

  test('the same model gives the same bytes', async () => {
    const render = async (): Promise<Buffer[]> => [
      renderReportHtml(model),
      await renderReportPdf(model),
      await renderReportXlsx(model),
    ];
    const first = await render();
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    expect((await render()).map((bytes, index) => bytes.equals(first[index]!))).toEqual([true, true, true]);
  });
});

test('an amount with more digits than a spreadsheet keeps stands as text, not rounded', async () => {
  const books = await testPool();
  const { pool } = books;
  try {
    const { periodId } = await makeMonth(pool);
    const model = await transaction(pool, async (client) => buildReport(client, await readScope(client, periodId)));
    const [total] = model.receivables.totals;
    const wide = {
      ...model,
      receivables: { ...model.receivables, totals: [{ ...total!, closing: '1234567890123456.78' }] },
    };
    const sheets = await readExcelFile(await renderReportXlsx(wide));
    const movement = sheets.find(({ sheet }) => sheet === '应收与账龄 应收变动')!.data;
    expect(movement[1]!.at(-1)).toBe('1234567890123456.78');
  } finally {
    await books.close();
  }
});
