/** A row of a table as offsets into bytes: cell i is bytes[starts[i] .. ends[i]). */
export interface CellRow {
  readonly bytes: Buffer;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}
