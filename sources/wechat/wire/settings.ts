import { wechatFund, wechatTrade } from '..';
import { readPrivateKey } from '../../bills/keys';
import { SAFE_ORIGIN, settingOf } from '../../bills/settings';
import { listPattern, type Bill } from '../../bills/bill';
import type { Access, Setting } from '../../system';
import { readPlatformKeys } from './platform-keys';
import type { Credentials } from './signing';

/** A bill and how it is asked for. */
export interface WechatBill extends Bill {
  readonly path: '/v3/bill/tradebill' | '/v3/bill/fundflowbill';
  readonly query: Readonly<Record<string, string>>;
}

const FUND = '/v3/bill/fundflowbill';

export const BILLS: readonly WechatBill[] = [
  {
    name: 'trade',
    reader: wechatTrade,
    title: { zh: '微信支付交易账单', en: 'the WeChat Pay trade bill' },
    path: '/v3/bill/tradebill',
    query: { bill_type: 'ALL' },
  },
  {
    name: 'fund-basic',
    reader: wechatFund,
    title: { zh: '微信支付资金账单（基本账户）', en: 'the WeChat Pay fund bill (basic account)' },
    path: FUND,
    query: { account_type: 'BASIC' },
  },
  {
    name: 'fund-operation',
    reader: wechatFund,
    title: { zh: '微信支付资金账单（运营账户）', en: 'the WeChat Pay fund bill (operation account)' },
    path: FUND,
    query: { account_type: 'OPERATION' },
  },
  {
    name: 'fund-fees',
    reader: wechatFund,
    title: { zh: '微信支付资金账单（手续费账户）', en: 'the WeChat Pay fund bill (fees account)' },
    path: FUND,
    query: { account_type: 'FEES' },
  },
];

const MERCHANT = /^\d{8,12}$/;

export const SETTINGS: readonly Setting[] = [
  { name: 'mchid', about: { zh: '商户号', en: "the merchant's number (mchid)" }, pattern: MERCHANT },
  {
    name: 'serialNo',
    about: { zh: '商户 API 证书序列号', en: "the serial number of the merchant's API certificate" },
    pattern: /^[0-9A-Fa-f]{16,64}$/,
  },
  {
    name: 'privateKey',
    about: {
      zh: '商户 API 私钥（apiclient_key.pem），PEM 或 Base64',
      en: "the merchant's API private key (apiclient_key.pem), PEM or base64",
    },
    secret: true,
  },
  {
    name: 'platformKeyId',
    about: { zh: '微信支付公钥 ID（PUB_KEY_ID_…）', en: 'the id of the WeChat Pay public key (PUB_KEY_ID_…)' },
    optional: true,
    pattern: /^PUB_KEY_ID_\w{8,64}$/,
  },
  {
    name: 'platformKey',
    about: { zh: '微信支付公钥，PEM 或 Base64', en: 'the WeChat Pay public key, PEM or base64' },
    optional: true,
  },
  {
    name: 'platformCertificates',
    about: {
      zh: '微信支付平台证书，PEM 或 Base64，多张以逗号分隔；仍使用证书的商户填写',
      en: 'platform certificates, PEM or base64, with commas between them, where the merchant still has them',
    },
    optional: true,
  },
  {
    name: 'apiUrl',
    about: { zh: '接口地址，须为 https', en: "the interface's address, https" },
    default: 'https://api.mch.weixin.qq.com',
    pattern: SAFE_ORIGIN,
  },
  {
    name: 'subMchid',
    about: { zh: '服务商模式下的子商户号', en: 'the sub-merchant, where a service provider asks for it' },
    optional: true,
    pattern: MERCHANT,
  },
  {
    name: 'bills',
    about: {
      zh: '账单种类：trade（交易）、fund-basic、fund-operation、fund-fees（资金），逗号分隔',
      en: 'the bills: trade, fund-basic, fund-operation, fund-fees, with commas between them',
    },
    default: 'trade,fund-basic',
    pattern: listPattern(BILLS),
  },
  {
    name: 'packed',
    about: { zh: '以 GZIP 压缩下载：yes 或 no', en: 'whether bills come packed (GZIP): yes or no' },
    default: 'yes',
    pattern: /^(?:yes|no)$/,
  },
];

/** @throws SourceStops SOURCE_SETTING_INVALID */
export function wechatSetting(access: Access, name: string): string {
  return settingOf(access, SETTINGS, name);
}

/** @throws SourceStops SOURCE_SETTING_INVALID, SOURCE_KEY_UNREADABLE, SECRET_MISSING, SECRET_EXPOSED */
export function credentialsOf(access: Access): Credentials {
  const platformKeyId = wechatSetting(access, 'platformKeyId');
  return {
    mchid: wechatSetting(access, 'mchid'),
    serialNo: wechatSetting(access, 'serialNo'),
    privateKey: readPrivateKey('privateKey', access.secret('privateKey')),
    ...(platformKeyId === '' ? {} : { platformKeyId }),
    platformKeys: readPlatformKeys(
      platformKeyId,
      wechatSetting(access, 'platformKey'),
      wechatSetting(access, 'platformCertificates'),
    ),
  };
}
