import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from '../../domain/problem';
import { addDays, dayIn, daysOf } from '../../domain/periods';
import type { Bilingual } from '../../domain/words';
import { dayOf, deliveryOf, type Delivery } from '../delivered/delivery';
import type { FileRule } from '../delivered/file-rules';
import { planMonth } from '../delivered/month-plan';
import { fileRefused, fileTooLarge } from '../delivered/refusals';
import type { Access, Arrival, Connection, FilePart, Finding, Page, Part } from '../system';
import { doesNotTie, notReady, type Named } from '../trouble';
import { attachmentsOf, sendersOf, type Attachment } from './attachments';
import { MailSession, type MailLimits } from './session';
import { accountOf, isAllowed } from './settings';
import { decodedPart } from './transfer-encoding';

/** A listing serves the parts of a month that are fetched one after the other. */
const LISTING_LASTS_MS = 30_000;
/** Base64 takes four bytes for three, and line ends. */
const ENCODED_SHARE = 1.4;
/** What `source test` looks back. */
const TESTED_DAYS = 35;

interface Listing {
  readonly at: number;
  readonly since: string;
  readonly attachments: readonly Attachment[];
  /** Mails of senders that are not allowed. */
  readonly strangers: number;
}

export class MailboxConnection implements Connection {
  private session: MailSession | undefined;
  private listed: Listing | undefined;

  constructor(
    private readonly system: Named,
    private readonly access: Access,
    private readonly limits: Omit<MailLimits, 'mostBytes'>,
  ) {}

  async parts(month: string): Promise<readonly Part[]> {
    this.listed = undefined;
    const delivery = this.delivery();
    const { attachments } = await this.listing(sinceOf(month));
    return planMonth(month, delivery.rules, attachments, delivery).parts;
  }

  async fetch(part: FilePart, month: string): Promise<Arrival> {
    const delivery = this.delivery();
    const { attachments } = await this.listing(sinceOf(month));
    const found = planMonth(month, delivery.rules, attachments, delivery).found.get(part.key);
    if (found === undefined) throw notReady(this.system, missing(part.key));
    if (found.refused) throw fileRefused(this.system, found.key, found.refused);
    return this.take(found, delivery.mostMegabytes);
  }

  async *test(): AsyncGenerator<Finding> {
    try {
      const delivery = this.delivery();
      const today = dayIn(this.access.now().getTime(), delivery.zone);
      const { attachments, strangers } = await this.listing(addDays(today, -TESTED_DAYS));
      yield { subject: 'sign-in', state: 'ok', said: signedIn };
      if (strangers > 0) yield { subject: 'from', state: 'warning', said: fromStrangers(strangers) };
      for (const rule of delivery.rules) yield findingOf(rule, attachments, delivery);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      yield { subject: 'sign-in', state: 'missing', said: error.reason };
    }
  }

  async *pages(): AsyncGenerator<Page> {
    throw new RangeError(`${this.system.title.en} has files, no records`);
  }

  async close(): Promise<void> {
    this.session?.end();
    this.session = undefined;
  }

  private async take(found: Attachment, mostMegabytes: number): Promise<Arrival> {
    const { uid, part, key, fileName, encoding } = found;
    const most = mostMegabytes * 1_000_000;
    if (found.bytes > most * ENCODED_SHARE) throw fileTooLarge(this.system, key, mostMegabytes);
    const written = await (await this.signedIn()).part(uid, part);
    if (written === undefined) throw notReady(this.system, gone(key));
    const bytes = decodedPart(written, encoding);
    if (bytes === undefined) throw doesNotTie(this.system, damaged(key));
    if (bytes.length > most) throw fileTooLarge(this.system, key, mostMegabytes);
    if (bytes.length === 0) throw fileRefused(this.system, key, { zh: '为 0 字节', en: 'has 0 bytes' });
    const path = join(this.access.scratch, createHash('sha256').update(key).digest('hex').slice(0, 24));
    await writeFile(path, bytes, { mode: 0o600 });
    return { state: 'arrived', path, fileName };
  }

  /** Patterns without a subject take mails of any. */
  private delivery(): Delivery {
    const delivery = deliveryOf(this.access, '::');
    const rules = delivery.rules.map((rule) =>
      rule.pattern.depth > 1
        ? rule
        : {
            ...rule,
            pattern: { ...rule.pattern, dateOf: (names: readonly string[]) => rule.pattern.dateOf(names.slice(-1)) },
          },
    );
    return { ...delivery, rules };
  }

  private async listing(since: string): Promise<Listing> {
    if (this.listed?.since === since && Date.now() - this.listed.at < LISTING_LASTS_MS) return this.listed;
    const { from } = accountOf(this.access);
    const session = await this.signedIn();
    // The server's day may be another than the company's.
    const mails = await session.since(addDays(since, -1));
    const allowed = mails.filter((mail) => isAllowed(sendersOf(mail), from));
    const { zone } = this.delivery();
    this.listed = {
      at: Date.now(),
      since,
      attachments: allowed
        .flatMap((mail) => attachmentsOf(mail, session.numbering))
        .filter(({ at }) => at !== undefined && dayIn(at.getTime(), zone) >= since),
      strangers: mails.length - allowed.length,
    };
    return this.listed;
  }

  private async signedIn(): Promise<MailSession> {
    if (this.session?.isLost !== false) {
      const mostBytes = Math.ceil(this.delivery().mostMegabytes * 1_000_000 * ENCODED_SHARE) + 1_000_000;
      const limits = { ...this.limits, mostBytes };
      this.session = await MailSession.open(this.system, accountOf(this.access), this.access, limits);
    }
    return this.session;
  }
}

/** What a month's statements come in: mails from its first day on. */
const sinceOf = (month: string): string => daysOf(month).first;

const missing = (key: string): Bilingual => ({ zh: `附件“${key}”`, en: `the attachment ${key}` });

const gone = (key: string): Bilingual => ({
  zh: `附件“${key}”（读取前邮件已被删除或移走）`,
  en: `the attachment ${key} (its mail went away before it was read)`,
});

const damaged = (key: string): Bilingual => ({
  zh: `附件“${key}”的编码不完整`,
  en: `the attachment ${key} is not soundly encoded`,
});

const signedIn: Bilingual = { zh: '可以登录并读取邮箱', en: 'the mailbox can be read' };

const fromStrangers = (count: number): Bilingual => ({
  zh: `近期有 ${String(count)} 封邮件的发件人不在 from 中，不予读取`,
  en: `${String(count)} recent mails are from senders that from does not name, and are not read`,
});

function findingOf({ pattern, kind }: FileRule, attachments: readonly Attachment[], delivery: Delivery): Finding {
  const mine = attachments.filter(({ names }) => pattern.dateOf(names) !== undefined);
  const newest = mine.at(-1);
  if (newest?.at === undefined) {
    const said = { zh: '近期没有符合的附件', en: 'no recent attachment fits it' };
    return { subject: pattern.text, state: 'warning', said };
  }
  const day = dayOf(newest.at, delivery);
  return {
    subject: pattern.text,
    state: 'ok',
    said: {
      zh: `${String(mine.length)} 个附件按 ${kind} 读取，最新：${newest.key}（${day}）`,
      en: `${String(mine.length)} attachments are read as ${kind}; the newest: ${newest.key} (${day})`,
    },
  };
}
