import { isObject, readJson } from '../records';
import type { HttpAnswer } from '../http/exchange';
import { busy, notAllowed, notUnderstood, quotaUsedUp, rateLimited, refused, SourceStops } from '../trouble';
import { ZOHO } from './words';

/** What an answer that is no data says of itself. */
export interface Envelope {
  readonly code: string;
  /** The parameter or value it is about, where it names one. */
  readonly about: string;
}

const NOT_ALLOWED = new Set(['OAUTH_SCOPE_MISMATCH', 'NO_PERMISSION', 'PERMISSION_DENIED', 'CRMPLUS_TRIAL_EXPIRED']);
const NO_SUCH_MODULE = new Set(['INVALID_MODULE', 'INVALID_MODULE_NAME', 'MODULE_NOT_SUPPORTED']);
const PASSES = new Set(['INTERNAL_ERROR', 'INTERNAL_SERVER_ERROR', 'CONCURRENT_ACCESS']);

/** The error envelope of an answer: `{"code":"INVALID_TOKEN","details":{},"message":"…","status":"error"}`. */
export function envelopeOf({ bytes }: Pick<HttpAnswer, 'bytes'>): Envelope {
  try {
    const said = readJson(bytes.toString('utf8'));
    if (!isObject(said)) return { code: '', about: '' };
    const { code, details } = said;
    const { param_name: param, api_name: name } = isObject(details) ? details : {};
    return { code: codeIn(code), about: codeIn(param ?? name) };
  } catch {
    return { code: '', about: '' };
  }
}

/**
 * What an answer means that is neither data nor a stale token.
 * @param module the module asked for
 */
export function refusalOf(status: number, { code, about }: Envelope, module: string, now: Date): Error {
  const said = [`HTTP ${String(status)}`, code, about].filter((word) => word !== '').join(' ');
  if (code === 'TOO_MANY_REQUESTS') return rateLimited(ZOHO, said);
  if (/LIMIT_EXCEEDED$|^LICENSE/.test(code) && status !== 400) return quotaUsedUp(ZOHO, said, inAnHour(now));
  if (PASSES.has(code)) return busy(ZOHO, said);
  if (NO_SUCH_MODULE.has(code)) return noSuchModule(module, said);
  if (status === 403 || NOT_ALLOWED.has(code)) return notAllowed(ZOHO, `${module} (${scopeOf(module)})`, said);
  return code === '' ? notUnderstood(ZOHO, said) : refused(ZOHO, { zh: module, en: module }, said);
}

const SCOPES: Readonly<Record<string, string>> = {
  Accounts: 'accounts',
  Sales_Orders: 'salesorders',
  Invoices: 'invoices',
};

/** The scope that lets a connection read a module, as it is written when the connection is granted. */
export function scopeOf(module: string): string {
  return `ZohoCRM.modules.${SCOPES[module] ?? 'custom'}.READ`;
}

/** Credits come back one by one over a day. */
export function inAnHour(now: Date): Date {
  return new Date(now.getTime() + 60 * 60_000);
}

function noSuchModule(module: string, said: string): SourceStops {
  return new SourceStops(
    'SOURCE_OBJECT_UNKNOWN',
    {
      zh: `Zoho CRM 中没有模块 ${module}（${said}）。请在来源设置或字段映射中改为该公司使用的模块 API 名`,
      en: `Zoho CRM knows no module ${module} (${said}). Name the module this company uses, by its API name, in the source's settings or mapping`,
    },
    { module },
  );
}

/** Codes and names are words; whatever else stands there is not repeated. */
function codeIn(value: unknown): string {
  return typeof value === 'string' && /^[A-Za-z0-9_ $]{1,60}$/.test(value) ? value : '';
}
