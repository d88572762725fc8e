import { ExtraCells } from '../bytes/extra-cells';
import type { LineScanner } from '../bytes/line-scanner';
import { FEN_DECIMALS } from '../wire/column-total';
import type { FundCells } from '../wire/fast-fund-lines';
import { isZeroText, packedCells, paddedUnits } from '../wire/plain-cells';
import type { FundHeader } from './fund-row';

/** Where a fund bill with this header has its cells, for lines that are read as bytes. */
export function fundCells(header: FundHeader): FundCells {
  const places = header.cellPlaces;
  return {
    width: header.names.length,
    packed: packedCells(header),
    flowNo: places.flowNo,
    type: places.type,
    balance: places.balance,
    transaction: {
      key: [places.flowNo],
      transactionNo: places.businessNo,
      merchantNo: places.merchantNo,
      occurredAt: places.occurredAt,
      description: [places.goods, places.note],
      counterparty: places.counterparty,
      extra: new ExtraCells(header.extraColumns, isZeroText),
    },
    moved: (row) => movedIn(row, places.income, places.expense),
  };
}

/** Money on one side and only there, income positive; anything else is NaN. Expenses have either sign. */
function movedIn(row: LineScanner, incomeCell: number, expenseCell: number): number {
  const income = paddedUnits(row, incomeCell, FEN_DECIMALS);
  const expense = Math.abs(paddedUnits(row, expenseCell, FEN_DECIMALS));
  if (income > 0 && expense === 0) return income;
  return income === 0 && expense > 0 ? -expense : NaN;
}
