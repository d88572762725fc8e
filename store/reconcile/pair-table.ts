/**
 * Equal rows of a block beyond this many pairs tell nothing apart; they stay open rather than be compared with one another. A block is what pairs are
 * looked for in: an amount, or a customer.
 */
export const PAIRS_OF_A_BLOCK = 2_500;

/** More equal candidates than this help nobody: they are not suggested. */
export const WAYS_SHOWN = 5;

/** SQL: the record `id` of one side is in none of a table's pairs (`left_ids`, `right_ids`) yet. */
export const isFree = (table: string, side: 'left' | 'right', id: string): string =>
  `NOT EXISTS (SELECT 1 FROM (SELECT unnest(${side}_ids) AS id FROM ${table}) t WHERE t.id = ${id})`;

/** SQL: neither record is in a pair yet. */
export const areFree = (table: string, left: string, right: string): string =>
  `${isFree(table, 'left', left)} AND ${isFree(table, 'right', right)}`;
