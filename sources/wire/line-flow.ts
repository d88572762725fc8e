import { LaneLines, LINE_SLACK, ODD } from '../bytes/lane-lines';
import type { LineScanner } from '../bytes/line-scanner';
import type { LineTally, RowSink } from '../reader';
import { isBrokenBytes, type ByteText } from './byte-lines';

/** A table that is read line by line. */
export interface LineReader {
  /** Takes any line, as text. */
  readLine(text: string, line: number): void;
  /** Takes plain lines, as bytes; null until the header is known, and where the sink has no lane. */
  readonly fast: FastLines | null;
  /** Whether only `readLine` can take the next line: a record goes on in it, or the rows have ended. */
  readonly isTextOnly: boolean;
}

/** The quick way for lines whose cells all stand there plainly. It must end as `readLine` would. */
export interface FastLines {
  /** Writes the scanner's line at `to` and returns where the COPY line ends, or ODD with nothing changed. */
  write(row: LineScanner, out: Buffer, to: number): number;
  /** What the lines since the last call hold. */
  takeTallies(): LineTally[];
}

/** Reads a text through its table, plain lines straight into the lane's buffers. */
export async function readLines({ scanner, blocks }: ByteText, reader: LineReader, sink: RowSink): Promise<void> {
  const lines = sink.lane ? new LaneLines(sink.lane, () => reader.fast?.takeTallies() ?? []) : null;
  for await (const block of blocks) {
    const mayBeBroken = isBrokenBytes(block);
    while (scanner.next()) {
      const needed = 2 * (scanner.lineEnd - scanner.lineStart) + LINE_SLACK;
      const { fast } = reader;
      if (fast !== null && lines?.needsNext(needed)) await lines.next();
      const isPlain = !scanner.hasQuote && !reader.isTextOnly && !(mayBeBroken && isBrokenLine(scanner));
      if (isPlain && fast !== null && lines?.fits(needed)) {
        const end = fast.write(scanner, lines.out, lines.at);
        if (end !== ODD) {
          lines.at = end;
          continue;
        }
      }
      reader.readLine(scanner.text(), scanner.line);
    }
    await sink.room();
  }
  lines?.send();
}

function isBrokenLine({ bytes, lineStart, lineEnd }: LineScanner): boolean {
  return isBrokenBytes(bytes.subarray(lineStart, lineEnd));
}
