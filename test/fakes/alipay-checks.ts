import type { KeyObject } from 'node:crypto';
import type { FakeRequest } from './fake-http';
import { isSignedBy } from './rsa';

export const METHOD = 'alipay.data.dataservice.bill.downloadurl.query';
const SKEW_MS = 600_000;
const PUBLIC_PARAMETERS =
  'app_id method format charset sign_type sign timestamp version app_auth_token app_cert_sn alipay_root_cert_sn biz_content'.split(
    ' ',
  );

/** Who may ask. */
export interface Caller {
  readonly appId: string;
  readonly publicKey: KeyObject;
  readonly appAuthToken?: string;
  readonly now: Date;
}

/** Why the gateway refuses a question, or null. @param given every parameter, of query and form */
export function refuseClassic(given: Record<string, string>, caller: Caller): string | null {
  const { sign, ...signed } = given;
  if (Object.keys(given).some((name) => !PUBLIC_PARAMETERS.includes(name))) return 'isv.invalid-parameter';
  if (given['app_id'] !== caller.appId) return 'isv.invalid-app-id';
  if (sign === undefined) return 'isv.missing-signature';
  if (given['method'] !== METHOD) return 'isv.invalid-method';
  const fixed = { format: 'JSON', charset: 'utf-8', sign_type: 'RSA2', version: '1.0' };
  for (const [name, value] of Object.entries(fixed)) if (given[name] !== value) return `isv.invalid-${name}`;
  const text = Object.entries(signed)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  if (!isSignedBy(caller.publicKey, text, sign)) return 'isv.invalid-signature';
  const stamp = given['timestamp'] ?? '';
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(stamp)) return 'isv.invalid-timestamp';
  if (isSkewed(caller, Date.parse(`${stamp.replace(' ', 'T')}+08:00`))) return 'isv.invalid-timestamp';
  return given['app_auth_token'] === caller.appAuthToken ? null : 'aop.invalid-app-auth-token';
}

/** Why the interface of the third generation refuses a question, or null. */
export function refuseV3({ headers, target, query }: FakeRequest, caller: Caller): string | null {
  const [scheme, rest = ''] = (headers['authorization'] ?? '').split(' ');
  const [, said = '', sign = ''] = /^(.*),sign=([^,]+)$/.exec(rest) ?? [];
  const parts = new Map(said.split(',').map((part) => part.split('=') as [string, string]));
  if (scheme !== 'ALIPAY-SHA256withRSA' || parts.get('app_id') !== caller.appId) return 'invalid-app-id';
  const token = headers['alipay-app-auth-token'];
  const text = `${said}\nGET\n${target}\n\n${token === undefined ? '' : `${token}\n`}`;
  if (!isSignedBy(caller.publicKey, text, sign) || !parts.get('nonce')) return 'invalid-signature';
  if (isSkewed(caller, Number(parts.get('timestamp')))) return 'invalid-timestamp';
  if (token !== caller.appAuthToken) return 'invalid-app-auth-token';
  const isKnown = [...query.keys()].every((name) => ['bill_type', 'bill_date', 'smid', 'secure'].includes(name));
  return isKnown ? null : 'INVALID_ARGUMENTS';
}

function isSkewed({ now }: Caller, at: number): boolean {
  return !(Math.abs(at - now.getTime()) <= SKEW_MS);
}

/** The class a refusal belongs to. */
export function classOf(refusal: string): string {
  if (refusal === '20000' || /unknow/i.test(refusal)) return '20000';
  if (/auth-token/.test(refusal)) return '20001';
  if (/missing/.test(refusal)) return '40001';
  if (/limited|RATE_LIMIT/.test(refusal)) return '40005';
  if (/permission/.test(refusal)) return '40006';
  return /^isv\./.test(refusal) ? '40002' : '40004';
}

export function v3Status(refusal: string): number {
  return { '20000': 500, '20001': 401, '40005': 429, '40006': 403 }[classOf(refusal)] ?? 400;
}
