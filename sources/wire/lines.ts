import { FileRefused } from '../reader';

/** Lines in the order of the file: `lines[i]` is line `first + i`. */
export interface LineBatch {
  readonly first: number;
  readonly lines: readonly string[];
}

/** Longer than any honest line; a file without line ends must not fill the memory. */
export const LINE_CHARS_MAX = 1_000_000;

/** Cuts decoded text into lines, CRLF or LF. The last one needs no line end. */
export async function* splitLines(chunks: AsyncIterable<string>): AsyncGenerator<LineBatch> {
  let rest = '';
  let first = 1;
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LINE_CHARS_MAX) throw lineTooLong(first + lines.length);
    if (lines.length === 0) continue;
    yield { first, lines: withoutCarriageReturns(lines) };
    first += lines.length;
  }
  if (rest !== '') yield { first, lines: withoutCarriageReturns([rest]) };
}

function withoutCarriageReturns(lines: string[]): string[] {
  for (let i = 0; i < lines.length; i += 1) {
    const line = lines[i] ?? '';
    if (line.charCodeAt(line.length - 1) === 13) lines[i] = line.slice(0, -1);
  }
  return lines;
}

export function lineTooLong(line: number): FileRefused {
  return new FileRefused(
    'ROW_TOO_LONG',
    {
      zh: `第 ${line} 行超过一百万字，不是正常的对账文件。请重新从来源系统导出。`,
      en: `Line ${line} is longer than a million characters: this is no regular export. Export it again from its system.`,
    },
    { line },
  );
}
