/**
 * A reference (order no, receipt no, ...) as it is compared: width and case folded, spaces and hyphens gone.
 * `ＳＯ-2026 001` and `so2026001` are the same reference. Empty input gives null: nothing is not a reference.
 */
export function referenceKey(reference: string | null | undefined): string | null {
  if (reference === null || reference === undefined) return null;
  if (PLAIN.test(reference)) return reference;
  const key = reference
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s\p{Pd}]+/gu, '');
  return key === '' ? null : key;
}

/** Most references are their own key: a quick test saves the million of them from the slow fold. */
const PLAIN = /^[A-Z0-9]+$/;
