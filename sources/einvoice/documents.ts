import { createReadStream } from 'node:fs';
import { TextDecoder } from 'node:util';
import { FileRefused } from '../reader';
import { beginsAsArchive, openArchive, type Archive } from '../wire/archive';
import { recogniseStream } from '../wire/open-text';

/** XML documents of a file: itself, or those in an archive. */
export interface Documents {
  readonly documents: readonly XmlDocument[];
  /** Names of what else lies in the archive: the same invoices as PDF and OFD. */
  readonly others: readonly string[];
  close(): void;
}

export interface XmlDocument {
  /** Its name in the archive; empty for a bare file. */
  readonly name: string;
  readonly text: AsyncGenerator<string>;
}

/** Invoices of a month, each as XML, PDF and OFD. */
const ENTRIES_MAX = 50_000;

/**
 * Opens a bare XML, or a ZIP with any number of them.
 * @throws FileRefused UNSAFE_ARCHIVE, WRONG_KIND, also UNDECODABLE while a text is read
 */
export async function openDocuments(path: string, asked?: string): Promise<Documents> {
  if (!(await beginsAsArchive(path))) {
    const text = decodeXml(createReadStream(path), '', asked);
    return { documents: [{ name: '', text }], others: [], close: () => undefined };
  }
  const archive = await openArchive(path, ENTRIES_MAX);
  try {
    return documentsIn(archive, asked);
  } catch (cause) {
    archive.close();
    throw cause;
  }
}

function documentsIn(archive: Archive, asked?: string): Documents {
  const { entries } = archive;
  const packed = entries.find(({ name }) => /\.(zip|rar|7z)$/i.test(name));
  if (packed !== undefined) throw archiveInArchive(packed.name);
  const isXml = (name: string): boolean => /\.xml$/i.test(name) && !/(^|\/)(\.|__MACOSX\/)/.test(name);
  const documents = entries.filter(({ name }) => isXml(name));
  if (documents.length === 0) throw noXml();
  return {
    documents: documents.map((entry) => ({ name: entry.name, text: decodeXml(entry.read(), entry.name, asked) })),
    others: entries.flatMap(({ name }) => (isXml(name) ? [] : [name])),
    close: () => archive.close(),
  };
}

async function* decodeXml(bytes: AsyncIterable<Buffer>, name: string, asked?: string): AsyncGenerator<string> {
  const { encoding, rest } = await recogniseStream(bytes, asked);
  const decoder = new TextDecoder(encoding, { fatal: true });
  let isEmpty = true;
  try {
    for await (const chunk of rest) {
      isEmpty &&= chunk.length === 0;
      yield decoder.decode(chunk, { stream: true });
    }
    yield decoder.decode();
  } catch (cause) {
    if (isUndecodable(cause)) throw undecodable(name, encoding);
    throw cause;
  }
  if (isEmpty) throw emptyDocument(name);
}

function isUndecodable(cause: unknown): boolean {
  return (
    typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === 'ERR_ENCODING_INVALID_ENCODED_DATA'
  );
}

function undecodable(name: string, encoding: string): FileRefused {
  return new FileRefused(
    'UNDECODABLE',
    {
      zh: `${name}不能按 ${encoding} 解码。请从税务系统重新下载，或用 --encoding 指明编码。`,
      en: `${name || 'The file'} does not decode as ${encoding}. Download it again, or name its encoding with --encoding.`,
    },
    { value: name },
  );
}

function emptyDocument(name: string): FileRefused {
  return new FileRefused(
    'EMPTY_FILE',
    { zh: `${name || '文件'}是空的。请重新下载。`, en: `${name || 'The file'} is empty. Download it again.` },
    { value: name },
  );
}

function noXml(): FileRefused {
  return new FileRefused('WRONG_KIND', {
    zh: '压缩包中没有 XML 文件。请下载发票的 XML 格式文件；PDF 和 OFD 不能导入。',
    en: 'The archive holds no XML file. Download the invoices as XML; PDF and OFD cannot be imported.',
  });
}

function archiveInArchive(name: string): FileRefused {
  return new FileRefused(
    'WRONG_KIND',
    {
      zh: `压缩包中还有压缩包“${name}”。请解开后，把其中的 XML 直接放进一个压缩包再导入。`,
      en: `The archive holds another one, ${name}. Unpack it and put the XML files themselves into one archive.`,
    },
    { value: name },
  );
}
