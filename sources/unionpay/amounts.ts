import { Decimal } from '../../domain/money';
import { missingValue, RowRejection } from '../wire/rejection';
import type { ZmCells, ZmField } from './layout';

const FEN = 100;

/** Digits of fen as yuan. @throws RowRejection MISSING_VALUE, BAD_AMOUNT */
export function fenAmount(cells: ZmCells, field: ZmField): Decimal {
  const text = cells[field];
  if (text === '') throw missingValue(field);
  if (!/^\d+$/.test(text)) throw badAmount(field, text);
  return new Decimal(text).div(FEN);
}

/** `D` or `C` and digits of fen, as yuan: credit to the merchant positive. @throws RowRejection as `fenAmount` */
export function markedAmount(cells: ZmCells, field: ZmField): Decimal {
  const text = cells[field];
  if (text === '') throw missingValue(field);
  const found = /^([DC])(\d+)$/.exec(text);
  if (found === null) throw badAmount(field, text);
  const size = new Decimal(found[2] ?? '').div(FEN);
  return found[1] === 'D' ? size.neg() : size;
}

/** The same where nothing may stand: empty is zero. */
export function optionalFen(cells: ZmCells, field: ZmField): Decimal {
  return cells[field] === '' ? new Decimal(0) : fenAmount(cells, field);
}

function badAmount(field: ZmField, text: string): RowRejection {
  return new RowRejection(field, text, 'BAD_AMOUNT', {
    zh: `“${text}”不是以分为单位的金额（手续费和结算金额前有 D 或 C）。`,
    en: `"${text}" is no amount in fen (the fee and the settlement begin with D or C).`,
  });
}
