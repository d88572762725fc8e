import { totalLabel } from '../csv/total-rows';
import { cleanCell, isBroken } from '../wire/cells';
import { brokenText, wrongCellCount } from '../wire/rejection';
import type { Column, TableHeader } from './columns';
import type { TableRow } from './table';

const SAYING: readonly Column[] = ['issued', 'net', 'tax', 'gross'];

export function isBlank({ cells }: TableRow): boolean {
  return cells.every((cell) => cell === '' || cleanCell(cell) === '');
}

/** @throws RowRejection CELL_COUNT, UNDECODABLE */
export function checkWhole(header: TableHeader, row: TableRow): void {
  const { cells, isSheet } = row;
  const isWhole = isSheet ? cells.length <= header.names.length : header.fits(cells);
  if (!isWhole) throw wrongCellCount(cells.length, header.names.length);
  if (row.isBroken) throw brokenText(cells.find(isBroken) ?? '');
}

/** How both sheets name an invoice. */
export function invoiceKey(header: TableHeader, { cells }: TableRow): string {
  return `${header.cell(cells, 'digitalNo')}|${header.cell(cells, 'code')}|${header.cell(cells, 'number')}`;
}

/** Why a row is no invoice: a total, the header once more, a note below the table. Null where it is one. */
export function notAnInvoice(header: TableHeader, row: TableRow): string | null {
  const { cells } = row;
  const number = header.cell(cells, 'digitalNo') || header.cell(cells, 'number');
  if (number !== '') {
    return number === header.name('digitalNo') || number === header.name('number') ? 'HEADER_ROW' : null;
  }
  if (cells.some((cell) => totalLabel(cleanCell(cell)) !== null)) return 'TOTAL_ROW';
  return SAYING.every((column) => header.cell(cells, column) === '') ? 'NOTE_ROW' : null;
}
