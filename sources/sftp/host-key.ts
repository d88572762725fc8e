import { createHash, timingSafeEqual } from 'node:crypto';
import { SourceStops, type Named } from '../trouble';

/** `SHA256:` and 43 characters, as ssh-keygen shows them; several apart by spaces or commas while a server changes its key. */
export const FINGERPRINTS = /^SHA256:[A-Za-z0-9+/]{43}=?(?:[ ,]+SHA256:[A-Za-z0-9+/]{43}=?)*$/;

/** A host key's fingerprint as ssh-keygen shows it. */
export function fingerprintOf(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

export function isExpectedKey(seen: string, expected: string): boolean {
  const known = expected.split(/[ ,]+/).map((one) => one.replace(/=+$/, ''));
  return known.some((one) => one.length === seen.length && timingSafeEqual(Buffer.from(one), Buffer.from(seen)));
}

/** The server showed another key than the one that was agreed on, or none was agreed on yet; nothing was sent to it. */
export function hostKeyRefused({ title }: Named, seen: string, expected: string): SourceStops {
  if (expected === '') {
    return new SourceStops('SOURCE_HOST_KEY', {
      zh: `尚未设置${title.zh}的主机密钥指纹。对方出示的是 ${seen}：请与银行或收单机构核对一致后，填入设置 hostKey`,
      en: `no host key is set for ${title.en}. The server shows ${seen}: compare it with what the bank or acquirer says, then set hostKey to it`,
    });
  }
  return new SourceStops('SOURCE_HOST_KEY', {
    zh: `${title.zh}的主机密钥与设置不符，已断开，密码未发送。对方出示的是 ${seen}：如对方确已更换密钥，核对后更新设置 hostKey；否则连接可能被冒充`,
    en: `the host key of ${title.en} is not the one that is set; the connection was ended before any password was sent. The server shows ${seen}: if it has a new key, compare it and set hostKey; if not, somebody poses as it`,
  });
}
