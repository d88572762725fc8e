import { createPrivateKey, createPublicKey, sign, verify, X509Certificate, type KeyObject } from 'node:crypto';
import { SourceStops } from '../trouble';

/**
 * An RSA private key as the channels' tools write it: PKCS#1 or PKCS#8, PEM or bare base64.
 * @throws SourceStops SOURCE_KEY_UNREADABLE
 */
export function readPrivateKey(setting: string, text: string): KeyObject {
  const key = derOf(text);
  return firstRsa(setting, [
    () => createPrivateKey({ key, format: 'der', type: 'pkcs8' }),
    () => createPrivateKey({ key, format: 'der', type: 'pkcs1' }),
  ]);
}

/**
 * An RSA public key or the certificate that holds it, PEM or bare base64.
 * @throws SourceStops SOURCE_KEY_UNREADABLE
 */
export function readPublicKey(setting: string, text: string): KeyObject {
  const key = derOf(text);
  return firstRsa(setting, [
    () => createPublicKey({ key, format: 'der', type: 'spki' }),
    () => createPublicKey({ key, format: 'der', type: 'pkcs1' }),
    () => new X509Certificate(key).publicKey,
  ]);
}

/** SHA256withRSA (PKCS#1 v1.5) in base64: RSA2 of Alipay, SHA256-RSA2048 of WeChat Pay. */
export function signText(key: KeyObject, text: string): string {
  return sign('sha256', Buffer.from(text), key).toString('base64');
}

export function isSignatureOf(key: KeyObject, text: string, signature: string): boolean {
  return verify('sha256', Buffer.from(text), key, Buffer.from(signature, 'base64'));
}

/** Key files that came through an environment variable have their line ends as `\n` or lost. */
function derOf(text: string): Buffer {
  const inside = text.replace(/-----[A-Z ]+-----/g, '').replace(/\\r|\\n|\s/g, '');
  return Buffer.from(inside, 'base64');
}

function firstRsa(setting: string, ways: readonly (() => KeyObject)[]): KeyObject {
  for (const read of ways) {
    try {
      const key = read();
      if (key.asymmetricKeyType === 'rsa') return key;
    } catch {
      // Another form, perhaps; what the key's text is must not stand in a message.
    }
  }
  throw keyUnreadable(setting);
}

export function keyUnreadable(setting: string): SourceStops {
  return new SourceStops('SOURCE_KEY_UNREADABLE', {
    zh: `${setting} 不是可用的 RSA 密钥。请按 PEM 或 Base64 提供未加密的密钥`,
    en: `${setting} is no RSA key that can be used. Give the key unencrypted, as PEM or base64`,
  });
}
