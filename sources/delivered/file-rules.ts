import { isFileKind, type FileKind } from '../../domain/words';
import type { SourceStops } from '../trouble';
import { namePattern, PatternError, type NamePattern } from './name-pattern';
import { settingRefused } from './refusals';

/** Of which days, months or times a file must be there for the month to be whole. */
export const EXPECTED = ['all', 'working', 'any'] as const;
export type Expected = (typeof EXPECTED)[number];

/** Files of one name and one kind. */
export interface FileRule {
  readonly pattern: NamePattern;
  readonly kind: FileKind;
  readonly expected: Expected;
}

/**
 * Reads the setting `files`: `statement_{yyyyMMdd}.sta -> mt940 working; pos_{yyyyMM}*.csv -> profile:lakala`, rules apart by `;` or line ends.
 * @param usual what is expected where a rule does not say
 * @throws SourceStops SOURCE_SETTING_INVALID, naming the rule
 */
export function fileRules(text: string, usual: Expected, separator: string): FileRule[] {
  const rules = text
    .split(/[;\n]/)
    .map((rule) => rule.trim())
    .filter((rule) => rule !== '')
    .map((rule) => fileRule(rule, usual, separator));
  if (rules.length === 0) throw settingRefused('files', text, noRules);
  return rules;
}

const noRules = { zh: '没有任何规则', en: 'it holds no rule' };

function fileRule(rule: string, usual: Expected, separator: string): FileRule {
  const [, names, kind, expected = usual] = /^(.+?)\s*->\s*(\S+)(?:\s+(\S+))?$/.exec(rule) ?? [];
  if (names === undefined || kind === undefined) {
    throw settingRefused('files', rule, { zh: '应为“文件名 -> 类型”', en: 'it should read "name -> kind"' });
  }
  if (!isFileKind(kind))
    throw settingRefused('files', rule, { zh: `没有类型 ${kind}`, en: `there is no kind ${kind}` });
  if (!isExpected(expected)) {
    const all = EXPECTED.join(', ');
    throw settingRefused('files', rule, {
      zh: `“${expected}”应为 ${all} 之一`,
      en: `"${expected}" should be one of ${all}`,
    });
  }
  return { pattern: patternOf(rule, names, separator), kind, expected };
}

function patternOf(rule: string, names: string, separator: string): NamePattern {
  try {
    return namePattern(names, separator);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    throw asRefusal(rule, error);
  }
}

function asRefusal(rule: string, { message }: PatternError): SourceStops {
  return settingRefused('files', rule, { zh: `文件名不能用：${message}`, en: `its name cannot be used: ${message}` });
}

export function isExpected(text: string): text is Expected {
  return (EXPECTED as readonly string[]).includes(text);
}
