import { open } from 'node:fs/promises';
import { openArchive } from '../wire/archive';
import { readParts } from './parts';
import { workbookTooLarge } from './refusal';
import { sheetRows, type CellContext, type SheetRow } from './sheet-rows';
import { readStrings } from './strings';
import { dateStyles } from './styles';

export { oldWorkbook } from './refusal';
export type { SheetRow } from './sheet-rows';

/** A sheet of an open workbook. */
export interface Sheet {
  readonly name: string;
  /** Its rows from the first, in pieces as they unpack; may be asked for again. */
  rows(): AsyncGenerator<readonly SheetRow[]>;
}

export interface Workbook {
  readonly sheets: readonly Sheet[];
  close(): void;
}

const UNPACKED_BYTES_MAX = 400_000_000;
/** How an OLE file begins. */
const OLD_SIGNATURE = 'd0cf11e0';

/**
 * Opens an XLSX workbook. Sheets unpack as they are read, only their shared strings are held.
 * @throws FileRefused UNSAFE_ARCHIVE, WRONG_KIND, WORKBOOK_TOO_LARGE, also while rows are read
 */
export async function openWorkbook(path: string): Promise<Workbook> {
  const archive = await openArchive(path);
  try {
    if (archive.unpackedBytes > UNPACKED_BYTES_MAX) throw workbookTooLarge();
    const parts = await readParts(archive);
    const context: CellContext = {
      strings: await readStrings(parts.strings),
      dateStyles: await dateStyles(parts.styles),
      is1904: parts.is1904,
    };
    const sheets = parts.sheets.map(({ name, entry }) => ({ name, rows: () => sheetRows(entry, context) }));
    return { sheets, close: () => archive.close() };
  } catch (cause) {
    archive.close();
    throw cause;
  }
}

/** Whether a file is a workbook of the old binary form, or one with a password. */
export async function isOldWorkbook(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.toString('hex') === OLD_SIGNATURE;
  } finally {
    await file.close();
  }
}
