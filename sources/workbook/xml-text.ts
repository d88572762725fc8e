const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
const ENTITY = /&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(\w+));/g;
/** How a workbook writes characters that XML has not: `_x000D_`. */
const ESCAPE = /_x([0-9a-fA-F]{4})_/g;
const CODE_POINT_MAX = 0x10ffff;
const NO_CHARACTER = /\0|\p{Surrogate}/u;
const EACH_NO_CHARACTER = /\0|\p{Surrogate}/gu;

/** What a stretch of XML text says. Entities other than XML's own stay as they are written. */
function unescapeXml(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(ENTITY, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    const code = decimal === undefined ? parseInt(hex ?? '', 16) : Number(decimal);
    return code <= CODE_POINT_MAX ? String.fromCodePoint(code) : whole;
  });
}

/** The text of a string item or inline string: its runs joined, without phonetic guides. */
export function textOfRuns(inner: string): string {
  if (inner.startsWith('<t>') && inner.indexOf('<', 3) === inner.length - 4) return writtenText(inner.slice(3, -4));
  let text = '';
  const spoken = inner.includes('rPh') ? inner.replace(/<(\w+:)?rPh\b[^>]*>[^]*?<\/(\w+:)?rPh>/g, '') : inner;
  for (const [, run] of spoken.matchAll(/<(?:\w+:)?t(?:\s[^>]*)?>([^<]*)</g)) text += run ?? '';
  return writtenText(text);
}

/** The text of a cell or string as people wrote it. NULs and halves of characters, which no database takes, become U+FFFD. */
export function writtenText(text: string): string {
  const plain = unescapeXml(text);
  const whole = plain.includes('_x')
    ? plain.replace(ESCAPE, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
    : plain;
  return NO_CHARACTER.test(whole) ? whole.replace(EACH_NO_CHARACTER, '\ufffd') : whole;
}

/** An attribute of a tag by its name with the blank before and the quote behind: ` r="`. Empty where it has none. */
export function attributeOf(tag: string, opening: string): string {
  const found = tag.indexOf(opening);
  if (found === -1) return '';
  const start = found + opening.length;
  const end = tag.indexOf('"', start);
  return end === -1 ? '' : tag.slice(start, end);
}
