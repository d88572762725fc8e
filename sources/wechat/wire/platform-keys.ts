import { X509Certificate, type KeyObject } from 'node:crypto';
import { keyUnreadable, readPublicKey } from '../../bills/keys';
import { SourceStops } from '../../trouble';

/** The keys that answers may be signed with, by the serial that answers name: the public key's id, or a certificate's number. */
export type PlatformKeys = ReadonlyMap<string, KeyObject>;

/** Between certificates: a comma, or the lines around them in PEM. */
const SEPARATOR = /,|-----[A-Z ]+-----/;

/**
 * A merchant that moves from certificates to the public key has both for a while, and answers come with either.
 * @param certificates PEM or base64, with commas between them
 * @throws SourceStops SOURCE_SETTING_INVALID, SOURCE_KEY_UNREADABLE
 */
export function readPlatformKeys(id: string, key: string, certificates: string): PlatformKeys {
  if ((id === '') !== (key === '') || (id === '' && certificates === '')) throw keysIncomplete();
  const keys = new Map<string, KeyObject>();
  if (id !== '') keys.set(id, readPublicKey('platformKey', key));
  for (const [serial, publicKey] of certificatesIn(certificates)) keys.set(serial, publicKey);
  return keys;
}

function certificatesIn(text: string): [string, KeyObject][] {
  const written = text.split(SEPARATOR).map((one) => one.replace(/\\[nr]|\s/g, ''));
  const certificates = written.filter((one) => one !== '');
  return certificates.map((base64) => {
    try {
      const { serialNumber, publicKey } = new X509Certificate(Buffer.from(base64, 'base64'));
      return [serialNumber.toUpperCase(), publicKey];
    } catch {
      throw keyUnreadable('platformCertificates');
    }
  });
}

function keysIncomplete(): SourceStops {
  return new SourceStops('SOURCE_SETTING_INVALID', {
    zh: '请同时填写 platformKeyId 与 platformKey（微信支付公钥），或填写 platformCertificates（平台证书）',
    en: 'give platformKeyId together with platformKey (the WeChat Pay public key), or platformCertificates',
  });
}
