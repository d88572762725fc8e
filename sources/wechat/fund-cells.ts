import { CellMemo } from '../bytes/cell-memo';
import { ExtraCells } from '../bytes/extra-cells';
import { NO_CELL } from '../bytes/line-scanner';
import { FEN_DECIMALS } from '../wire/column-total';
import type { FundCells } from '../wire/fast-fund-lines';
import { isZeroText, packedCells, paddedUnits } from '../wire/plain-cells';
import { EXPENSE, INCOME, type FundHeader } from './fund-columns';

const SIGNS: Readonly<Record<string, number>> = { [INCOME]: 1, [EXPENSE]: -1 };

/** Where a fund bill with this header has its cells, for lines that are read as bytes. */
export function fundCells(header: FundHeader): FundCells {
  const places = header.cellPlaces;
  const sign = new CellMemo((direction) => SIGNS[direction] ?? NaN);
  return {
    width: header.names.length,
    packed: packedCells(header),
    flowNo: places.flowNo,
    type: places.type,
    balance: places.balance,
    transaction: {
      key: [places.flowNo],
      transactionNo: places.businessNo,
      merchantNo: places.voucherNo,
      occurredAt: places.bookedAt,
      description: [places.name, places.note],
      counterparty: NO_CELL,
      extra: new ExtraCells(header.extraColumns, isZeroText),
    },
    moved: (row) => {
      const size = paddedUnits(row, places.amount, FEN_DECIMALS);
      const { bytes, starts, ends } = row;
      return size > 0
        ? size * sign.of(bytes, starts[places.direction] as number, ends[places.direction] as number)
        : NaN;
    },
  };
}
