import { SourceStops } from '../trouble';

/** Where a data centre signs in and answers. Origins, without a slash at their end. */
export interface Hosts {
  readonly accounts: string;
  readonly api: string;
  /** The settings name it: whatever a sign-in says, nothing else is asked. */
  readonly isGiven?: true;
}

/** A company's data lies in one of them and is known in no other. */
export const DATA_CENTRES: Readonly<Record<string, Hosts>> = {
  us: { accounts: 'https://accounts.zoho.com', api: 'https://www.zohoapis.com' },
  eu: { accounts: 'https://accounts.zoho.eu', api: 'https://www.zohoapis.eu' },
  in: { accounts: 'https://accounts.zoho.in', api: 'https://www.zohoapis.in' },
  cn: { accounts: 'https://accounts.zoho.com.cn', api: 'https://www.zohoapis.com.cn' },
  au: { accounts: 'https://accounts.zoho.com.au', api: 'https://www.zohoapis.com.au' },
  jp: { accounts: 'https://accounts.zoho.jp', api: 'https://www.zohoapis.jp' },
  ca: { accounts: 'https://accounts.zohocloud.ca', api: 'https://www.zohoapis.ca' },
  sa: { accounts: 'https://accounts.zoho.sa', api: 'https://www.zohoapis.sa' },
};

const LOCAL = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * The hosts of a source: its data centre's, or those its settings name instead.
 * @throws SourceStops SOURCE_SETTING_INVALID
 */
export function hostsOf({ dataCentre = '', accountsUrl, apiUrl }: Readonly<Record<string, string>>): Hosts {
  const known = DATA_CENTRES[dataCentre];
  const accounts = accountsUrl === undefined ? known?.accounts : originOf('accountsUrl', accountsUrl);
  const api = apiUrl === undefined ? known?.api : originOf('apiUrl', apiUrl);
  if (accounts === undefined || api === undefined) throw invalidAddress('dataCentre', dataCentre);
  return { accounts, api, ...(apiUrl === undefined ? {} : { isGiven: true }) };
}

/**
 * Where the API of an account answers, as its sign-in says: the source's own host, or one of Zoho's. A token is sent nowhere else.
 * @returns null where it says anything else
 */
export function apiOf(domain: string, hosts: Hosts): string | null {
  const isKnown = domain === hosts.api || Object.values(DATA_CENTRES).some(({ api }) => api === domain);
  if (!isKnown) return null;
  return hosts.isGiven ? hosts.api : domain;
}

/** Secrets travel to these: encrypted, unless they stay on this machine. */
function originOf(setting: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOCAL.has(url.hostname));
  const isBare = url?.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (url === undefined || !isSafe || !isBare || url.pathname !== '/') throw invalidAddress(setting, text);
  return url.origin;
}

function invalidAddress(setting: string, text: string): SourceStops {
  const centres = Object.keys(DATA_CENTRES).join(' ');
  return new SourceStops(
    'SOURCE_SETTING_INVALID',
    {
      zh: `设置 ${setting} 不能用作 Zoho CRM 的地址：dataCentre 应为 ${centres} 之一，地址应以 https 开头且不带路径（本机除外）`,
      en: `setting ${setting} is no address for Zoho CRM: dataCentre is one of ${centres}, an address begins with https and has no path (this machine excepted)`,
    },
    { setting, value: text.slice(0, 100) },
  );
}
