import { FileRefused } from '../reader';
import type { Sheet } from '../workbook';
import { isOfLines } from './columns';
import { openTable, rowsOf } from './table';

/** The sheets of a workbook by what their rows are. */
export interface ChosenSheets {
  readonly invoices: readonly Sheet[];
  readonly lines: readonly Sheet[];
  /** Names of those that are not read. */
  readonly others: readonly string[];
}

/** A large export goes on in 发票基础信息2 and so on. */
const INVOICES = /^\s*发票基础信息\s*[（(]?\d*[）)]?\s*$/;
const LINES = /^\s*信息汇总表\s*[（(]?\d*[）)]?\s*$/;

/**
 * The sheets that the tax bureau names so. Where a workbook was put together by hand and has none of them, the first sheet with
 * an invoice header is read as what its columns say.
 */
export async function chooseSheets(sheets: readonly Sheet[]): Promise<ChosenSheets> {
  const invoices = sheets.filter(({ name }) => INVOICES.test(name));
  const lines = sheets.filter(({ name }) => LINES.test(name));
  const others = (chosen: readonly Sheet[]): string[] =>
    sheets.filter((sheet) => !chosen.includes(sheet)).map(({ name }) => name);
  if (invoices.length + lines.length > 0) return { invoices, lines, others: others([...invoices, ...lines]) };
  for (const sheet of sheets) {
    const isLined = await looksLined(sheet);
    if (isLined === null) continue;
    return { invoices: isLined ? [] : [sheet], lines: isLined ? [sheet] : [], others: others([sheet]) };
  }
  return { invoices: [], lines: [], others: others([]) };
}

/** Null where the sheet has no invoice header. */
async function looksLined(sheet: Sheet): Promise<boolean | null> {
  try {
    const table = await openTable(rowsOf(sheet));
    await table?.rows.return(undefined);
    return table === null ? null : isOfLines(table.header);
  } catch (cause) {
    if (cause instanceof FileRefused && cause.code === 'WRONG_KIND') return null;
    throw cause;
  }
}
