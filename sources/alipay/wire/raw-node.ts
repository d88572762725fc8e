/**
 * The raw text of a member of a JSON object, as it stands between its colon and the comma after it: what Alipay signs. Parsing it and writing it
 * again would lose the `\/` in it.
 */
export function rawMember(json: string, name: string): string | undefined {
  let at = skipSpace(json, 0);
  if (json[at] !== '{') return undefined;
  at = skipSpace(json, at + 1);
  while (json[at] === '"') {
    const keyEnd = endOfText(json, at);
    const key = json.slice(at + 1, keyEnd - 1);
    const colon = skipSpace(json, keyEnd);
    if (json[colon] !== ':') return undefined;
    const begin = skipSpace(json, colon + 1);
    const end = endOfValue(json, begin);
    if (key === name) return json.slice(begin, end).trimEnd();
    at = skipSpace(json, end + 1);
  }
  return undefined;
}

/** Behind a value: at the comma or bracket that ends it. */
function endOfValue(json: string, begin: number): number {
  let depth = 0;
  for (let at = begin; at < json.length; at += 1) {
    const char = json[at];
    if (char === '"') at = endOfText(json, at) - 1;
    else if (char === '{' || char === '[') depth += 1;
    else if (depth === 0 && (char === ',' || char === '}')) return at;
    else if (char === '}' || char === ']') depth -= 1;
  }
  return json.length;
}

/** Behind the closing quote of the text that begins here. */
function endOfText(json: string, begin: number): number {
  for (let at = begin + 1; at < json.length; at += 1) {
    if (json[at] === '\\') at += 1;
    else if (json[at] === '"') return at + 1;
  }
  return json.length;
}

function skipSpace(json: string, from: number): number {
  let at = from;
  while (/\s/.test(json[at] ?? '')) at += 1;
  return at;
}
