import { randomBytes, type KeyObject } from 'node:crypto';
import { isSignatureOf, signText } from '../../bills/keys';
import type { HttpAnswer } from '../../http/exchange';
import { clockSkewed, SourceStops, wrongSignature, type Named } from '../../trouble';
import type { PlatformKeys } from './platform-keys';

export const WECHAT: Named = { title: { zh: '微信支付', en: 'WeChat Pay' } };

export interface Credentials {
  readonly mchid: string;
  /** Of the merchant's certificate, whose private key signs. */
  readonly serialNo: string;
  readonly privateKey: KeyObject;
  /** Where set, answers are asked to be signed with this key. */
  readonly platformKeyId?: string;
  readonly platformKeys: PlatformKeys;
}

/** An answer of another time may be an old one sent again. */
const MOST_SKEW_SECONDS = 300;
/** Answers that are signed wrongly on purpose, to find clients that do not look. */
const PROBE = 'WECHATPAY/SIGNTEST/';

/** The headers of a signed GET. @param target path and query, as sent */
export function headersFor(target: string, credentials: Credentials, now: Date): Record<string, string> {
  const { mchid, serialNo, privateKey, platformKeyId } = credentials;
  const timestamp = String(Math.floor(now.getTime() / 1_000));
  const nonce = randomBytes(16).toString('hex');
  const signature = signText(privateKey, `GET\n${target}\n${timestamp}\n${nonce}\n\n`);
  const said = { mchid, nonce_str: nonce, timestamp, serial_no: serialNo, signature };
  const listed = Object.entries(said).map(([name, value]) => `${name}="${value}"`);
  return {
    accept: 'application/json',
    'user-agent': 'salesclose',
    authorization: `WECHATPAY2-SHA256-RSA2048 ${listed.join(',')}`,
    ...(platformKeyId === undefined ? {} : { 'wechatpay-serial': platformKeyId }),
  };
}

/** Whether an answer is a probe: nothing in it may be used, and the next one is an ordinary one again. */
export function isProbe({ headers }: HttpAnswer): boolean {
  return headers.get('wechatpay-signature')?.startsWith(PROBE) === true;
}

/**
 * Whether an answer is signed.
 * @throws SourceStops SOURCE_WRONG_SIGNATURE, SOURCE_KEY_UNKNOWN, SOURCE_CLOCK_SKEWED
 */
export function verifySignature({ headers, bytes }: HttpAnswer, keys: PlatformKeys, now: Date): boolean {
  const signature = headers.get('wechatpay-signature');
  if (signature === null) return false;
  if (signature.startsWith(PROBE)) throw wrongSignature(WECHAT);
  const serial = headers.get('wechatpay-serial') ?? '';
  const key = keys.get(serial) ?? keys.get(serial.toUpperCase());
  if (key === undefined) throw keyUnknown(serial);
  const timestamp = headers.get('wechatpay-timestamp') ?? '';
  const signed = `${timestamp}\n${headers.get('wechatpay-nonce') ?? ''}\n${bytes.toString('utf8')}\n`;
  if (!isSignatureOf(key, signed, signature)) throw wrongSignature(WECHAT);
  const skew = Math.abs(Number(timestamp) - now.getTime() / 1_000);
  if (!(skew <= MOST_SKEW_SECONDS)) throw clockSkewed(WECHAT, Math.round(skew));
  return true;
}

function keyUnknown(serial: string): SourceStops {
  const named = /^\w{1,80}$/.test(serial) ? serial : '–';
  return new SourceStops('SOURCE_KEY_UNKNOWN', {
    zh: `微信支付的应答由序列号为 ${named} 的公钥或证书签名，设置中没有它。请在商户平台下载后补充`,
    en: `WeChat Pay signs with the key or certificate ${named}, which the settings do not have. Download it from the merchant platform and add it`,
  });
}
