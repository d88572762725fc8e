import type { Bilingual } from '../../domain/words';

/** A cell that was read, or why it could not be. */
export type Reading<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly code: string; readonly reason: Bilingual };

export function readAs<T>(value: T): Reading<T> {
  return { ok: true, value };
}

export function unreadable<T>(code: string, zh: string, en: string): Reading<T> {
  return { ok: false, code, reason: { zh, en } };
}

const EDGES = /^[\t\n\v\f\r \u00a0\u3000\ufeff]+|[\t\n\v\f\r \u00a0\u3000\ufeff]+$/g;

/** Takes blanks off both ends: spaces, tabs, line ends, no-break and full-width spaces, a stray BOM. */
export function trimCell(text: string): string {
  return text.replace(EDGES, '');
}
