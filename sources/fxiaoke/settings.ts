import type { Access, Setting } from '../system';
import { PARTS } from './parts';

/** The wire's own name, for sentences. */
export const FXIAOKE = { title: { zh: '纷享销客', en: 'Fxiaoke' } } as const;

export const SETTINGS: readonly Setting[] = [
  {
    name: 'baseUrl',
    about: {
      zh: '开放平台网关地址；专属云请填自己的，如 https://open-hwcloud.fxiaoke.com',
      en: 'address of the gateway; tenants of another cloud give theirs, such as https://open-hwcloud.fxiaoke.com',
    },
    default: 'https://open.fxiaoke.com',
    pattern: /^(https:\/\/[^\s/?#@]+|http:\/\/(127\.0\.0\.1|localhost)(:\d{1,5})?)$/,
  },
  {
    name: 'appId',
    about: { zh: '应用 appId（FSAID_…）', en: "the application's appId (FSAID_…)" },
    pattern: /^\S{1,80}$/,
  },
  { name: 'appSecret', about: { zh: '应用 appSecret', en: "the application's appSecret" }, secret: true },
  { name: 'permanentCode', about: { zh: '企业永久授权码', en: "the company's permanent code" }, secret: true },
  {
    name: 'userId',
    about: {
      zh: '以哪位员工的数据权限读取：CRM 员工编号，如 1000',
      en: "whose data permissions count: an employee's id in the CRM, such as 1000",
    },
    pattern: /^\S{1,80}$/,
  },
  {
    name: 'ea',
    about: { zh: '企业账号；不填则取自登录应答', en: "the company's account; by default what the sign-in says" },
    optional: true,
    pattern: /^\S{1,80}$/,
  },
  {
    name: 'generation',
    about: {
      zh: '接口代次：new，或 legacy（corpAccessToken；此时 userId 填 FSUID_…）',
      en: 'generation of the interface: new, or legacy (corpAccessToken; userId is then FSUID_…)',
    },
    default: 'new',
    pattern: /^(new|legacy)$/,
  },
  {
    name: 'parts',
    about: {
      zh: '读取哪些数据，逗号分隔；未启用的对象可去掉',
      en: 'what is read, with commas between; leave out objects the company does not use',
    },
    default: PARTS.map(({ key }) => key).join(','),
    pattern: new RegExp(`^(${PARTS.map(({ key }) => key).join('|')})(,(${PARTS.map(({ key }) => key).join('|')}))*$`),
  },
  {
    name: 'invalidated',
    about: {
      zh: '如何找出已作废的记录：字段=值，或 off',
      en: 'how invalidated records are found: field=value, or off',
    },
    default: 'life_status=invalid',
    pattern: /^(off|[A-Za-z_]+=[^=\s]+)$/,
  },
  {
    name: 'callsPer20s',
    about: { zh: '每个接口每 20 秒最多调用次数', en: 'the most calls of one endpoint in 20 seconds' },
    default: '100',
    pattern: /^[1-9]\d{0,6}$/,
  },
  {
    name: 'answerSeconds',
    about: { zh: '等待一次应答的最长秒数', en: 'the most seconds an answer may take' },
    default: '60',
    pattern: /^[1-9]\d{0,2}$/,
  },
];

/** The settings of a connection, as the client uses them. */
export interface Options {
  readonly baseUrl: string;
  readonly appId: string;
  readonly userId: string;
  readonly ea: string | undefined;
  readonly isLegacy: boolean;
  readonly parts: ReadonlySet<string>;
  /** The filter that finds invalidated records; absent where they are not asked for. */
  readonly invalidated?: { readonly field: string; readonly value: string };
  readonly callsPer20s: number;
  readonly answerSeconds: number;
}

export function optionsOf({ settings }: Pick<Access, 'settings'>): Options {
  const of = (name: string): string => settings[name] ?? SETTINGS.find((one) => one.name === name)?.default ?? '';
  const [field = '', value = ''] = of('invalidated').split('=');
  return {
    baseUrl: of('baseUrl').replace(/\/$/, ''),
    appId: of('appId'),
    userId: of('userId'),
    ea: settings['ea'],
    isLegacy: of('generation') === 'legacy',
    parts: new Set(of('parts').split(',')),
    ...(field === 'off' ? {} : { invalidated: { field, value } }),
    callsPer20s: Number(of('callsPer20s')),
    answerSeconds: Number(of('answerSeconds')),
  };
}
