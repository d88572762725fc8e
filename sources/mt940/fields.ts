import type { LineBatch } from '../wire/lines';
import { FileRefused } from '../reader';

/** One field of a message: `:61:` and the lines that continue it. */
export interface Field {
  /** `61`, `60F`, `28C`; `-` for the end of a message. */
  readonly tag: string;
  readonly lines: readonly string[];
  /** Line of the file it begins on. */
  readonly line: number;
}

/** A line that looks like `:20:` within a narrative is not one unless the standard has such a tag. */
const FIELD = /^:(\d{2}[A-Z]?|NS):(.*)$/;
const KNOWN = new Set([
  '12',
  '13',
  '13D',
  '20',
  '21',
  '25',
  '25P',
  '28',
  '28C',
  '34F',
  '60F',
  '60M',
  '61',
  '62F',
  '62M',
  '64',
  '65',
  '86',
  '90C',
  '90D',
  'NS',
]);
/** `:86:` has at most six lines of 65 characters; some banks write more. */
const MAX_LINES = 200;

/** Cuts the lines of a file into fields. SWIFT's own envelope, `{1:…}{2:…}{4:` and `-}`, is taken off. */
export class FieldReader {
  private tag = '';
  private lines: string[] = [];
  private line = 0;

  constructor(private readonly take: (field: Field) => void) {}

  readBatch({ first, lines }: LineBatch): void {
    lines.forEach((line, i) => this.readLine(first + i === 1 ? line.replace(/^\uFEFF/, '') : line, first + i));
  }

  end(): void {
    this.flush();
  }

  private readLine(raw: string, lineNo: number): void {
    const text = raw.startsWith('{') ? raw.replace(/^(\{[^}]*\})*\{4:/, '') : raw;
    const found = FIELD.exec(text.trimStart());
    if (found !== null && KNOWN.has(found[1] ?? '')) {
      this.flush();
      this.tag = found[1] ?? '';
      this.lines = [found[2] ?? ''];
      this.line = lineNo;
    } else if (/^-(\}|\s*$)/.test(text)) {
      this.flush();
      this.take({ tag: '-', lines: [], line: lineNo });
    } else if (this.tag !== '') {
      if (this.lines.length >= MAX_LINES) throw fieldTooLong(this.tag, this.line);
      this.lines.push(text);
    }
  }

  private flush(): void {
    if (this.tag !== '') this.take({ tag: this.tag, lines: this.lines, line: this.line });
    this.tag = '';
    this.lines = [];
  }
}

function fieldTooLong(tag: string, line: number): FileRefused {
  return new FileRefused(
    'MALFORMED_STATEMENT',
    {
      zh: `第 ${line} 行的 :${tag}: 字段过长，不是正常的 MT940 对账单。请向银行重新下载。`,
      en: `The field :${tag}: at line ${line} does not end: this is no regular MT940. Download it again.`,
    },
    { line },
  );
}
