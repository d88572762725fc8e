import { Decimal } from '../../domain/money';
import { isObject, cellOf, type Json, type MappedRecord, type Ruling } from '../records';

const FIGURE = /^-?\d+(\.\d+)?$/;

/** An order without tax says nothing of it. */
export function order(record: MappedRecord): Ruling {
  return { cells: { tax_amount: totalOf(record.value('tax_amount'), 'value') } };
}

/** Several taxes may lie on a line. */
export function line(record: MappedRecord): Ruling {
  return { cells: { tax_rate: rateOf(record.value('tax_rate')) } };
}

/**
 * Net is the sum of the lines less the discount, with the adjustment; where no sum is stated, gross less tax. What a company maps itself stays.
 * An invoice is red where it is negative, unless a field says so.
 */
export function invoice(record: MappedRecord): Ruling {
  if (record.word('status') === 'cancelled') return { exclude: 'CANCELLED' };
  const tax = totalOf(record.value('tax_amount'), 'value');
  const gross = record.cell('gross_amount');
  return {
    cells: {
      tax_amount: tax,
      net_amount: record.cell('net_amount') || netOf(record, gross, tax),
      kind: record.word('kind') || (gross.startsWith('-') ? 'red' : 'blue'),
    },
  };
}

function netOf(record: MappedRecord, gross: string, tax: string): string {
  const [subtotal, discount, adjustment] = ['subtotal', 'discount', 'adjustment'].map((name) => record.cell(name));
  const figures = subtotal ? [subtotal, discount || '0', adjustment || '0'] : [gross, tax, '0'];
  if (!figures.every((figure) => FIGURE.test(figure))) return '';
  const [from = '0', less = '0', more = '0'] = figures;
  return new Decimal(from).minus(less).plus(more).toFixed();
}

/** A figure; or the sum of one in each of several taxes; nothing is zero. */
function totalOf(value: Json, of: string): string {
  if (Array.isArray(value)) return sumOf(value, of);
  return isObject(value) ? cellOf(value[of]) : cellOf(value) || '0';
}

/** The taxes of a line together, in percent. A field of a company's own stands as it is. */
function rateOf(value: Json): string {
  if (!Array.isArray(value)) return cellOf(value) || '0';
  const total = sumOf(value, 'percentage');
  return FIGURE.test(total) ? `${total}%` : total;
}

/** What is no figure, or none at all, is handed on, so that the row is refused with it. */
function sumOf(items: readonly Json[], of: string): string {
  const figures = items.map((item) => (isObject(item) ? cellOf(item[of]) : cellOf(item)));
  const odd = figures.find((figure) => !FIGURE.test(figure));
  return odd ?? figures.reduce((sum, figure) => sum.plus(figure), new Decimal(0)).toFixed();
}
