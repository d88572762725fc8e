import { deliverySettings, wholeNumber } from '../delivered/delivery';
import { settingRefused } from '../delivered/refusals';
import type { Access, Setting } from '../system';

/** Where to, as whom, and from whom mails are taken. */
export interface Account {
  readonly host: string;
  readonly port: number;
  readonly tls: Tls;
  readonly user: string;
  readonly mailbox: string;
  /** Addresses, or domains with their `@`, in lower case. */
  readonly from: readonly string[];
}

const TLS = ['yes', 'starttls', 'no'] as const;
type Tls = (typeof TLS)[number];

/** Hosts to which a password may go in clear. */
const THIS_MACHINE = ['127.0.0.1', '::1', 'localhost'];
const SENDER = /^[^\s@,;]*@[^\s@,;]+\.[^\s@,;]+$/;

export const MAILBOX_SETTINGS: readonly Setting[] = [
  { name: 'host', about: { zh: '邮件服务器域名', en: "the mail server's name" }, pattern: /^[\w.:-]+$/ },
  { name: 'port', about: { zh: 'IMAP 端口', en: 'its IMAP port' }, default: '993', pattern: /^\d{1,5}$/ },
  {
    name: 'tls',
    about: {
      zh: '加密：yes（993 端口）、starttls，或仅限本机的 no',
      en: 'encryption: yes (port 993), starttls, or, on this machine only, no',
    },
    default: 'yes',
    pattern: new RegExp(`^(?:${TLS.join('|')})$`),
  },
  { name: 'user', about: { zh: '登录名', en: 'the login' } },
  { name: 'password', about: { zh: '密码或客户端授权码', en: 'the password or app password' }, secret: true },
  { name: 'mailbox', about: { zh: '邮箱文件夹', en: 'the mailbox' }, default: 'INBOX' },
  {
    name: 'from',
    about: {
      zh: '只读取这些发件人的邮件：地址或 @域名，以逗号隔开',
      en: 'whose mails are read: addresses, or domains as @bank.example, apart by commas',
    },
  },
  ...deliverySettings(
    'statement_{yyyyMMdd}.sta -> mt940 working; *对账单{yyyy年MM月}* :: *.xlsx -> profile:lakala',
    '50',
  ),
];

/** @throws SourceStops SOURCE_SETTING_INVALID */
export function accountOf({ settings }: Access): Account {
  const { host = '', tls = 'yes', user = '', mailbox = 'INBOX' } = settings;
  if (!isTls(tls)) throw settingRefused('tls', tls, { zh: '不是可选值', en: 'it is none of the choices' });
  if (tls === 'no' && !THIS_MACHINE.includes(host)) {
    throw settingRefused('tls', tls, {
      zh: '密码将以明文传送，仅限本机使用',
      en: 'the password would travel in clear; that is for this machine only',
    });
  }
  return {
    host,
    tls,
    user,
    mailbox,
    port: wholeNumber(settings, 'port', 993),
    from: sendersOf(settings['from'] ?? ''),
  };
}

/** Whether every sender a mail names is one of those that are allowed. */
export function isAllowed(senders: readonly string[], allowed: readonly string[]): boolean {
  const lower = senders.map((address) => address.toLowerCase());
  const fits = (address: string): boolean =>
    allowed.some((one) => (one.startsWith('@') ? address.slice(address.lastIndexOf('@')) === one : address === one));
  return lower.length > 0 && lower.every(fits);
}

function sendersOf(from: string): string[] {
  const senders = from.split(/[\s,;]+/).filter((one) => one !== '');
  const wrong = senders.find((one) => !SENDER.test(one));
  if (senders.length === 0 || wrong !== undefined) {
    throw settingRefused('from', wrong ?? from, {
      zh: '应为发件人地址或 @域名',
      en: 'it should be addresses, or domains with their @',
    });
  }
  return senders.map((one) => one.toLowerCase());
}

function isTls(text: string): text is Tls {
  return (TLS as readonly string[]).includes(text);
}
