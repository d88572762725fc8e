/** A number people write: letters and digits, with strokes in it. */
const NUMBER = '[A-Z0-9][A-Z0-9_\\-/.#]{2,58}[A-Z0-9]';
const BETWEEN = '(?:\\s*[、,;&+和及与]\\s*|\\s+)';
const SEPARATOR = new RegExp(BETWEEN, 'u');
/** `订单号：…`, ours: `采购订单号` and the like are the customer's. */
const ORDER = new RegExp(
  `(?<!\\p{Script=Han})(?:我方|本方|销售|关联|对应)?订单(?:编号|号码|号)?\\s*[:#]?\\s*(${NUMBER}(?:${BETWEEN}${NUMBER})*)`,
  'giu',
);
const DIGITAL = /(?:发票|票)号码?\s*:?\s*(\d{20})(?!\d)/g;
const LEGACY = /发票代码\s*:?\s*(?:\d{12}|\d{10})(?!\d)\D{0,12}号码\s*:?\s*(\d{8})(?!\d)/g;

/** The order that 备注 names with its label, `订单号：SO-2026-001`. Null where it names none, or several. */
export function remarkedOrderNo(remark: string): string | null {
  if (!remark.includes('订')) return null;
  const found = new Set<string>();
  for (const [, list] of plain(remark).matchAll(ORDER)) {
    const [first = '', ...others] = (list ?? '').split(SEPARATOR);
    if (!/\d/.test(first)) continue;
    found.add(first);
    for (const other of others) if (shapeOf(other) === shapeOf(first)) found.add(other);
  }
  return only(found);
}

/**
 * The blue invoice that 备注 of a red one names: `被红冲蓝字数电票号码：` and 20 digits, or the 8 digits behind
 * `对应正数发票代码:… 号码:…`. Null where it names none, or several.
 */
export function remarkedOriginal(remark: string, own: string): string | null {
  const text = plain(remark);
  const numbers = [...text.matchAll(DIGITAL), ...text.matchAll(LEGACY)].map(([, number]) => number ?? '');
  return only(new Set(numbers.filter((number) => number !== own)));
}

function only(found: ReadonlySet<string>): string | null {
  const [first, ...others] = found;
  return first === undefined || others.length > 0 ? null : first;
}

function plain(text: string): string {
  return text.normalize('NFKC');
}

/** Numbers of one series look alike but for their digits. */
function shapeOf(number: string): string {
  return number.toUpperCase().replace(/\d+/g, '9');
}
