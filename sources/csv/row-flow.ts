import { isUtf8 } from 'node:buffer';
import { LaneLines, LINE_SLACK, ODD } from '../bytes/lane-lines';
import type { RowSink } from '../reader';
import type { ZoneClock } from '../text';
import { CarefulRow, type RowOutcome } from './careful-row';
import type { ChannelHint } from './channel-hint';
import type { ColumnPlan } from './column-plan';
import { FastRow } from './fast-row';
import { badQuotes, brokenRow } from './row-faults';
import { CELLS_MAX, type RowScanner } from './row-scanner';
import { TotalCheck } from './total-rows';

interface Place {
  readonly month: string;
  readonly currency: string;
  readonly clock: ZoneClock;
}

/** Takes the rows of one file from the scanner to the sink: plain ones as COPY lines, the others with care. */
export class RowFlow {
  /** Rows that are not blank, without the header. */
  rowsIn = 0;
  private readonly careful: CarefulRow;
  private readonly fast: FastRow | null;
  private readonly totals = new TotalCheck();
  private readonly lines: LaneLines | null;
  private isPending = false;
  private lastLine = 0;

  constructor(
    private readonly scanner: RowScanner,
    private readonly plan: ColumnPlan,
    private readonly sink: RowSink,
    private readonly hint: ChannelHint,
    place: Place,
  ) {
    this.careful = new CarefulRow(plan, place);
    const fast = sink.lane ? new FastRow(plan, sink.lane, place) : null;
    this.fast = fast;
    this.lines = sink.lane && fast ? new LaneLines(sink.lane, () => fast.takeTallies()) : null;
  }

  /** Takes every whole row the scanner has. */
  async drain(): Promise<void> {
    const mayBeBroken = !isUtf8(this.scanner.wholeLines());
    while (this.takeRows(mayBeBroken)) {
      this.flush();
      await this.lines?.next();
    }
    await this.sink.room();
  }

  /** @throws FileRefused TOTALS_DIFFER */
  finish(): void {
    this.flush();
    this.totals.tie(this.lastLine);
  }

  /** Until the scanner has no whole row (false) or the buffer is full (true). */
  private takeRows(mayBeBroken: boolean): boolean {
    const { scanner, hint } = this;
    while (this.isPending || scanner.next()) {
      this.isPending = false;
      if (hint.cell !== -1 && hint.cell < scanner.cells) {
        hint.watch(scanner.bytes, scanner.starts[hint.cell] as number, scanner.ends[hint.cell] as number);
      }
      const isBroken = mayBeBroken && !isUtf8(scanner.bytes.subarray(scanner.rowStart, scanner.rowEnd));
      const needed = 2 * (scanner.rowEnd - scanner.rowStart) + LINE_SLACK;
      if (!isBroken && this.lines?.needsNext(needed)) {
        this.isPending = true;
        return true;
      }
      if (isBroken || !this.takeFast(needed)) this.takeWithCare(isBroken);
    }
    return false;
  }

  /** @returns whether the row was plain */
  private takeFast(needed: number): boolean {
    const { fast, lines, scanner } = this;
    if (!fast || !lines?.fits(needed)) return false;
    const end = fast.write(scanner, lines.out, lines.at);
    if (end === ODD) return false;
    lines.at = end;
    this.rowsIn++;
    this.lastLine = scanner.line;
    return true;
  }

  private flush(): void {
    for (const { currency, keptAmount, contextAmount } of this.lines?.send() ?? []) {
      this.totals.add(keptAmount, currency);
      this.totals.add(contextAmount, currency);
    }
  }

  private takeWithCare(isBroken: boolean): void {
    const cells = this.cells();
    const outcome = isBroken ? this.careful.reject(cells, brokenRow(cells)) : this.careful.read(cells);
    if (outcome.verdict === 'blank') return;
    this.rowsIn++;
    this.lastLine = this.scanner.line;
    this.hand(
      this.scanner.isMalformed && outcome.verdict === 'keep' ? this.careful.reject(cells, badQuotes(cells)) : outcome,
      cells,
    );
  }

  private hand(outcome: Exclude<RowOutcome, { verdict: 'blank' }>, cells: readonly string[]): void {
    const { line } = this.scanner;
    switch (outcome.verdict) {
      case 'keep':
        this.sink.keep(line, outcome.inPeriod, outcome.values, outcome.amount, outcome.currency);
        this.totals.add(outcome.amount, outcome.currency);
        return;
      case 'total':
        this.sink.exclude(line, 'TOTAL_ROW');
        if (outcome.isGrand) this.totals.state(outcome.stated, line);
        return;
      case 'reject': {
        const { fault, amount, currency } = outcome;
        const worth = amount === undefined || currency === undefined ? {} : { amount, currency };
        this.sink.reject({ rowNo: line, line, ...fault, cells: this.namedCells(cells), ...worth });
        this.totals.add(amount, currency);
      }
    }
  }

  private cells(): string[] {
    const { scanner } = this;
    const count = Math.min(scanner.cells, CELLS_MAX);
    return Array.from({ length: count }, (_, i) => scanner.text(i));
  }

  private namedCells(cells: readonly string[]): Record<string, string> {
    const named: Record<string, string> = {};
    const count = Math.max(cells.length, this.plan.headers.length);
    for (let i = 0; i < count; i++) {
      const text = cells[i];
      if (text !== undefined) named[this.plan.headers[i] || `#${i + 1}`] = text.replaceAll('\0', '\ufffd');
    }
    return named;
  }
}
