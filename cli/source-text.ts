import type { PartView, ProbeFinding, SourceMonth } from '../api/types';
import { PART_STATE_NAMES, PULL_STATE_NAMES, WHOLE_STATES, type PartState } from '../domain/source-words';
import { table } from './output';

const SIGNS: Record<PartState, string> = {
  waiting: '…',
  fetching: '↓',
  arrived: '✓',
  empty: '○',
  unchanged: '✓',
  stopped: '✗',
};
const LEGEND = '✓ 已到 here · ○ 无数据 empty · ↓ 获取中 fetching · … 等待 waiting · ✗ 已停止 stopped';

/** A source's month for people: its days as a calendar, its other parts as a table, and what is missing with the reason. */
export function monthText(month: SourceMonth): string {
  const { source, system, state, whole, parts, active, problem, nextTryAt } = month;
  const { zh, en } = PULL_STATE_NAMES[state];
  const lines = [`${source} (${system})  ${zh} ${en}${active ? '' : ' · 已暂停 paused'}  ${whole}/${parts.length}`];
  if (problem !== null) lines.push(`  ${problem.code} ${problem.reason.zh}\n  ${problem.reason.en}`);
  if (nextTryAt !== null) lines.push(`  下次 next ${nextTryAt}`);
  lines.push(...calendar(parts), ...others(parts), ...missing(parts));
  return lines.join('\n');
}

/** The legend of the calendars. */
export function legend(months: readonly SourceMonth[]): string {
  return months.some(({ parts }) => parts.some(({ day }) => day !== null)) ? LEGEND : '';
}

/** Where a pull is, on one line in each language. */
export function pullProgress({ source, parts, whole }: SourceMonth): { zh: string; en: string } {
  const now = parts.find(({ state }) => state === 'fetching');
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const days = parts.filter(({ day }) => day !== null);
  const hereDays = days.filter(({ state }) => WHOLE_STATES.includes(state)).length;
  const at = now === undefined ? '' : `${now.part} ${now.rows}${now.expected === null ? '' : `/${now.expected}`}`;
  const end = now?.expectedEnd ?? null;
  return {
    zh: `${source} ${whole}/${parts.length} 项，${days.length === 0 ? '' : `${hereDays}/${days.length} 天，`}${rows} 行 ${at}${now === undefined ? '' : ` 第 ${now.pages} 页`}${end === null ? '' : `，预计 ${end} 完成`}`,
    en: `${whole}/${parts.length} parts${days.length === 0 ? '' : `, ${hereDays}/${days.length} days`}, ${rows} rows${now === undefined ? '' : `, page ${now.pages}`}${end === null ? '' : `, done about ${end}`}`,
  };
}

/** One line of a test or dry pull. */
export function findingText({ subject, state, said, sample, rows, bytes }: ProbeFinding): string {
  const sign = { ok: '✓', warning: '!', missing: '✗' }[state];
  const size = [rows === undefined ? '' : ` ${rows} 条 rows`, bytes === undefined ? '' : ` ${bytes} 字节 bytes`].join(
    '',
  );
  const lines = [`${sign} ${subject}${size}`, `  ${said.zh}`, `  ${said.en}`];
  if (sample !== undefined) lines.push(...Object.entries(sample).map(([column, value]) => `    ${column}: ${value}`));
  return lines.join('\n');
}

/** The days of each kind in a row. */
function calendar(parts: readonly PartView[]): string[] {
  const daily = parts.filter((part) => part.day !== null);
  const kinds = [...new Set(daily.map(({ kind }) => kind ?? '–'))];
  return kinds.map((kind) => {
    const days = daily.filter((part) => (part.kind ?? '–') === kind);
    return `  ${kind}  ${days.map(({ day, state }) => `${(day ?? '').slice(8)}${SIGNS[state]}`).join(' ')}`;
  });
}

function others(parts: readonly PartView[]): string[] {
  const rest = parts.filter(({ day }) => day === null);
  if (rest.length === 0) return [];
  const rows = rest.map(({ part, state, rows: count, pages, expected, expectedEnd, batch }) => [
    ...[
      `  ${SIGNS[state]} ${part}`,
      `${PART_STATE_NAMES[state].zh} ${state}`,
      count,
      expected,
      pages,
      batch,
      expectedEnd,
    ],
  ]);
  const head = [
    '  部分 part',
    '状态 state',
    '行 rows',
    '应有 expected',
    '页 pages',
    '批次 batch',
    '预计完成 done about',
  ];
  return [table(head, rows)];
}

function missing(parts: readonly PartView[]): string[] {
  return parts
    .filter(({ state }) => !WHOLE_STATES.includes(state))
    .map(({ state, title, code, said, nextTryAt }) => {
      const why = code === null ? '' : ` · ${code} ${said?.zh ?? ''} · ${said?.en ?? ''}`;
      const next = nextTryAt === null ? '' : ` · 下次 next ${nextTryAt}`;
      return `  ${SIGNS[state]} 缺 missing: ${title.zh} · ${title.en}${why}${next}`;
    });
}
