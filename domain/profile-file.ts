import { Problem } from './problem';
import type { Profile } from './profile';
import { readColumns } from './profile-columns';
import { columnsOfSource } from './profile';
import { isProfileDate } from './profile-dates';
import { tableOf } from './profile-fields';
import { longForm } from './profile-shorthand';
import { readWords } from './profile-words';
import { matches, oneOf, type Check } from './settings-checks';
import { SettingsReader } from './settings-reader';
import { FACT_RELATIONS, METHODS, PROFILE_NAME, type FactRelation } from './words';
import { readYaml, type Fault } from './yaml-tree';

const aText: Check = matches(/^[^\p{Cc}]{1,100}$/u, '1 至 100 个字符', '1 to 100 characters');
const SEPARATORS: Readonly<Record<string, ',' | '\t' | ';'>> = { comma: ',', tab: '\t', semicolon: ';' };
const CHANNELS = METHODS.filter((method) => method !== 'other');

/**
 * Reads a mapping file (docs/profiles.md); every fault is found in one pass.
 * @throws Problem PROFILE_INVALID with `details.faults`: [{line, path, reason}]
 */
export function parseProfile(source: string): Profile {
  const { tree, faults } = readYaml(source);
  const file = new SettingsReader(longForm(tree), '', faults);
  const profile = readProfile(file);
  file.done();
  if (faults.length === 0) checkWhole(profile, file);
  if (faults.length > 0) throw invalidProfile(faults);
  return profile;
}

function readProfile(file: SettingsReader): Profile {
  const name = file.text(
    'name',
    matches(PROFILE_NAME, '小写字母、数字或连字符，至多 40 个', 'up to 40 of a-z, 0-9 and -'),
  );
  const relation = file.text('relation', oneOf(FACT_RELATIONS)) as FactRelation;
  const isKnown = FACT_RELATIONS.includes(relation);
  const encoding = file.optionalText('encoding', oneOf(['utf-8', 'gb18030', 'utf-16']));
  const sheet = file.optionalText('sheet', aText);
  const separator = file.optionalText('separator', oneOf(Object.keys(SEPARATORS)));
  const header = readHeader(file.section('header'));
  const columns = readColumns(file.section('columns'), isKnown ? relation : null);
  const channel = file.optionalText('channel', oneOf(CHANNELS)) as Profile['channel'] | undefined;
  return {
    ...{ name, relation, header, columns },
    channel: relation === 'bank_entry' ? 'bank' : (channel ?? null),
    encoding: encoding ?? null,
    sheet: sheet ?? null,
    separator: separator === undefined ? null : (SEPARATORS[separator] ?? null),
    fill: file.texts('fill', aText, []),
    skip: (file.sections('skip') ?? []).map(readSkip),
    dates: file.texts('dates', isProfileDate, []),
    balance: file.optionalText('balance', aText) ?? null,
    merchant: readMerchant(file),
    words: readWords(file.section('words'), isKnown ? relation : null),
    key: file.texts('key', aText, []),
  };
}

function readHeader(section: SettingsReader): readonly string[] {
  const contains = section.texts('contains', aText, []);
  section.done();
  return contains;
}

function readSkip(part: SettingsReader): Profile['skip'][number] {
  const rule = { column: part.text('where', aText), words: part.texts('words', aText, []) };
  if (rule.words.length === 0) part.fault(part.lineOf('words'), 'words', '至少一个词', 'at least one word is needed');
  part.done();
  return rule;
}

function readMerchant(file: SettingsReader): Profile['merchant'] {
  const part = file.section('merchant');
  if (part.keys().length === 0) return null;
  const merchant = { column: part.text('from', aText), number: part.text('number', aText) };
  part.done();
  return merchant;
}

/** What can only be said of the file as a whole. */
function checkWhole(profile: Profile, file: SettingsReader): void {
  const { relation, key, channel, balance } = profile;
  const isKeyed = relation === 'bank_entry' || relation === 'channel_transaction';
  if (key.length > 0 && !isKeyed) {
    const [first = ''] = tableOf(relation).columns.map((column) => column.name);
    file.fault(
      file.lineOf('key'),
      'key',
      `${relation} 以 ${first} 等编号区分行，无需 key`,
      `rows of ${relation} are told apart by ${first} and the like`,
    );
  }
  if (channel !== null && !isKeyed)
    file.fault(file.lineOf('channel'), 'channel', '只用于 channel_transaction', 'is for channel_transaction only');
  if (balance !== null && relation !== 'bank_entry')
    file.fault(file.lineOf('balance'), 'balance', '只用于 bank_entry', 'is for bank_entry only');
  const used = Object.values(profile.columns).flatMap(columnsOfSource);
  for (const column of profile.fill.filter((one) => !used.includes(one))) {
    file.fault(
      file.lineOf('fill'),
      'fill',
      `“${column}”没有用在 columns 中`,
      `"${column}" is used by none of the columns`,
    );
  }
  if (used.length === 0 && profile.header.length === 0)
    file.fault(file.lineOf('columns'), 'columns', '没有用到文件的任何一列', 'no column of the file is used');
}

function invalidProfile(faults: readonly Fault[]): Problem {
  const sorted = [...faults].sort((a, b) => a.line - b.line);
  const told = (language: 'zh' | 'en'): string =>
    sorted
      .map(
        ({ line, path, reason }) =>
          `${language === 'zh' ? `第 ${line} 行` : `line ${line}`} ${path} ${reason[language]}`,
      )
      .join(language === 'zh' ? '；' : '; ')
      .replace(/ {2,}/g, ' ');
  return new Problem(
    'PROFILE_INVALID',
    {
      zh: `映射文件有 ${sorted.length} 处错误：${told('zh')}`,
      en: `the mapping file has ${sorted.length} fault(s): ${told('en')}`,
    },
    422,
    { faults: sorted },
  );
}
