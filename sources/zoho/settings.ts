import type { Access, Setting } from '../system';
import { DATA_CENTRES } from './data-centres';

/** An origin: encrypted, or on this machine. */
const ADDRESS = /^(https:\/\/[^\s/?#@]+|http:\/\/(127\.0\.0\.1|localhost)(:\d{1,5})?)$/;
const MODULE = /^[A-Za-z][A-Za-z0-9_]{0,99}$/;
const NUMBER = /^\d{1,7}$/;

export const SETTINGS: readonly Setting[] = [
  {
    name: 'dataCentre',
    about: {
      zh: `数据中心：${Object.keys(DATA_CENTRES).join('、')} 之一`,
      en: `the data centre: one of ${Object.keys(DATA_CENTRES).join(', ')}`,
    },
    default: 'cn',
    pattern: new RegExp(`^(${Object.keys(DATA_CENTRES).join('|')})$`),
  },
  {
    name: 'accountsUrl',
    about: {
      zh: '登录地址，仅在不用数据中心的地址时填写',
      en: "where to sign in, if not at the data centre's address",
    },
    optional: true,
    pattern: ADDRESS,
  },
  {
    name: 'apiUrl',
    about: {
      zh: '接口地址，仅在不用数据中心的地址时填写',
      en: "where the API answers, if not at the data centre's address",
    },
    optional: true,
    pattern: ADDRESS,
  },
  {
    name: 'clientId',
    about: { zh: '客户端 ID（1000.…）', en: "the client's id (1000.…)" },
    pattern: /^\S{1,200}$/,
  },
  { name: 'clientSecret', about: { zh: '客户端密钥', en: "the client's secret" }, secret: true },
  {
    name: 'refreshToken',
    about: {
      zh: '刷新令牌，授权范围含所读模块的 READ',
      en: 'the refresh token, granted with READ on the modules read',
    },
    secret: true,
  },
  {
    name: 'returnsModule',
    about: {
      zh: '退货所在的自定义模块 API 名；没有则不填',
      en: 'API name of the custom module that holds returns; none if left out',
    },
    optional: true,
    pattern: MODULE,
  },
  {
    name: 'paymentsModule',
    about: {
      zh: '收款所在的自定义模块 API 名；没有则不填',
      en: 'API name of the custom module that holds receipts; none if left out',
    },
    optional: true,
    pattern: MODULE,
  },
  {
    name: 'lineItems',
    about: {
      zh: '订单明细怎么取：record 逐单读取，ids 每次一百单（列表须返回明细），none 不取',
      en: 'how order lines are read: record one order a call, ids a hundred a call (where lists hold lines), none not at all',
    },
    default: 'record',
    pattern: /^(record|ids|none)$/,
  },
  {
    name: 'lookBackDays',
    about: {
      zh: '月初之前多少天起修改过的记录也读取：填写日期早于该日且此后未改的单据读不到',
      en: 'days before the month whose changes are read too: a document dated in the month but last changed before them is not seen',
    },
    default: '31',
    pattern: /^\d{1,4}$/,
  },
  {
    name: 'concurrency',
    about: { zh: '同时进行的调用数，不超过所购版本的上限', en: "calls at a time, within the edition's limit" },
    default: '4',
    pattern: /^([1-9]|1\d|2[0-5])$/,
  },
  {
    name: 'creditReserve',
    about: { zh: '为其他程序保留的调用额度，低于它即暂停', en: 'credits left to other programs: below them it pauses' },
    default: '500',
    pattern: NUMBER,
  },
];

/** The settings that are numbers or words of ours, read. */
export interface Options {
  readonly lineItems: 'record' | 'ids' | 'none';
  readonly lookBackDays: number;
  readonly concurrency: number;
  readonly creditReserve: number;
}

export function optionsOf({ settings }: Pick<Access, 'settings'>): Options {
  const { lineItems = 'record', lookBackDays = '31', concurrency = '4', creditReserve = '500' } = settings;
  return {
    lineItems: lineItems === 'ids' || lineItems === 'none' ? lineItems : 'record',
    lookBackDays: Number(lookBackDays),
    concurrency: Number(concurrency),
    creditReserve: Number(creditReserve),
  };
}
