import {
  EXCEPTION_KIND_NAMES,
  METHOD_NAMES,
  RECONCILIATION_NAMES,
  type Bilingual,
  type ExceptionKind,
  type Method,
  type ReconciliationName,
} from './words';

/** What a difference can equal: the last part of a cause's key, in a clerk's words. */
const SHAPES: Readonly<Record<string, Bilingual>> = {
  whole: { zh: '整笔没有对应', en: 'nothing on the other side' },
  refund: { zh: '退款或红字没有对应', en: 'refunds or red rows with nothing on the other side' },
  caused: { zh: '由其单据的差异造成，随之解决', en: 'caused by their documents, and settled with them' },
  unbooked: { zh: '账上没有记手续费', en: 'no fee booked' },
  double: { zh: '记了两次', en: 'recorded twice' },
  sign: { zh: '正负号记反', en: 'sign swapped' },
  tax: { zh: '差额等于税额', en: 'off by the tax' },
  fee: { zh: '差额等于手续费', en: 'off by the fee' },
  decimal: { zh: '小数点错位', en: 'decimal point misplaced' },
  digits: { zh: '数字写颠倒', en: 'digits swapped' },
  small: { zh: '差额不到一元', en: 'off by less than 1' },
  same: { zh: '金额一致', en: 'amounts agree' },
  part: { zh: '差额没有共同的样式', en: 'differences of no common pattern' },
};

/**
 * What a group of exceptions has in common, as a clerk would say it: `27 笔 支付宝 渠道与总账 手续费不符：账上没有记手续费`.
 * @param key `<reconciliation>:<kind>:<channel or ->:<what the difference equals>`
 * @param about.customer whose most of them are, with how many
 */
export function causeTitle(
  key: string,
  about: { readonly count: number; readonly customer?: string; readonly ofCustomer?: number },
): Bilingual {
  const [reconciliation = '', kind = '', channel = '', shape = ''] = key.split(':');
  const where = RECONCILIATION_NAMES[reconciliation as ReconciliationName] as Bilingual | undefined;
  const what = EXCEPTION_KIND_NAMES[kind as ExceptionKind] as Bilingual | undefined;
  const at = METHOD_NAMES[channel as Method] as Bilingual | undefined;
  const like = SHAPES[shape];
  const say = (language: keyof Bilingual): string =>
    [at, where, what]
      .flatMap((part) => (part === undefined ? [] : [part[language]]))
      .join(language === 'zh' ? ' ' : ', ');
  const mostly =
    about.customer === undefined
      ? { zh: '', en: '' }
      : {
          zh: `；其中 ${about.ofCustomer ?? 0} 笔是客户 ${about.customer} 的`,
          en: `; ${about.ofCustomer ?? 0} of them are customer ${about.customer}’s`,
        };
  return {
    zh: `${about.count} 笔 ${say('zh')}${like === undefined ? '' : `：${like.zh}`}${mostly.zh}`,
    en: `${about.count} × ${say('en')}${like === undefined ? '' : `: ${like.en}`}${mostly.en}`,
  };
}
