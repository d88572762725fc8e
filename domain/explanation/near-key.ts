/** How two reference keys differ that are one slip of the hand apart. */
export type Slip = 'same' | 'replaced' | 'transposed' | 'left_out' | 'added';

/** Shorter keys are near to too many others to say anything; `is_near()` in the database draws the line there too. */
const SHORTEST = 6;
/** Longer keys are no numbers that a person types. */
const LONGEST = 40;
const DIGITS = Array.from('0123456789');
const LETTERS = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ');

/**
 * Every key that is one edit or one transposition of neighbours away from `key` (Damerau-Levenshtein 1), and the key itself. A list to look
 * up rather than a distance to compute: equality is what an index or a hash answers. A digit is replaced by digits and a letter by either.
 */
export function nearKeys(key: string): string[] {
  if (key.length < SHORTEST || key.length > LONGEST) return [key];
  const found = new Set([key]);
  for (let at = 0; at <= key.length; at++) {
    const before = key.slice(0, at);
    const here = key[at] ?? '';
    const after = key.slice(at + 1);
    for (const letter of insertable(key, at)) found.add(before + letter + here + after);
    if (here === '') continue;
    found.add(before + after);
    for (const letter of replacing(here)) found.add(before + letter + after);
    if (after !== '') found.add(before + (after[0] ?? '') + here + after.slice(1));
  }
  return [...found];
}

function replacing(letter: string): readonly string[] {
  if (DIGITS.includes(letter)) return DIGITS;
  return LETTERS.includes(letter) ? [...LETTERS, ...DIGITS] : [];
}

/** A number grows by digits; letters are only put beside letters. */
function insertable(key: string, at: number): readonly string[] {
  const isBesideLetter = LETTERS.includes(key[at] ?? '') || LETTERS.includes(key[at - 1] ?? '');
  return isBesideLetter ? [...LETTERS, ...DIGITS] : DIGITS;
}

/** The one slip that turns `from` into `to`; undefined where it takes more than one, or where the keys are too short to tell. */
export function slipBetween(from: string, to: string): Slip | undefined {
  if (from === to) return 'same';
  if (Math.min(from.length, to.length) < SHORTEST) return undefined;
  let start = 0;
  while (start < Math.min(from.length, to.length) && from[start] === to[start]) start++;
  const [rest, other] = [from.slice(start), to.slice(start)];
  if (from.length === to.length) {
    if (rest.slice(1) === other.slice(1)) return 'replaced';
    const isSwapped = rest[0] === other[1] && rest[1] === other[0] && rest.slice(2) === other.slice(2);
    return isSwapped ? 'transposed' : undefined;
  }
  if (rest.slice(1) === other) return 'left_out';
  return other.slice(1) === rest ? 'added' : undefined;
}
