const GUARDED = /^'+[=+\-@\t\r]/;
const TO_GUARD = /^'*[=+\-@\t\r]/;

/** Puts a quote before text that a spreadsheet would run as a formula. */
export function guardFormula(text: string): string {
  return TO_GUARD.test(text) ? `'${text}` : text;
}

/** The inverse of guardFormula: a corrected export reads as what it was. */
export function unguardFormula(text: string): string {
  return GUARDED.test(text) ? text.slice(1) : text;
}
