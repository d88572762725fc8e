import { readFileSync } from 'node:fs';
import PDFDocument from 'pdfkit';

/** A4, in points. */
export const PAGE = { width: 595.28, height: 841.89, left: 40, right: 40, top: 54, bottom: 54 } as const;
export const CONTENT_WIDTH = PAGE.width - PAGE.left - PAGE.right;
export const CONTENT_BOTTOM = PAGE.height - PAGE.bottom;

export const INK = '#111827';
export const GREY = '#6b7280';
export const ACCENT = '#2f6f9f';
export const RED = '#b42318';
export const RULE = '#d1d5db';

/** Font names inside the document. */
export const REGULAR = 'regular';
export const BOLD = 'bold';

export type Pdf = PDFKit.PDFDocument;

let fonts: { regular: Buffer; bold: Buffer } | undefined;

/** Noto Sans SC: one TTF each, of which only the glyphs used are embedded. Read once a process. */
function readFonts(): { regular: Buffer; bold: Buffer } {
  const read = (path: string): Buffer => readFileSync(require.resolve(`@expo-google-fonts/noto-sans-sc/${path}`));
  fonts ??= {
    regular: read('400Regular/NotoSansSC_400Regular.ttf'),
    bold: read('600SemiBold/NotoSansSC_600SemiBold.ttf'),
  };
  return fonts;
}

/**
 * Starts a document whose bytes follow from its content alone: the creation date is given, and pdfkit derives the file's id from it.
 * @param created ISO 8601
 */
export function startPdf(title: string, author: string, created: string): Pdf {
  const { regular, bold } = readFonts();
  const at = new Date(created);
  const document = new PDFDocument({
    size: 'A4',
    margins: { left: PAGE.left, right: PAGE.right, top: PAGE.top, bottom: 0 },
    bufferPages: true,
    lang: 'zh-CN',
    displayTitle: true,
    font: '',
    info: {
      Title: title,
      Author: author,
      Creator: 'salesclose',
      Producer: 'salesclose',
      CreationDate: at,
      ModDate: at,
    },
  });
  document.registerFont(REGULAR, regular);
  document.registerFont(BOLD, bold);
  return document.font(REGULAR);
}

/** Takes a new page when less than `height` is left. */
export function ensureRoom(pdf: Pdf, height: number): void {
  if (pdf.y + height > CONTENT_BOTTOM) pdf.addPage();
}

/** Writes head and page number on every page, then ends the document. */
export async function finishPdf(pdf: Pdf, head: string): Promise<Buffer> {
  const { count } = pdf.bufferedPageRange();
  for (let page = 0; page < count; page++) {
    pdf.switchToPage(page);
    pdf.font(REGULAR).fontSize(8).fillColor(GREY);
    if (page > 0) pdf.text(head, PAGE.left, 28, { width: CONTENT_WIDTH, lineBreak: false });
    const foot = `第 ${page + 1} 页，共 ${count} 页 · page ${page + 1} of ${count}`;
    pdf.text(foot, PAGE.left, PAGE.height - 36, { width: CONTENT_WIDTH, align: 'right', lineBreak: false });
  }
  const chunks: Buffer[] = [];
  const ended = new Promise<void>((resolve, reject) => pdf.on('end', resolve).on('error', reject));
  pdf.on('data', (chunk: Buffer) => chunks.push(chunk));
  pdf.end();
  await ended;
  return Buffer.concat(chunks);
}
