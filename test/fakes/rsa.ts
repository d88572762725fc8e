import { generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto';

/** The two ends of a signed conversation: each has its own key pair and the other's public key. */
export interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

const made = new Map<string, KeyPair>();

/** The key pair of this name, made once in a process: that takes a while. */
export function keyPairOf(name: string): KeyPair {
  const pair = made.get(name) ?? generateKeyPairSync('rsa', { modulusLength: 2048 });
  made.set(name, pair);
  return pair;
}

export const pem = (key: KeyObject): string =>
  key.export({ format: 'pem', type: key.type === 'private' ? 'pkcs8' : 'spki' }).toString();

/** On one line, as settings have it. */
export const bare = (key: KeyObject): string => pem(key).replace(/-----[A-Z ]+-----|\s/g, '');

export function signatureOf(key: KeyObject, text: string): string {
  return sign('RSA-SHA256', Buffer.from(text, 'utf8'), key).toString('base64');
}

export function isSignedBy(key: KeyObject, text: string, signature: string): boolean {
  return verify('RSA-SHA256', Buffer.from(text, 'utf8'), key, Buffer.from(signature, 'base64'));
}
