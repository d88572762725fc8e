import type { ExceptionFacts } from './explain';
import type { Bilingual } from './words';

/** Said of a match that people have taken apart. */
export const APART: Bilingual = {
  zh: '原匹配已由人工拆开。',
  en: 'People have taken the match apart.',
};

const REASONS: Readonly<Record<string, Bilingual>> = {
  'near-reference': { zh: '单号只差一处且金额相同', en: 'the numbers differ by one slip and the amounts agree' },
  'customer-amount': { zh: '客户与金额相同', en: 'customer and amount agree' },
  'amount-window': { zh: '金额相同且日期相近', en: 'the amounts agree and the days are close' },
  'sum-of-several': { zh: '合计金额正好相等', en: 'the sum is exactly right' },
};

const COMPANY_RULE: Bilingual = { zh: '符合公司对账规则', en: 'a rule of the company fits' };

/** At most this many references are named. */
const NAMED = 4;

/** One sentence about the likeliest other side, and how unsure it is. */
export function suggestionOf({ suggested }: ExceptionFacts): readonly Bilingual[] {
  const [first] = suggested ?? [];
  if (first === undefined) return [];
  const reason = REASONS[first.rule] ?? COMPANY_RULE;
  const more = first.references.length - NAMED;
  const zh = `${first.references.slice(0, NAMED).join('、')}${more > 0 ? ` 等 ${first.references.length} 笔` : ''}`;
  const en = `${first.references.slice(0, NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  const ways =
    first.ways > 1
      ? { zh: `，但有 ${first.ways} 种同样可能的组合`, en: `, but ${first.ways} answers are equally good` }
      : { zh: '', en: '' };
  return [
    {
      zh: `可能对应 ${zh}：${reason.zh}${ways.zh}，请人工确认。`,
      en: `It may belong to ${en}: ${reason.en}${ways.en}; a person has to confirm.`,
    },
  ];
}
