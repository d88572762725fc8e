import { createHash, createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Problem } from '../../domain/problem';

/**
 * The public key of a file: PEM, or the base64 that stands on a report.
 * @returns SPKI, base64
 * @throws Problem KEY_FILE_UNREADABLE
 */
export function readPublicKey(path: string): string {
  const text = readFileSync(path, 'utf8').trim();
  try {
    const key = text.startsWith('-----')
      ? createPublicKey(text)
      : createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' });
    return key.export({ type: 'spki', format: 'der' }).toString('base64');
  } catch {
    throw new Problem('KEY_FILE_UNREADABLE', {
      zh: `${path} 不是公钥；应为 PEM 文件，或报告上所载的公钥文本`,
      en: `${path} holds no public key: a PEM file, or the key’s text as it stands on the report`,
    });
  }
}

/** SHA-256 over the key in DER, hex: what people compare. @param spki base64 */
export function fingerprint(spki: string): string {
  return createHash('sha256').update(spki, 'base64').digest('hex');
}
