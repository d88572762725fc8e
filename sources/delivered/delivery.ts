import { dayIn } from '../../domain/periods';
import type { Access, Setting } from '../system';
import { EXPECTED, fileRules, isExpected, type FileRule } from './file-rules';
import type { Calendar } from './month-plan';
import { settingRefused } from './refusals';

/** How files are told apart, and which are taken: what every source of delivered files can be set to. */
export interface Delivery extends Calendar {
  readonly rules: readonly FileRule[];
  readonly mostMegabytes: number;
}

/** What sources whose files are written where they lie ask for beside. */
export interface Writing {
  readonly settleSeconds: number;
  /** The end of the name of the file that says that another is complete; empty where none is used. */
  readonly marker: string;
  /** Whether a file of 0 bytes says that there was nothing. */
  readonly emptyIsNothing: boolean;
}

const WHOLE_NUMBER = /^\d{1,6}$/;

/** @param files an example of the setting `files` */
export function deliverySettings(files: string, mostMegabytes: string): readonly Setting[] {
  return [
    {
      name: 'files',
      about: {
        zh: `要读取的文件：“文件名 -> 类型”，以分号或换行隔开，例如 ${files}`,
        en: `which files to read: "name -> kind", apart by semicolons or line ends, as in ${files}`,
      },
    },
    {
      name: 'days',
      about: {
        zh: '文件名含日期时应有哪些文件：all 每天、working 每个工作日、any 不作要求；每条规则可在末尾单独注明',
        en: 'which files should be there: all days, working days, any; a rule may say its own at its end',
      },
      default: 'all',
      pattern: new RegExp(`^(?:${EXPECTED.join('|')})$`),
    },
    {
      name: 'lateDays',
      about: {
        zh: '文件名不含日期时，每月几日（含）以前到达的文件属于上月',
        en: 'a file without a date in its name belongs to last month up to this day of a month',
      },
      default: '15',
      pattern: /^(?:[12]?\d|30)$/,
    },
    {
      name: 'maxMegabytes',
      about: { zh: '单个文件的大小上限（MB）', en: 'the largest file that is read, in MB' },
      default: mostMegabytes,
      pattern: WHOLE_NUMBER,
    },
  ];
}

export const WRITING_SETTINGS: readonly Setting[] = [
  {
    name: 'settleSeconds',
    about: { zh: '文件多少秒未变才算写完', en: 'how many seconds a file must be unchanged to count as complete' },
    default: '30',
    pattern: WHOLE_NUMBER,
  },
  {
    name: 'marker',
    about: {
      zh: '发送方用来表示文件已写完的标志文件的后缀，例如 .done；填写后只读取有标志文件的文件',
      en: 'the ending of the marker file by which the sender says that a file is complete, such as .done; then only files with one are read',
    },
    optional: true,
    pattern: /^\.[A-Za-z0-9]{1,10}$/,
  },
  {
    name: 'emptyFiles',
    about: {
      zh: '0 字节文件的含义：wait 尚未写入，nothing 当日无数据',
      en: 'what a file of 0 bytes means: wait, it is yet to be filled; nothing, there was nothing',
    },
    default: 'wait',
    pattern: /^(?:wait|nothing)$/,
  },
];

/** @throws SourceStops SOURCE_SETTING_INVALID */
export function deliveryOf({ settings, company }: Access, separator: string): Delivery {
  const { files = '', days = 'all' } = settings;
  if (!isExpected(days)) throw settingRefused('days', days, { zh: '不是可选值', en: 'it is none of the choices' });
  return {
    rules: fileRules(files, days, separator),
    zone: company.timezone,
    lateDays: wholeNumber(settings, 'lateDays', 15),
    mostMegabytes: wholeNumber(settings, 'maxMegabytes', 1_024),
  };
}

/** @throws SourceStops SOURCE_SETTING_INVALID */
export function writingOf({ settings }: Access): Writing {
  const { marker = '', emptyFiles = 'wait' } = settings;
  return {
    settleSeconds: wholeNumber(settings, 'settleSeconds', 30),
    marker,
    emptyIsNothing: emptyFiles === 'nothing',
  };
}

/** @throws SourceStops SOURCE_SETTING_INVALID */
export function wholeNumber(settings: Access['settings'], name: string, usual: number): number {
  const text = settings[name] ?? String(usual);
  if (!WHOLE_NUMBER.test(text)) throw settingRefused(name, text, { zh: '应为整数', en: 'it should be a whole number' });
  return Number(text);
}

/** The day something came on, on the clocks of the company. */
export const dayOf = (at: Date, { zone }: Calendar): string => dayIn(at.getTime(), zone);
