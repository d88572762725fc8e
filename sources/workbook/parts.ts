import { SaxesParser } from 'saxes';
import type { Archive, ArchiveEntry } from '../wire/archive';
import { damagedWorkbook, workbookTooLarge } from './refusal';

/** Parts other than sheets and strings are read whole. */
const PART_BYTES_MAX = 8_000_000;
const SHEETS_MAX = 200;

/** An element of a part, its name without prefix. */
export interface PartElement {
  readonly name: string;
  /** By name without prefix. */
  readonly attributes: ReadonlyMap<string, string>;
  /** Names of the elements around it, the root first. */
  readonly path: readonly string[];
}

/** What the workbook says of itself. */
export interface WorkbookParts {
  readonly sheets: readonly { readonly name: string; readonly entry: ArchiveEntry }[];
  readonly strings: ArchiveEntry | undefined;
  readonly styles: ArchiveEntry | undefined;
  /** Days count from 1904 instead of 1900. */
  readonly is1904: boolean;
}

/** @throws FileRefused WRONG_KIND where the archive is no workbook, WORKBOOK_TOO_LARGE */
export async function readParts(archive: Archive): Promise<WorkbookParts> {
  const find = (name: string): ArchiveEntry | undefined =>
    archive.entries.find((entry) => entry.name.toLowerCase() === name.toLowerCase());
  const book = find('xl/workbook.xml');
  const relations = find('xl/_rels/workbook.xml.rels');
  if (book === undefined || relations === undefined) throw damagedWorkbook('no xl/workbook.xml');
  const targets = new Map<string, { readonly type: string; readonly path: string }>();
  for (const { name, attributes } of await readPart(relations)) {
    if (name !== 'Relationship') continue;
    const type = (attributes.get('Type') ?? '').split('/').at(-1) ?? '';
    targets.set(attributes.get('Id') ?? '', { type, path: partPath(attributes.get('Target') ?? '') });
  }
  const elements = await readPart(book);
  const named = (type: string): ArchiveEntry | undefined =>
    find([...targets.values()].find((target) => target.type === type)?.path ?? '');
  const sheets = elements.filter(({ name, path }) => name === 'sheet' && path.at(-1) === 'sheets');
  if (sheets.length > SHEETS_MAX) throw workbookTooLarge();
  return {
    sheets: sheets.flatMap(({ attributes }) => {
      const target = targets.get(attributes.get('id') ?? '');
      const entry = target?.type === 'worksheet' ? find(target.path) : undefined;
      return entry === undefined ? [] : [{ name: attributes.get('name') ?? '', entry }];
    }),
    strings: named('sharedStrings'),
    styles: named('styles'),
    is1904: elements.some(({ name, attributes }) => name === 'workbookPr' && isTrue(attributes.get('date1904'))),
  };
}

/** All elements of a small part in their order. @throws FileRefused WRONG_KIND, WORKBOOK_TOO_LARGE */
export async function readPart(entry: ArchiveEntry): Promise<readonly PartElement[]> {
  const elements: PartElement[] = [];
  const path: string[] = [];
  const sax = new SaxesParser();
  const refuse = (): never => {
    throw damagedWorkbook(entry.name);
  };
  sax.on('doctype', refuse);
  sax.on('error', refuse);
  sax.on('opentag', ({ name, attributes }) => {
    const plain = Object.entries(attributes as Record<string, string>).map(
      ([key, value]) => [localName(key), value] as const,
    );
    elements.push({ name: localName(name), attributes: new Map(plain), path: [...path.slice(-4)] });
    path.push(localName(name));
  });
  sax.on('closetag', () => void path.pop());
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of entry.read()) {
    length += chunk.length;
    if (length > PART_BYTES_MAX) throw workbookTooLarge();
    chunks.push(chunk);
  }
  sax
    .write(
      Buffer.concat(chunks)
        .toString('utf8')
        .replace(/^\ufeff/, ''),
    )
    .close();
  return elements;
}

/** Targets are relative to `xl/`, or absolute. */
function partPath(target: string): string {
  return target.startsWith('/') ? target.slice(1) : `xl/${target.replace(/^\.\//, '')}`;
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function isTrue(value: string | undefined): boolean {
  return value === '1' || value === 'true';
}
