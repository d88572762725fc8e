import { alipayFund, alipayTrade } from '..';
import { readPrivateKey, readPublicKey } from '../../bills/keys';
import { optionalSecret, SAFE_ADDRESS, settingOf } from '../../bills/settings';
import { listPattern, type Bill } from '../../bills/bill';
import type { Access, Setting } from '../../system';
import type { Credentials } from './gateway';

/** The bills that can be asked for, by Alipay's own bill_type. */
export const BILLS: readonly Bill[] = [
  { name: 'trade', reader: alipayTrade, title: { zh: '支付宝业务账单', en: 'the Alipay trade bill' } },
  { name: 'signcustomer', reader: alipayFund, title: { zh: '支付宝账务账单', en: 'the Alipay fund bill' } },
];

const HOURS = /^\d{1,3}$/;

export const SETTINGS: readonly Setting[] = [
  {
    name: 'appId',
    about: { zh: '开放平台应用的 APPID', en: 'the APPID of the application on the open platform' },
    pattern: /^\d{8,32}$/,
  },
  {
    name: 'merchant',
    about: { zh: '商户 PID，以 2088 开头的 16 位数字', en: "the merchant's PID, 16 digits that begin with 2088" },
    pattern: /^2088\d{12}(?:\d{4})?$/,
  },
  {
    name: 'privateKey',
    about: {
      zh: '应用私钥（RSA2），PKCS#1 或 PKCS#8，PEM 或 Base64',
      en: "the application's private key (RSA2), PKCS#1 or PKCS#8, PEM or base64",
    },
    secret: true,
  },
  {
    name: 'alipayPublicKey',
    about: {
      zh: '支付宝公钥（不是应用公钥）；证书模式下为支付宝公钥证书',
      en: "Alipay's public key (not the application's); in certificate mode Alipay's certificate",
    },
  },
  {
    name: 'generation',
    about: { zh: '接口：classic（网关）或 v3', en: 'the interface: classic (the gateway) or v3' },
    default: 'classic',
    pattern: /^(?:classic|v3)$/,
  },
  {
    name: 'gateway',
    about: { zh: '网关地址，须为 https', en: "the gateway's address, https" },
    default: 'https://openapi.alipay.com/gateway.do',
    pattern: SAFE_ADDRESS,
  },
  {
    name: 'bills',
    about: {
      zh: '账单种类：trade（业务）、signcustomer（账务），逗号分隔',
      en: 'the bills: trade, signcustomer (fund), with commas between them',
    },
    default: 'trade,signcustomer',
    pattern: listPattern(BILLS),
  },
  {
    name: 'granularity',
    about: { zh: '按 day（日）或 month（月）下载', en: 'bills by day or by month' },
    default: 'day',
    pattern: /^(?:day|month)$/,
  },
  {
    name: 'readyHour',
    about: {
      zh: '北京时间几点以前“账单不存在”视为尚未生成',
      en: "before which hour in Beijing 'no such bill' means that it is not made yet",
    },
    default: '10',
    pattern: /^(?:9|1\d|2[0-3])$/,
  },
  {
    name: 'emptyAfterHours',
    about: {
      zh: '账单应出时间（次日 9 点）过后多少小时仍不存在，即视为无交易',
      en: "how many hours after a bill is due (9:00 the next day) 'no such bill' means that there was nothing",
    },
    default: '24',
    pattern: HOURS,
  },
  {
    name: 'appCertSn',
    about: { zh: '证书模式：应用公钥证书序列号', en: "certificate mode: app_cert_sn, the application certificate's" },
    optional: true,
    pattern: /^[0-9a-f]{32}$/,
  },
  {
    name: 'alipayRootCertSn',
    about: { zh: '证书模式：支付宝根证书序列号', en: "certificate mode: alipay_root_cert_sn, the root certificates'" },
    optional: true,
    pattern: /^[0-9a-f]{32}(?:_[0-9a-f]{32})*$/,
  },
  {
    name: 'appAuthToken',
    about: {
      zh: '第三方应用代商户调用时的应用授权令牌',
      en: 'the app_auth_token, where an application acts for the merchant',
    },
    secret: true,
    optional: true,
  },
];

/** @throws SourceStops SOURCE_SETTING_INVALID */
export function alipaySetting(access: Access, name: string): string {
  return settingOf(access, SETTINGS, name);
}

/** @throws SourceStops SOURCE_SETTING_INVALID, SOURCE_KEY_UNREADABLE, SECRET_MISSING, SECRET_EXPOSED */
export function credentialsOf(access: Access): Credentials {
  const appAuthToken = optionalSecret(access, 'appAuthToken');
  const appCertSn = alipaySetting(access, 'appCertSn');
  const rootCertSn = alipaySetting(access, 'alipayRootCertSn');
  return {
    appId: alipaySetting(access, 'appId'),
    privateKey: readPrivateKey('privateKey', access.secret('privateKey')),
    alipayKey: readPublicKey('alipayPublicKey', alipaySetting(access, 'alipayPublicKey')),
    ...(appAuthToken === undefined ? {} : { appAuthToken }),
    ...(appCertSn === '' ? {} : { appCertSn }),
    ...(rootCertSn === '' ? {} : { rootCertSn }),
  };
}
