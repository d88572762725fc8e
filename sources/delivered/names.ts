/** Names that programs give to files they have not finished. */
const UNFINISHED = /\.(?:part|partial|filepart|tmp|temp|crdownload|download|swp)$|^~\$|~$/i;
const MOST_SHOWN = 255;

/** Whether a name is one of a file in its own folder, and can be opened as it reads. */
export function isPlainName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !/[/\\\0\uFFFD]/.test(name) && name.length <= 255;
}

/** Whether a name is hidden, or one that programs give to what they are still writing. */
export function isPassing(name: string): boolean {
  return name.startsWith('.') || UNFINISHED.test(name);
}

/** A name as it may stand in a sentence, a log or a key: what would move the cursor, turn the text or end the line is written out. */
export function shownName(name: string): string {
  const written = name.replace(/[\p{C}\p{Zl}\p{Zp}\\\uFFFD]/gu, (character) => {
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
  const characters = Array.from(written);
  return characters.length <= MOST_SHOWN ? written : `${characters.slice(0, MOST_SHOWN).join('')}…`;
}
