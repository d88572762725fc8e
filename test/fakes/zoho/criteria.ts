import { Refused } from './question';
import type { Shelf, ZohoRecord } from './shelf';

const CRITERION = /^\(([A-Za-z_]+):(equals|greater_equal|less_than|between):(.+)\)$/;

/** How many records fit `(Field:operator:value)`. */
export function countOf(shelf: Shelf, criteria: string | null): number {
  if (criteria === null) return shelf.countSince(0);
  const [, field = '', operator, value = ''] = CRITERION.exec(criteria) ?? [];
  if (operator === undefined) throw new Refused(400, 'INVALID_DATA', { param_name: 'criteria' });
  if (field === 'Modified_Time' && operator === 'greater_equal') return shelf.countSince(Date.parse(value));
  const fits = predicate(operator, value);
  let count = 0;
  for (const record of shelf.all(0)) if (fits(keyOf(record, field))) count += 1;
  return count;
}

function predicate(operator: string, value: string): (key: number | string) => boolean {
  const [first = '', second = ''] = value.split(',').map(comparable);
  switch (operator) {
    case 'equals':
      return (key) => key === first;
    case 'greater_equal':
      return (key) => key >= first;
    case 'less_than':
      return (key) => key < first;
    default:
      return (key) => key >= first && key <= second;
  }
}

function keyOf(record: ZohoRecord, field: string): number | string {
  const value = record[field];
  return comparable(typeof value === 'string' ? value : '');
}

/** Instants are compared as such, days as texts. */
function comparable(text: string): number | string {
  return text.includes('T') ? Date.parse(text) : text;
}
