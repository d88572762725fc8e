import { BLOCKER_NAMES, type Blocker } from '../domain/blockers';
import { ROLE_NAMES, STAGE_NAMES, type Bilingual, type Stage } from '../domain/words';
import { both, count, localTime } from './format';
import { renderMail, type MailContent, type MailList, type RenderedMail } from './mail';

/** What the mails about a close under way are made of. */
export interface CloseNotice {
  readonly company: { readonly code: string; readonly name: string; readonly timezone: string };
  /** YYYY-MM */
  readonly month: string;
  readonly stage: Stage;
  /** ISO 8601: when the close entered the stage. */
  readonly stageSince: string;
  /** ISO 8601: when the stage should be over; null where the policy sets none. */
  readonly deadline: string | null;
  readonly blockers: readonly Blocker[];
}

/** blocked: something stops it · reminder: it waits for people · overdue: the deadline passed · escalation: reminders had no effect. */
export type NoticeKind = 'blocked' | 'reminder' | 'overdue' | 'escalation';

const SUBJECTS: Readonly<Record<NoticeKind, Bilingual>> = {
  blocked: { zh: '结账受阻', en: 'the close is blocked' },
  reminder: { zh: '结账待办', en: 'the close waits for you' },
  overdue: { zh: '结账逾期', en: 'the close is overdue' },
  escalation: { zh: '结账催办升级', en: 'the close is held up' },
};

const LEADS: Readonly<Record<NoticeKind, (stage: Bilingual) => Bilingual>> = {
  blocked: (stage) => ({
    zh: `结账停在“${stage.zh}”，下列事项处理后会自动继续。`,
    en: `The close stands at ${stage.en}. It goes on by itself once the points below are dealt with.`,
  }),
  reminder: (stage) => ({
    zh: `结账在“${stage.zh}”等待处理。`,
    en: `The close waits at ${stage.en}.`,
  }),
  overdue: (stage) => ({
    zh: `“${stage.zh}”的截止时间已过，请尽快处理。`,
    en: `The deadline of ${stage.en} has passed. Please act on it.`,
  }),
  escalation: (stage) => ({
    zh: `结账在“${stage.zh}”长时间没有进展，提醒后仍未处理，请督促。`,
    en: `The close has not moved on from ${stage.en} in spite of reminders. Please see to it.`,
  }),
};

/** The mail that tells people where a close stands, what holds it up, whose turn it is and what would clear it. */
export function renderNoticeMail(kind: NoticeKind, notice: CloseNotice): RenderedMail {
  const zone = notice.company.timezone;
  const stage = STAGE_NAMES[notice.stage];
  const content: MailContent = {
    subject: {
      zh: `【${SUBJECTS[kind].zh}】${notice.company.name} ${notice.month}`,
      en: `${notice.company.code} ${notice.month}: ${SUBJECTS[kind].en}`,
    },
    lead: [LEADS[kind](stage)],
    facts: [
      { name: { zh: '公司', en: 'company' }, value: `${notice.company.name} (${notice.company.code})` },
      { name: { zh: '会计期间', en: 'period' }, value: notice.month },
      { name: { zh: '阶段', en: 'stage' }, value: both(stage) },
      { name: { zh: '进入时间', en: 'since' }, value: `${localTime(notice.stageSince, zone)} (${zone})` },
      ...(notice.deadline === null ? [] : [{ name: DEADLINE, value: `${localTime(notice.deadline, zone)} (${zone})` }]),
    ],
    foot: [
      {
        zh: '请登录 salesclose 处理。本邮件不能代替审批，回复本邮件不会产生任何操作。',
        en: 'Sign in to salesclose to act. This mail is no approval, and an answer to it does nothing.',
      },
    ],
  };
  return renderMail(notice.blockers.length === 0 ? content : { ...content, list: blockerList(notice.blockers) });
}

const DEADLINE: Bilingual = { zh: '截止时间', en: 'deadline' };

function blockerList(blockers: readonly Blocker[]): MailList {
  return {
    columns: [
      { zh: '事项', en: 'point' },
      { zh: '数量', en: 'count' },
      { zh: '负责', en: 'owner' },
      { zh: '处理办法', en: 'remedy' },
    ],
    amounts: [1],
    rows: blockers.map(({ code, count: many, owner, remedy }) => [
      both(BLOCKER_NAMES[code]),
      count(many),
      both(ROLE_NAMES[owner]),
      both(remedy),
    ]),
  };
}
