import { BLOCKER_NAMES, type BlockerCode } from '../domain/blockers';
import { PULL_STATE_NAMES } from '../domain/source-words';
import { RECONCILIATION_NAMES, ROLE_NAMES, STAGE_NAMES, STAGES } from '../domain/words';
import type { CloseStatusDocument } from '../api/types';
import { table } from './output';

/** The status of a close for people: where it is on one line, what holds it next, then the figures. */
export function statusText(status: CloseStatusDocument): string {
  const { counts } = status;
  const parts = [
    `${status.company} ${status.period}  ${STAGE_NAMES[status.stage].zh} ${STAGE_NAMES[status.stage].en}${since(status)}`,
    road(status),
    blockers(status),
    sources(status),
    counted(counts),
    status.reconciliations.length > 0 ? reconciliations(status) : '',
    approvals(status),
    footer(status),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function since({ stageSince, closedAt, timezone }: CloseStatusDocument): string {
  if (closedAt !== null) return `  完成 done ${moment(closedAt, timezone)}`;
  return stageSince === null ? '' : `  自 since ${moment(stageSince, timezone)}`;
}

/** The stages in a row, the present one marked. */
function road({ stage, closedAt }: CloseStatusDocument): string {
  const at = closedAt === null ? STAGES.indexOf(stage) : STAGES.length;
  return STAGES.slice(1)
    .map((name, i) => {
      const mark = i + 1 < at ? '✓' : i + 1 === at ? '▶' : '·';
      return `${mark}${STAGE_NAMES[name].zh}`;
    })
    .join(' → ');
}

function blockers({ blockers: standing, timezone }: CloseStatusDocument): string {
  return standing
    .map(({ code, count, owner, severity, since: from, remedy }) => {
      const name = BLOCKER_NAMES[code as BlockerCode];
      const sign = severity === 'block' ? '■' : '□';
      return `${sign} ${name.zh} ${name.en} × ${count} · ${ROLE_NAMES[owner].zh} ${owner} · ${moment(from, timezone)}\n  ${remedy.zh}\n  ${remedy.en}`;
    })
    .join('\n');
}

function sources({ sources: standing, estimates }: CloseStatusDocument): string {
  const lines = standing.map(({ source, state, whole, parts, active }) => {
    const name = active ? `${PULL_STATE_NAMES[state].zh} ${state}` : '已暂停 paused';
    return `来源 source ${source}：${name} ${whole}/${parts}`;
  });
  const guessed = estimates.map(({ source, title, currency, count, amount, how, since }) => {
    const came = since === null ? '' : ` · 已补到 came since: 批次 batch ${since.batch} ${since.state}`;
    return `估计 estimate ${source} ${title.zh} ${title.en}：${amount ?? '–'} ${currency}，${count ?? '–'} 行 rows（${how.zh} ${how.en}）${came}`;
  });
  return [...lines, ...guessed].join('\n');
}

function counted(counts: CloseStatusDocument['counts']): string {
  const { accepted, rejected, parked, matched, exceptions, open } = counts;
  return [
    `接受 accepted ${accepted} · 拒收 rejected ${rejected} · 待处理 parked ${parked}`,
    `匹配 matched ${matched} · 差异 exceptions ${exceptions} · 未处理 open ${open}`,
  ].join('\n');
}

function reconciliations({ reconciliations: lines }: CloseStatusDocument): string {
  const rows = lines.map(({ name, state, matched, exceptions }) => [
    RECONCILIATION_NAMES[name].zh,
    name,
    state,
    matched,
    exceptions,
  ]);
  return table(['对账', 'reconciliation', '状态 state', '匹配 matched', '差异 exceptions'], rows);
}

function approvals({ approvals: given, approvalsMissing, timezone }: CloseStatusDocument): string {
  const rows = given.map(({ kind, role, person, at, stands, reason }) => [
    kind === 'review' ? '复核 review' : '审批 approve',
    role,
    person,
    moment(at, timezone),
    stands ? '有效 stands' : '失效 void',
    reason,
  ]);
  const lines =
    rows.length > 0
      ? [table(['决定 decision', '角色 role', '人员 person', '时间 at', '效力', '原因 reason'], rows)]
      : [];
  if (approvalsMissing.length > 0) lines.push(`尚需审批 still to approve: ${approvalsMissing.join(', ')}`);
  return lines.join('\n');
}

function footer(status: CloseStatusDocument): string {
  const { deadlines, figuresHash, policyVersion, workflowId, seal, timezone } = status;
  const lines = [`数字哈希 figures ${figuresHash ?? '–'}`, `制度版本 policy ${policyVersion ?? '–'} · ${workflowId}`];
  if (deadlines !== null) {
    const shown = (['cutoff', 'review', 'approve'] as const).map(
      (stage) => `${STAGE_NAMES[stage].zh} ${stage} ${moment(deadlines[stage], timezone)}`,
    );
    lines.push(`期限 deadlines ${shown.join(' · ')}`);
  }
  if (seal !== null)
    lines.push(`封存 seal ${seal.hash} · 第 no. ${seal.sequence} · ${moment(seal.sealedAt, timezone)}`);
  lines.push(`时间 times in ${timezone}`);
  return lines.join('\n');
}

/** To the minute, in the company's zone; the last line of the text names it. */
function moment(iso: string, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(new Date(iso));
}
