import { isAscii, isUtf8 } from 'node:buffer';
import { FileRefused } from '../reader';
import { lineEnd, WholeLines } from './lines';

export type Encoding = 'utf-8' | 'gb18030' | 'utf-16le' | 'utf-16be';

export interface Recognised {
  readonly encoding: Encoding;
  /** Bytes of the byte order mark, to be skipped. */
  readonly bom: number;
}

const LABELS: Readonly<Record<string, Encoding | 'utf-16'>> = {
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  gb18030: 'gb18030',
  gbk: 'gb18030',
  gb2312: 'gb18030',
  'utf-16': 'utf-16',
  utf16: 'utf-16',
  'utf-16le': 'utf-16le',
  'utf-16be': 'utf-16be',
};
const LINES_WEIGHED = 20_000;

/** Files that are no text at all, by their first bytes. */
const SIGNATURES: readonly { readonly hex: string; readonly name: string }[] = [
  { hex: '504b0304', name: 'XLSX/ZIP' },
  { hex: 'd0cf11e0', name: 'XLS' },
  { hex: '25504446', name: 'PDF' },
  { hex: '1f8b', name: 'GZIP' },
];

/**
 * Recognises how a text is encoded from its bytes, shown in pieces. A BOM decides at once; otherwise the lines beyond
 * ASCII vote: strict UTF-8 or not, for GB18030 text is hardly ever valid UTF-8. So a file with a few broken lines is
 * still read as what the rest of it is.
 */
export class EncodingVote {
  private head: Buffer = Buffer.alloc(0);
  private readonly lines = new WholeLines();
  private utf8Lines = 0;
  private otherLines = 0;
  private allUtf8 = true;

  push(chunk: Uint8Array): void {
    if (this.head.length < 4) this.head = Buffer.concat([this.head, chunk.subarray(0, 4)]);
    for (const lines of this.lines.push(chunk)) this.weigh(lines);
  }

  /** @param asked what the person said; it wins, but for a byte order mark, which is skipped all the same */
  end(asked?: string): Recognised {
    this.weigh(this.lines.rest);
    const marked = byteOrderMark(this.head);
    if (asked !== undefined) return this.asAsked(asked, marked);
    if (marked && marked.encoding !== 'utf-8') return marked;
    for (const { hex, name } of SIGNATURES) {
      if (this.head.toString('hex').startsWith(hex)) throw notText(name);
    }
    const isUtf8Text = this.allUtf8 || this.utf8Lines >= this.otherLines;
    return { encoding: isUtf8Text ? 'utf-8' : 'gb18030', bom: marked?.bom ?? 0 };
  }

  private weigh(bytes: Uint8Array): void {
    if (bytes.length === 0 || isAscii(bytes)) return;
    if (!isUtf8(bytes)) this.allUtf8 = false;
    for (let from = 0; from < bytes.length && this.utf8Lines + this.otherLines < LINES_WEIGHED;) {
      const end = lineEnd(bytes, from);
      const line = bytes.subarray(from, end);
      if (!isAscii(line)) {
        if (isUtf8(line)) this.utf8Lines++;
        else this.otherLines++;
      }
      from = end;
    }
  }

  private asAsked(asked: string, marked: Recognised | null): Recognised {
    const label = LABELS[asked.toLowerCase()];
    if (label === undefined) {
      throw new FileRefused('UNKNOWN_ENCODING', {
        zh: `不认识的编码“${asked}”；可用 utf-8、gb18030、utf-16`,
        en: `unknown encoding "${asked}"; use utf-8, gb18030 or utf-16`,
      });
    }
    const bom = marked?.bom ?? 0;
    if (label !== 'utf-16') return { encoding: label, bom };
    return { encoding: marked?.encoding === 'utf-16be' ? 'utf-16be' : 'utf-16le', bom };
  }
}

function byteOrderMark(head: Buffer): Recognised | null {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return { encoding: 'utf-8', bom: 3 };
  if (head[0] === 0xff && head[1] === 0xfe) return { encoding: 'utf-16le', bom: 2 };
  if (head[0] === 0xfe && head[1] === 0xff) return { encoding: 'utf-16be', bom: 2 };
  return null;
}

function notText(name: string): FileRefused {
  return new FileRefused('NOT_TEXT', {
    zh: `这是 ${name} 文件，不是文本；请另存为 CSV 后再导入`,
    en: `this is a ${name} file, not text; save it as CSV and import that`,
  });
}
