import { TAB, type LineScanner } from '../bytes/line-scanner';
import type { ByteText } from '../wire/byte-lines';
import type { FastLines, LineReader } from '../wire/line-flow';
import type { Sheet } from './sheet';
import { RecordJoiner, separatorOf } from './table';

/** A voucher sheet as delimited text: its lines to the records of the sheet. */
export class SheetLines implements LineReader {
  private joiner = new RecordJoiner(',');

  constructor(private readonly sheet: Sheet) {}

  get fast(): FastLines | null {
    return this.sheet.fast;
  }

  get isTextOnly(): boolean {
    return this.joiner.isOpen;
  }

  readLine(text: string, line: number): void {
    if (text === '' && !this.joiner.isOpen) return;
    const record = this.joiner.take(text, line);
    if (record !== null) this.sheet.read(record);
  }

  /** @throws FileRefused UNCLOSED_QUOTE */
  end(): void {
    this.joiner.end();
  }

  /** The same text, cut at the separator that its beginning has. */
  cut({ encoding, scanner, blocks }: ByteText): ByteText {
    return { encoding, scanner, blocks: this.recognise(scanner, blocks) };
  }

  private async *recognise(scanner: LineScanner, blocks: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
    let isFirst = true;
    for await (const block of blocks) {
      if (isFirst && separatorOf(block.toString()) === '\t') {
        scanner.separator = TAB;
        this.joiner = new RecordJoiner('\t');
      }
      isFirst = false;
      yield block;
    }
  }
}
