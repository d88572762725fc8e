import { unguardFormula } from '../../domain/formula-guard';
import { headerKey } from '../../domain/file-columns';
import { trimCell } from '../text';
import { cleanCell } from '../wire/cells';

const TEXT_MARK = /^'[\d`]/;

/** What a cell says without its packing: blanks and TABs around it, `="0123"`, the quote before a number kept as text. */
export function cellText(raw: string): string {
  if (raw === '' || (isPlainEdge(raw.charCodeAt(0)) && isPlainEdge(raw.charCodeAt(raw.length - 1)))) return raw;
  const text = trimCell(cleanCell(raw));
  if (text.charCodeAt(0) !== 0x27) return text;
  return TEXT_MARK.test(text) ? text.slice(1) : unguardFormula(text);
}

/** A character that packs nothing: no blank, quote, `=`, backtick or mark. Most cells begin and end with one. */
function isPlainEdge(code: number): boolean {
  return code > 0x27 && code !== 0x3d && code !== 0x60 && code !== 0xa0 && code !== 0x3000 && code !== 0xfeff;
}

/** The same column whatever the case, width, spaces or unit of its name. */
export function nameKey(name: string): string {
  return headerKey(name).replace(/\(元\)$/, '');
}
