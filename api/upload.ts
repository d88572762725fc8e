import { Transform, type Readable } from 'node:stream';
import { Problem } from '../domain/problem';
import { storeEvidence } from '../store/evidence';
import { UPLOAD_LIMIT, type ApiOptions } from './options';

/**
 * Keeps a body's bytes under their hash, before anything refers to them.
 * @throws Problem BODY_MISSING, TOO_LARGE, UPLOAD_INTERRUPTED
 */
export async function keepBytes(options: ApiOptions, sent: unknown, fileName: string): Promise<{ sha256: string }> {
  const body = sent as Readable | undefined;
  if (body === undefined) {
    throw new Problem(
      'BODY_MISSING',
      {
        zh: '请求体须为文件的原始字节（application/octet-stream）',
        en: 'the body must be the file’s bytes (application/octet-stream)',
      },
      400,
    );
  }
  return storeEvidence(options.pool, options.dataDir, limited(body, options.uploadLimit ?? UPLOAD_LIMIT), fileName);
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
