import type { ExceptionDetail, MatchDetail } from '../api/types';
import { EXCEPTION_KIND_NAMES, RECONCILIATION_NAMES, type Bilingual } from '../domain/words';
import { table } from './output';

type Shared = Pick<
  MatchDetail,
  'foundBy' | 'certainty' | 'fields' | 'leftRows' | 'rightRows' | 'nearly' | 'parts' | 'currency'
>;

const MARKS: Readonly<Record<string, string>> = { equal: '＝', differs: '≠', absent: '·' };

/** One exception as a clerk reads it on a terminal, line by line, Chinese first. */
export function exceptionText(detail: ExceptionDetail): string[] {
  const { id, reconciliation, kind, state, explanation, currency } = detail;
  return lines([
    `${both(RECONCILIATION_NAMES[reconciliation])}  ${both(EXCEPTION_KIND_NAMES[kind])}  ${detail.difference} ${currency}`,
    `${id}  ${state}  ${detail.owner}`,
    explanation.zh,
    explanation.en,
    ...shared(detail),
    ...section('由这些差异造成 · caused by', causeLines(detail)),
    ...section('怎样解决 · what would settle it', stepLines(detail.steps)),
  ]);
}

/** One match, likewise. */
export function matchText(detail: MatchDetail): string[] {
  const { id, reconciliation, state, difference, currency } = detail;
  return lines([
    `${both(RECONCILIATION_NAMES[reconciliation])}  匹配 match  ${difference} ${currency}`,
    `${id}  ${state}`,
    ...shared(detail),
  ]);
}

function shared(detail: Shared): string[] {
  const { foundBy, certainty } = detail;
  return [
    '',
    `规则 rule      ${both(foundBy.name)}`,
    `确定 certainty ${both(certainty.label)}：${both(certainty.reason)}`,
    ...section('逐项对照 · side by side', fieldLines(detail)),
    ...section('左 left', rowLines(detail.leftRows)),
    ...section('右 right', rowLines(detail.rightRows)),
    ...section('差额构成 · parts of the difference', partLines(detail)),
    ...section('相近但未匹配 · what nearly matched', candidateLines(detail)),
  ];
}

function section(title: string, content: readonly string[]): string[] {
  return content.length === 0 ? [] : ['', title, ...content.map((line) => `  ${line}`)];
}

function fieldLines({ fields }: Shared): string[] {
  if (fields.length === 0) return [];
  const rows = fields.map(({ label, left, right, mark }) => [
    both(label),
    left ?? '–',
    MARKS[mark] ?? '',
    right ?? '–',
  ]);
  return table(['', '左 left', '', '右 right'], rows).split('\n');
}

/** Each row with its file and line, the line as it came, and otherwise its fields. */
function rowLines(rows: Shared['leftRows']): string[] {
  return rows.flatMap(({ reference, date, amount, file, row, line, original, fields }) => {
    const place = line === null ? `第 ${row} 笔 · row ${row}` : `第 ${line} 行 · line ${line}`;
    const said = fields.flatMap(({ label, value }) => (value === null ? [] : [`${label.zh} ${value}`]));
    return [`${reference}  ${date}  ${amount}  ${file}  ${place}`, `  ${original ?? said.join('，')}`];
  });
}

function partLines({ parts, currency }: Shared): string[] {
  if (parts.length === 0) return [];
  const rows = parts.map(({ label, amount, note }) => [
    both(label),
    amount,
    currency,
    note.zh === '' ? '' : both(note),
  ]);
  return table(['', '', '', ''], rows).split('\n').slice(1);
}

function candidateLines({ nearly }: Shared): string[] {
  return nearly.flatMap(({ reference, date, amount, file, line, reasons }) => [
    `${reference}  ${date}  ${amount}  ${file ?? ''}${line === null ? '' : `:${line}`}`,
    ...reasons.map(({ text }) => `  ${both(text)}`),
  ]);
}

function causeLines({ causes }: ExceptionDetail): string[] {
  return causes.flatMap(({ id, reconciliation, kind, difference, currency, state, references }) => [
    `${difference} ${currency}  ${both(RECONCILIATION_NAMES[reconciliation])}  ${both(EXCEPTION_KIND_NAMES[kind])}  ${references.join(' ')}`,
    `  ${id}  ${state}`,
  ]);
}

function stepLines(steps: readonly Bilingual[]): string[] {
  return steps.flatMap(({ zh, en }, index) => [`${index + 1}. ${zh}`, `   ${en}`]);
}

function both({ zh, en }: Bilingual): string {
  return `${zh} · ${en}`;
}

/** What a file says must not steer the terminal it is shown on. */
function lines(texts: readonly string[]): string[] {
  return texts.map((text) => text.replace(/\p{Cc}/gu, ' '));
}
