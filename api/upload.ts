import { Readable, Transform } from 'node:stream';
import { Problem } from '../domain/problem';
import { storeEvidence } from '../store/evidence';
import { UPLOAD_LIMIT, type ApiOptions } from './options';

/**
 * Keeps a body's bytes under their hash, before anything refers to them.
 * @throws Problem BODY_MISSING, TOO_LARGE, UPLOAD_INTERRUPTED
 */
export async function keepBytes(options: ApiOptions, sent: unknown, fileName: string): Promise<{ sha256: string }> {
  const bytes = limited(bodyOf(sent), options.uploadLimit ?? UPLOAD_LIMIT);
  return storeEvidence(options.pool, options.dataDir, bytes, fileName);
}

/** The bytes of a request. @throws Problem BODY_MISSING (400) */
export function bodyOf(sent: unknown): Readable {
  if (sent instanceof Readable) return sent;
  throw new Problem(
    'BODY_MISSING',
    {
      zh: '请求体须为文件的原始字节（application/octet-stream）',
      en: 'the body must be the file’s bytes (application/octet-stream)',
    },
    400,
  );
}

/** The last part of a path, without control characters: a name to show, never a place to write to. */
export function plainName(given: string): string {
  const last = given.split(/[\\/]/).at(-1) ?? '';
  const name = last.replace(/\p{Cc}/gu, '').trim();
  return name === '' ? 'file' : name;
}

/** The same bytes, ended by a refusal once there are more than `limit`. */
export function limited(bytes: Readable, limit: number): Readable {
  let seen = 0;
  const gate = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length;
      if (seen > limit) done(tooLarge(limit));
      else done(null, chunk);
    },
  });
  bytes.once('error', (error) => gate.destroy(error));
  bytes.once('close', () => {
    if (!bytes.readableEnded) gate.destroy(interrupted());
  });
  return bytes.pipe(gate);
}

function tooLarge(limit: number): Problem {
  const size = `${Math.floor(limit / 1024 ** 2)} MiB`;
  return new Problem(
    'TOO_LARGE',
    {
      zh: `文件超过 ${size} 的上限；请拆分后分别导入`,
      en: `the file is larger than ${size}; split it and import the parts`,
    },
    413,
  );
}

function interrupted(): Problem {
  return new Problem(
    'UPLOAD_INTERRUPTED',
    {
      zh: '上传中断，未保存任何内容；请重新导入',
      en: 'the upload broke off and nothing was kept; import the file again',
    },
    400,
  );
}

/** The names people use for the three encodings there are. */
const ENCODINGS: Readonly<Record<string, string>> = {
  utf8: 'utf-8',
  gb18030: 'gb18030',
  gbk: 'gb18030',
  gb2312: 'gb18030',
  utf16: 'utf-16',
  utf16le: 'utf-16',
  utf16be: 'utf-16',
};

/** @throws Problem UNKNOWN_ENCODING (422) */
export function encodingOf(given: string): string {
  const encoding = ENCODINGS[given.toLowerCase().replace(/[-_ ]/g, '')];
  if (encoding !== undefined) return encoding;
  throw new Problem(
    'UNKNOWN_ENCODING',
    {
      zh: `不支持编码 ${given}；可用 utf-8、gb18030、utf-16`,
      en: `no encoding ${given}; there are utf-8, gb18030 and utf-16`,
    },
    422,
  );
}
