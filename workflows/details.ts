import type { CloseStatus } from './messages';
import { BLOCKER_NAMES } from '../domain/blockers';
import type { DeadlineStage } from '../domain/deadlines';
import { ROLE_NAMES, STAGE_NAMES } from '../domain/words';

/**
 * What an operator reads in the Temporal UI about a close: Markdown, Chinese and English. Pure; codes, counts and
 * instants only.
 */
export function renderDetails(status: CloseStatus): string {
  return [heading(status), ...deadline(status.deadline), ...failure(status.failure), ...blockers(status)].join('\n\n');
}

/** The one line a timer or a step carries in the history. */
export function waitingSummary({ stage, blockers: [first] }: CloseStatus): string {
  const { zh, en } = STAGE_NAMES[stage];
  if (first === undefined) return `${zh} ${en}`;
  const { zh: forZh, en: forEn } = BLOCKER_NAMES[first.code];
  return `${zh}：等待${forZh} · ${en} waits: ${forEn} (${first.count})`;
}

function heading({ company, period, stage, openExceptions }: CloseStatus): string {
  const { zh, en } = STAGE_NAMES[stage];
  return `### ${zh} ${en}\n\n**${company}** ${period} · 未处理差异 open exceptions: **${openExceptions}**`;
}

function deadline(next: CloseStatus['deadline']): string[] {
  if (next === null) return [];
  const { zh, en } = DEADLINE_NAMES[next.stage];
  return [`${zh} ${en}: ${minute(next.at)}`];
}

const DEADLINE_NAMES: Record<DeadlineStage, { zh: string; en: string }> = {
  cutoff: { zh: '关账期限', en: 'cut-off due' },
  review: { zh: '复核期限', en: 'review due' },
  approve: { zh: '审批期限', en: 'approval due' },
};

function failure(failed: CloseStatus['failure']): string[] {
  if (failed === null) return [];
  const { zh, en } = STAGE_NAMES[failed.stage];
  return [
    `**步骤“${zh}”反复失败 step "${en}" keeps failing: \`${failed.code}\`** 发出 retryRequested 可立即重试 · signal retryRequested to try again now`,
  ];
}

function blockers({ blockers: standing }: CloseStatus): string[] {
  if (standing.length === 0) return ['没有待办 nothing blocks'];
  const rows = standing.map(({ code, count, owner, severity, since }) => {
    const { zh, en } = BLOCKER_NAMES[code];
    const weight = severity === 'block' ? '⛔' : '⚠️';
    return `| ${weight} ${zh} ${en} | ${count} | ${ROLE_NAMES[owner].zh} ${ROLE_NAMES[owner].en} | ${minute(since)} |`;
  });
  return [
    ['| 待办 waits for | 数量 count | 责任人 owner | 自 since |', '| --- | --- | --- | --- |', ...rows].join('\n'),
  ];
}

const minute = (iso: string): string => `${iso.slice(0, 16).replace('T', ' ')} UTC`;
