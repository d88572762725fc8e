import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { TextDecoder } from 'node:util';
import { FileRefused } from '../reader';

/** The file as characters, by its byte order mark, else by the encoding its XML declaration names, else UTF-8. */
export async function* decodeXml(path: string, asked?: string): AsyncGenerator<string> {
  const encoding = asked ?? (await declaredEncoding(path));
  const decoder = decoderFor(encoding);
  try {
    for await (const chunk of createReadStream(path)) yield decoder.decode(chunk as Buffer, { stream: true });
    yield decoder.decode();
  } catch (cause) {
    if (isUndecodable(cause)) throw undecodable(encoding);
    throw cause;
  }
}

function isUndecodable(cause: unknown): boolean {
  return (
    typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === 'ERR_ENCODING_INVALID_ENCODED_DATA'
  );
}

async function declaredEncoding(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(256), 0, 256, 0);
    if (bytesRead === 0) throw emptyFile();
    if ((buffer[0] === 0xff && buffer[1] === 0xfe) || (buffer[0] === 0x3c && buffer[1] === 0)) return 'utf-16le';
    if ((buffer[0] === 0xfe && buffer[1] === 0xff) || (buffer[0] === 0 && buffer[1] === 0x3c)) return 'utf-16be';
    return /^[^>]*\sencoding\s*=\s*["']([\w.:-]+)["']/.exec(buffer.toString('latin1'))?.[1]?.toLowerCase() ?? 'utf-8';
  } finally {
    await file.close();
  }
}

function decoderFor(encoding: string): TextDecoder {
  try {
    return new TextDecoder(encoding, { fatal: true });
  } catch {
    throw undecodable(encoding);
  }
}

function undecodable(encoding: string): FileRefused {
  return new FileRefused('UNDECODABLE', {
    zh: `文件不能按 ${encoding} 解码。请向银行重新下载，或用 --encoding 指明编码。`,
    en: `The file does not decode as ${encoding}. Download it again, or name its encoding with --encoding.`,
  });
}

function emptyFile(): FileRefused {
  return new FileRefused('EMPTY_FILE', { zh: '文件是空的。请重新下载。', en: 'The file is empty. Download it again.' });
}
