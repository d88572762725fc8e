import { totalLabel } from '../csv/total-rows';

/** What every such label has; a quick look for the many cells that are none. */
const HINT = /[计余额页转笔]|total|sum/i;
const SUMMARY =
  /^(本页|本日|本月|本期|本年|本季|当页|当日|按日|按月)?(合计|小计|总计|累计|共计|总合计)([:：(（].*|\d.*|金额.*|笔数.*)?$/;
const CARRIED =
  /^(承前页|过次页|承上页|转下页|期初余额|期末余额|上期余额|上日余额|上月结转|上年结转|结转下年|月初余额|年初余额|总笔数.*|总金额.*)$/;

/** What a row is that is no entry: a total, which may be the grand total of the table. */
export type SummaryRow = 'grand' | 'partial';

/** Whether a cell marks a row that sums others up or carries them over. */
export function summaryLabel(cell: string): SummaryRow | null {
  if (cell === '' || cell.length > 60 || !HINT.test(cell)) return null;
  const label = totalLabel(cell);
  if (label !== null) return label;
  const word = cell.normalize('NFKC').replace(/\s+/g, '');
  return SUMMARY.test(word) || CARRIED.test(word) ? 'partial' : null;
}

/** Whether a row is the header once more, on a new page. */
export function isHeaderAgain(names: readonly string[], cells: readonly string[]): boolean {
  return names.every((name, i) => cells[i] === name || /#\d+$/.test(name));
}
