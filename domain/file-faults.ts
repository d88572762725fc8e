import { Problem } from './problem';
import type { Bilingual } from './words';
import type { Fault } from './yaml-tree';

/**
 * The refusal of a file a person wrote: every fault with its line, in `details.faults`.
 * @param file how such a file is called
 */
export function invalidFile(code: string, file: Bilingual, faults: readonly Fault[]): Problem {
  const sorted = [...faults].sort((a, b) => a.line - b.line);
  const line = (fault: Fault, language: 'zh' | 'en'): string => {
    const place = language === 'zh' ? `第 ${fault.line} 行` : `line ${fault.line}`;
    return `${place} ${fault.path} ${fault.reason[language]}`.replace(/ {2,}/g, ' ');
  };
  return new Problem(
    code,
    {
      zh: `${file.zh}有 ${sorted.length} 处错误：${sorted.map((fault) => line(fault, 'zh')).join('；')}`,
      en: `${file.en} has ${sorted.length} fault(s): ${sorted.map((fault) => line(fault, 'en')).join('; ')}`,
    },
    422,
    { faults: sorted },
  );
}
