import type { Bilingual } from './words';

/** What became of a part of a source's month. `arrived`, `empty` and `unchanged` are whole; the others are missing. */
export const PART_STATES = ['waiting', 'fetching', 'arrived', 'empty', 'unchanged', 'stopped'] as const;
export type PartState = (typeof PART_STATES)[number];
export const PART_STATE_NAMES: Record<PartState, Bilingual> = {
  waiting: { zh: '等待', en: 'waiting' },
  fetching: { zh: '获取中', en: 'fetching' },
  arrived: { zh: '已到', en: 'arrived' },
  empty: { zh: '无数据', en: 'empty' },
  unchanged: { zh: '已到，无变化', en: 'unchanged' },
  stopped: { zh: '已停止，需人工处理', en: 'stopped, a person must act' },
};

/** Where a source's month stands as a whole. `none`: nobody has asked for it yet. */
export const PULL_STATES = ['none', 'asked', 'fetching', 'waiting', 'stopped', 'complete'] as const;
export type PullState = (typeof PULL_STATES)[number];
export const PULL_STATE_NAMES: Record<PullState, Bilingual> = {
  none: { zh: '尚未拉取', en: 'not pulled yet' },
  asked: { zh: '已请求', en: 'asked for' },
  fetching: { zh: '获取中', en: 'fetching' },
  waiting: { zh: '等待重试', en: 'waiting to try again' },
  stopped: { zh: '已停止，需人工处理', en: 'stopped, a person must act' },
  complete: { zh: '齐全', en: 'complete' },
};

/** The parts that are whole. */
export const WHOLE_STATES: readonly PartState[] = ['arrived', 'empty', 'unchanged'];

/** What a source may be called; its name stands in the names of its secrets. */
export const SOURCE_NAME = /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/;

/** One pull per source and month: its workflow id. */
export const pullWorkflowId = (company: string, source: string, month: string): string =>
  `source-pull/${company}/${source}/${month}`;
export const probeWorkflowId = (probe: number): string => `source-probe/${String(probe)}`;

/** What a pull's workflow is started with: codes and ids. */
export interface PullInput {
  readonly sourceId: number;
  readonly periodId: number;
  /** The company's code. */
  readonly company: string;
  /** The source's name. */
  readonly source: string;
  /** YYYY-MM */
  readonly period: string;
}

/** What travels from a pull to its workflow: counts and codes only. */
export interface PullOutcome {
  readonly state: 'complete' | 'waiting' | 'stopped';
  /** ISO; when the next part is due. Null unless it waits. */
  readonly nextTryAt: string | null;
  readonly parts: number;
  readonly whole: number;
  readonly rows: number;
  /** The codes of what is in the way. */
  readonly codes: readonly string[];
}

/** A part that is missing, by its names. */
export interface MissingPart {
  readonly source: string;
  /** The part's key; null where the source's month is not known yet. */
  readonly part: string | null;
  readonly title: Bilingual;
  readonly state: PartState | PullState;
}

const NAMED_MOST = 5;

/** Missing parts in one phrase: the first by name, the rest counted. */
export function nameMissing(missing: readonly MissingPart[], count: number): Bilingual {
  const first = missing.slice(0, NAMED_MOST);
  const more = count - first.length;
  const zh = first.map(({ source, title }) => `${source} ${title.zh}`).join('、');
  const en = first.map(({ source, title }) => `${source} ${title.en}`).join(', ');
  if (more <= 0) return { zh, en };
  return { zh: `${zh}等，另有 ${more} 项`, en: `${en} and ${more} more` };
}
