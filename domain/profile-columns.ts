import type { FileColumn } from './file-columns';
import { columnsOfSource, type CellSource, type Condition, type Profile, type SignColumn } from './profile';
import { isMoney, isTime, mustBeMapped, tableOf } from './profile-fields';
import { matches, type Check } from './settings-checks';
import type { SettingsReader } from './settings-reader';
import type { FactRelation } from './words';

const aColumn: Check = matches(/^[^\p{Cc}]{1,100}$/u, '文件中的列名', "a column's name in the file");
const aValue: Check = matches(/^[^\p{Cc}]{1,200}$/u, '1 至 200 个字符', '1 to 200 characters');
const aJoint: Check = matches(/^[^\p{Cc}]{0,5}$/u, '至多 5 个字符', 'at most 5 characters');
const MOST_JOINED = 10;

/** How files say which way money went, where the mapping file does not. */
const OUT = ['借', '借方', 'D', 'DR', '支出', '支', '付', '付款', '转出', '出账', '出', '-'];
const IN = ['贷', '贷方', 'C', 'CR', '收入', '收', '收款', '转入', '入账', '进账', '入', '+'];

/** Each way to say where a column comes from, by the key that says it. */
const WAYS: Readonly<Record<string, (part: SettingsReader) => CellSource>> = {
  value: (part) => ({ how: 'value', value: part.text('value', aValue) }),
  from: readFrom,
  join: (part) => ({ how: 'join', columns: readNames(part, 'join'), with: part.text('with', aJoint, ' ') }),
  first: (part) => ({ how: 'first', columns: readNames(part, 'first') }),
  debit: (part) => ({ how: 'sides', debit: part.text('debit', aColumn), credit: part.text('credit', aColumn) }),
  date: (part) => ({ how: 'moment', date: part.text('date', aColumn), time: part.text('time', aColumn) }),
  dimension: (part) => ({ how: 'dimension', column: part.text('dimension', aColumn) }),
  above: (part) => ({ how: 'above', label: part.text('above', aColumn) }),
};

/** Reads `columns`. @param relation null: it is not known, and nothing can be said of its columns */
export function readColumns(section: SettingsReader, relation: FactRelation | null): Profile['columns'] {
  if (relation === null) return {};
  const columns: Record<string, CellSource> = {};
  for (const column of tableOf(relation).columns) {
    if (!section.keys().includes(column.name)) {
      if (mustBeMapped(relation, column)) missing(section, column);
      continue;
    }
    const source = readSource(section.section(column.name), column);
    if (source !== null) columns[column.name] = source;
  }
  section.done();
  return columns;
}

function missing(section: SettingsReader, { name, chinese }: FileColumn): void {
  section.fault(section.lineOf(name), name, `缺少此列（${chinese[0] ?? ''}）`, 'this column must be mapped');
}

function readSource(part: SettingsReader, column: FileColumn): CellSource | null {
  const way = Object.keys(WAYS).find((key) => part.keys().includes(key));
  const read = way === undefined ? undefined : WAYS[way];
  if (way === undefined || read === undefined) {
    const ways = Object.keys(WAYS).join(', ');
    part.fault(part.lineOf(''), '', `没有说明取自哪里；可用：${ways}`, `does not say where it comes from: ${ways}`);
    return null;
  }
  const source = read(part);
  part.done();
  refuseMisfit(part, way, source, column);
  return source;
}

function readFrom(part: SettingsReader): CellSource {
  const column = part.text('from', aColumn);
  const sign = part.keys().includes('sign') ? { sign: readSign(part.section('sign')) } : {};
  const when = part.keys().includes('when') ? { when: readWhen(part.section('when')) } : {};
  return { how: 'from', column, ...sign, ...when };
}

function readSign(part: SettingsReader): SignColumn {
  const sign = {
    column: part.text('column', aColumn),
    out: part.texts('out', aValue, OUT),
    in: part.texts('in', aValue, IN),
  };
  part.done();
  // A word that is named for one way does not also have its usual meaning.
  return { ...sign, in: sign.in.filter((word) => !sign.out.includes(word)) };
}

function readWhen(part: SettingsReader): Condition {
  const when = { column: part.text('column', aColumn), words: part.texts('words', aValue, []) };
  if (when.words.length === 0) part.fault(part.lineOf('words'), 'words', '至少一个词', 'at least one word is needed');
  part.done();
  return when;
}

function readNames(part: SettingsReader, key: string): readonly string[] {
  const names = part.texts(key, aColumn, []);
  if (names.length === 0 || names.length > MOST_JOINED)
    part.fault(part.lineOf(key), key, `1 至 ${MOST_JOINED} 列`, `1 to ${MOST_JOINED} columns`);
  return names;
}

/** A way that makes no sense for the column. */
function refuseMisfit(part: SettingsReader, way: string, source: CellSource, column: FileColumn): void {
  const fault = (zh: string, en: string): void => part.fault(part.lineOf(way), way, zh, en);
  const hasSign = source.how === 'from' && source.sign !== undefined;
  if ((source.how === 'sides' || hasSign) && !isMoney(column)) fault('只用于金额', 'is for amounts only');
  if (source.how === 'moment' && !isTime(column)) fault('只用于日期时间', 'is for dates and times only');
  if (source.how === 'dimension' && column.name !== 'customer_no')
    fault('只用于 customer_no', 'is for customer_no only');
  if (source.how === 'value' && column.words !== undefined && !Object.hasOwn(column.words, source.value)) {
    const words = Object.keys(column.words).join(', ');
    fault(`应为 ${words} 之一`, `must be one of ${words}`);
  }
  if (source.how === 'value' && isMoney(column)) fault('金额须取自文件', 'an amount has to come from the file');
  if (columnsOfSource(source).length > 0 && new Set(columnsOfSource(source)).size < columnsOfSource(source).length)
    fault('同一列写了两次', 'a column stands twice');
}
