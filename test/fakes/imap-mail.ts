/** A mail as it lies in a mailbox, with what IMAP says of it (RFC 3501): texts are bytes, written as latin1. */
export interface ParsedMail {
  readonly envelope: string;
  readonly bodyStructure: string;
  /** A numbered part as it travels; undefined where there is none. */
  readonly part: (number: string) => string | undefined;
}

interface Entity {
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  readonly children: readonly Entity[];
}

const NO_HEADER = { value: '', parameters: [] as [string, string][] };

export function parseMail(raw: Buffer): ParsedMail {
  const root = entityOf(raw.toString('latin1'));
  return {
    envelope: envelopeOf(root.headers),
    bodyStructure: structureOf(root),
    part: (number) => partOf(root, number)?.body,
  };
}

/** A string as IMAP sends it: quoted where it can be, else a literal with its length. */
export function imapString(text: string | undefined): string {
  if (text === undefined) return 'NIL';
  if (/^[\x20-\x7e]*$/.test(text) && text.length < 1_000) return `"${text.replace(/["\\]/g, '\\$&')}"`;
  return `{${text.length}}\r\n${text}`;
}

function entityOf(text: string): Entity {
  const at = text.indexOf('\r\n\r\n');
  const head = at === -1 ? text : text.slice(0, at);
  const body = at === -1 ? '' : text.slice(at + 4);
  const headers = new Map<string, string>();
  for (const line of head.replace(/\r\n(?=[ \t])/g, '').split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  const { value, parameters } = headerOf(headers.get('content-type'));
  const boundary = parameters.find(([name]) => name === 'boundary')?.[1];
  const isMultipart = value.startsWith('multipart/') && boundary !== undefined;
  return { headers, body, children: isMultipart ? childrenOf(body, boundary) : [] };
}

function childrenOf(body: string, boundary: string): Entity[] {
  const pieces = `\r\n${body}`.split(`\r\n--${boundary}`).slice(1);
  return pieces.filter((piece) => !piece.startsWith('--')).map((piece) => entityOf(piece.replace(/^[ \t]*\r\n/, '')));
}

/** `text/csv; name="a;b.csv"`: the value, and its parameters as they stand there. */
function headerOf(header: string | undefined): { value: string; parameters: [string, string][] } {
  if (header === undefined) return NO_HEADER;
  const value = (/^[^;]*/.exec(header)?.[0] ?? '').trim().toLowerCase();
  const found = header.matchAll(/;\s*([^=\s;]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]*))/g);
  const parameters = [...found].map(([, name = '', quoted, plain = '']): [string, string] => [
    name.toLowerCase(),
    quoted?.replace(/\\(.)/g, '$1') ?? plain.trim(),
  ]);
  return { value, parameters };
}

function partOf(root: Entity, number: string): Entity | undefined {
  if (root.children.length === 0) return number === '1' ? root : undefined;
  return number.split('.').reduce<Entity | undefined>((entity, step) => entity?.children[Number(step) - 1], root);
}

function structureOf({ headers, body, children }: Entity): string {
  const type = headerOf(headers.get('content-type') ?? 'text/plain; charset=us-ascii');
  const [main = 'text', sub = 'plain'] = type.value.split('/');
  const disposition = dispositionOf(headers.get('content-disposition'));
  const parameters = parametersOf(type.parameters);
  if (children.length > 0) {
    return `(${children.map(structureOf).join('')} ${imapString(sub)} ${parameters} ${disposition} NIL NIL)`;
  }
  const encoding = headers.get('content-transfer-encoding') ?? '7BIT';
  const lines = main === 'text' ? ` ${body.split('\r\n').length}` : '';
  const basic = `${imapString(main)} ${imapString(sub)} ${parameters} NIL NIL ${imapString(encoding)} ${body.length}${lines}`;
  return `(${basic} NIL ${disposition} NIL NIL)`;
}

function dispositionOf(header: string | undefined): string {
  if (header === undefined) return 'NIL';
  const { value, parameters } = headerOf(header);
  return `(${imapString(value)} ${parametersOf(parameters)})`;
}

function parametersOf(parameters: readonly [string, string][]): string {
  if (parameters.length === 0) return 'NIL';
  return `(${parameters.flat().map(imapString).join(' ')})`;
}

function envelopeOf(headers: ReadonlyMap<string, string>): string {
  const from = addressesOf(headers.get('from'));
  const strings = [headers.get('date'), headers.get('subject')].map(imapString);
  const lists = [from, addressesOf(headers.get('sender')), from, addressesOf(headers.get('to')), 'NIL', 'NIL'];
  return `(${[...strings, ...lists, 'NIL', imapString(headers.get('message-id'))].join(' ')})`;
}

function addressesOf(header: string | undefined): string {
  const found = [...(header ?? '').matchAll(/(?:"([^"]*)"|([^<,"]*?))\s*<?([^\s<>@,"]+)@([^\s<>,"]+)>?/g)];
  if (found.length === 0) return 'NIL';
  const addresses = found.map(([, quoted, plain = '', box, host]) => {
    const name = quoted ?? plain.trim();
    return `(${imapString(name === '' ? undefined : name)} NIL ${imapString(box)} ${imapString(host)})`;
  });
  return `(${addresses.join('')})`;
}
