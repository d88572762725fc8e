/** What a `:86:` tells of its entry. */
export interface Narrative {
  readonly description: string;
  readonly counterparty: string;
  /** The payer's own reference, where the text marks one. */
  readonly endToEnd: string;
}

/** Width of a narrative line; a word that runs to the edge goes on in the next. */
const WIDTH = 65;
/** What SEPA puts before the parts of a purpose; what a person reads needs a space there. */
const MARKS = 'EREF|KREF|MREF|CRED|DEBT|SVWZ|ABWA|ABWE|COAM|OAMT|MTLG|IBAN|BIC';
const BEFORE_MARK = new RegExp(`(?<=\\S)(?=(?:${MARKS})[+:])`, 'g');
const END_TO_END = new RegExp(`EREF\\+(.*?)(?=(?:${MARKS})[+:]|$)`);
const CODED = /^\s*(\d{3})([^\w\s])(?=\d{2})/;

/**
 * Reads a narrative: either free text, or `166?00text?20purpose…?32name?33name` with subfields behind a mark that the
 * bank chooses. A subfield, its mark and its number may be broken by a line end anywhere.
 */
export function readNarrative(lines: readonly string[]): Narrative {
  const whole = lines.join('');
  const coded = CODED.exec(whole);
  if (coded === null) return freeText(lines);
  const fields = subfields(whole.slice(coded[0].length - 1), coded[2] ?? '?');
  const purpose = joinRange(fields, 20, 29) + joinRange(fields, 60, 63);
  return {
    description: [fields.get(0), purpose.replace(BEFORE_MARK, ' ')].filter(Boolean).join(' ').trim(),
    counterparty: joinRange(fields, 32, 33).trim(),
    endToEnd: markedReference(purpose),
  };
}

function subfields(text: string, mark: string): Map<number, string> {
  const fields = new Map<number, string>();
  for (const part of text.split(mark)) {
    const found = /^(\d{2})([\s\S]*)$/.exec(part);
    if (found === null) continue;
    const code = Number(found[1]);
    fields.set(code, (fields.get(code) ?? '') + (found[2] ?? ''));
  }
  return fields;
}

function joinRange(fields: Map<number, string>, from: number, to: number): string {
  let joined = '';
  for (let code = from; code <= to; code += 1) joined += fields.get(code) ?? '';
  return joined;
}

function freeText(lines: readonly string[]): Narrative {
  let text = '';
  lines.forEach((line, i) => {
    const wraps = i > 0 && (lines[i - 1] ?? '').length >= WIDTH;
    text += i === 0 || wraps ? line : ` ${line}`;
  });
  const description = text.replace(/\s+/g, ' ').trim();
  return {
    description,
    counterparty: /\/NAME\/([^/]+)/.exec(description)?.[1]?.trim() ?? '',
    endToEnd: provided(/\/EREF\/([^/]+)/.exec(description)?.[1] ?? ''),
  };
}

/** `EREF+…` up to the next of SEPA's marks. */
function markedReference(purpose: string): string {
  const found = END_TO_END.exec(purpose);
  return provided(found?.[1] ?? '');
}

function provided(reference: string): string {
  const text = reference.trim();
  return /^(NOT ?PROVIDED|NONREF)$/i.test(text) ? '' : text;
}
