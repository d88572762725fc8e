import type { Bilingual } from '../../domain/words';
import type { RowSink } from '../reader';

/** Thrown while one row is read; the reader hands the row to quarantine and goes on with the next. */
export class RowRejection extends Error {
  constructor(
    readonly column: string,
    readonly value: string,
    readonly code: string,
    readonly reason: Bilingual,
  ) {
    // A file may have a bad row in every line: a stack for each would cost more than all the reading.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(`${code} in ${column}`);
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Where a row stands and what it says, for the person who corrects it. */
export interface RowPlace {
  readonly rowNo: number;
  readonly line: number;
  readonly cells: Readonly<Record<string, string>>;
  /** What the row is worth, where that can be read. */
  readonly amount?: string | undefined;
  readonly currency?: string | undefined;
}

/** Puts the row into quarantine. Anything but a `RowRejection` is a defect and goes on up. */
export function rejectRow(sink: RowSink, cause: unknown, place: RowPlace): void {
  if (!(cause instanceof RowRejection)) throw cause;
  const { rowNo, line, cells, amount, currency } = place;
  sink.reject({
    rowNo,
    line,
    column: cause.column,
    value: cause.value,
    code: cause.code,
    reason: cause.reason,
    cells,
    ...(amount === undefined ? {} : { amount }),
    ...(currency === undefined ? {} : { currency }),
  });
}

export function brokenText(value: string): RowRejection {
  return new RowRejection('', value.slice(0, 200), 'UNDECODABLE', {
    zh: '该行含有无法解码的字节。请按 UTF-8 或 GB18030 重新导出，或用 --encoding 指明编码。',
    en: 'The row holds bytes that do not decode. Export it as UTF-8 or GB18030, or name its encoding with --encoding.',
  });
}

export function missingValue(column: string): RowRejection {
  return new RowRejection(column, '', 'MISSING_VALUE', {
    zh: `“${column}”不能为空。请在来源文件中补上后重新提交。`,
    en: `${column} must not be empty. Fill it in and resubmit the row.`,
  });
}

/** A cell that its reader could not read, with that reader's code and reason. */
export function unreadableCell(
  column: string,
  value: string,
  fault: { code: string; reason: Bilingual },
): RowRejection {
  return new RowRejection(column, value, fault.code, fault.reason);
}

export function wrongCellCount(found: number, expected: number): RowRejection {
  return new RowRejection('', String(found), 'CELL_COUNT', {
    zh: `该行有 ${found} 个单元格，表头有 ${expected} 个，无法对应列。`,
    en: `The row has ${found} cells, the header ${expected}: they cannot be told apart.`,
  });
}
