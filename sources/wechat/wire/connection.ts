import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { addDays } from '../../../domain/periods';
import { billOfPart, billPart, fileNameOf, listedBills, noRecords, titleOf, type DatedBill } from '../../bills/bill';
import type { Endurance } from '../../bills/endurance';
import { takeByLink, type Taken } from '../../bills/link';
import { dayInBeijing, everyDay } from '../../bills/moments';
import { asFindings, merchantFinding, tryBills } from '../../bills/trial';
import { download } from '../../http/download';
import { exchange, type HttpAnswer } from '../../http/exchange';
import { patiently } from '../../http/patience';
import type { Access, Arrival, Connection, FilePart, Finding, Part } from '../../system';
import { doesNotTie, notReady, notUnderstood } from '../../trouble';
import { codeOf, meaningOf, stopAt, type BillLink, type Meaning } from './answers';
import { askAgainAt, readyAt, refuseTooOld } from './due';
import { paceOf } from './pace';
import { BILLS, credentialsOf, wechatSetting, type WechatBill } from './settings';
import { headersFor, isProbe, verifySignature, WECHAT } from './signing';
import { unpackBill } from './unpack';

type Dated = DatedBill<WechatBill>;

/** How often a probe is met with the same question before it is taken for a wrong signature. */
const MOST_ASKED = 3;
const SAFE_LINK = /^(?:https:\/\/|http:\/\/(?:127\.0\.0\.1|localhost)[:/])/;

/** The bills of one merchant, day by day. */
export class WechatConnection implements Connection {
  readonly pages = noRecords;

  constructor(
    private readonly access: Access,
    private readonly endurance: Endurance,
  ) {}

  async parts(month: string): Promise<readonly Part[]> {
    const days = everyDay(month);
    return this.bills().flatMap((bill) => days.map((date) => billPart({ bill, date }, readyAt(date))));
  }

  test(): AsyncGenerator<Finding> {
    return asFindings(this.tried());
  }

  async fetch(part: FilePart): Promise<Arrival> {
    const dated = billOfPart(BILLS, part);
    const { signal, now } = this.access;
    if (dayInBeijing(now()) <= dated.date) throw notReady(WECHAT, titleOf(dated), readyAt(dated.date));
    refuseTooOld(WECHAT, dated.date, now());
    return patiently(() => this.fetchOnce(dated), { ...this.endurance.patience, signal, now });
  }

  async close(): Promise<void> {
    // Nothing is held open between two questions.
  }

  private async *tried(): AsyncGenerator<Finding> {
    const { access } = this;
    const { company, now } = access;
    const merchant = wechatSetting(access, 'subMchid') || wechatSetting(access, 'mchid');
    yield merchantFinding([merchant], company.merchants.wechat);
    const yesterday = addDays(dayInBeijing(now()), -1);
    const date = now() < readyAt(yesterday) ? addDays(yesterday, -1) : yesterday;
    const bills = this.bills().map((bill) => ({ bill, date }));
    yield* tryBills({ bills, company, now: now(), fetch: (part) => this.fetch(part) });
  }

  private async fetchOnce(dated: Dated): Promise<Arrival> {
    const fileName = fileNameOf('wechat', dated, '.csv');
    const path = join(this.access.scratch, fileName);
    const packed = `${path}.part`;
    try {
      const found = await takeByLink(
        WECHAT,
        () => this.ask(dated),
        async (meaning) => (meaning.is === 'link' ? this.take(meaning, packed, dated) : 'taken'),
      );
      if (found.is !== 'link') return this.absence(found, dated);
      const sha1 = await unpackBill(packed, path, this.endurance.files.mostBytes);
      if (sha1 === found.sha1) return { state: 'arrived', path, fileName };
    } finally {
      await rm(packed, { force: true });
    }
    await rm(path, { force: true });
    throw doesNotTie(WECHAT, { zh: '账单摘要（SHA-1）不符', en: 'the bill has another SHA-1 than stated' });
  }

  private async ask(dated: Dated): Promise<Meaning> {
    const { access } = this;
    const credentials = credentialsOf(access);
    const target = this.targetOf(dated);
    let answer = await this.get(dated, target);
    for (let asked = 1; isProbe(answer) && asked < MOST_ASKED; asked += 1) answer = await this.get(dated, target);
    const now = access.now();
    const isSigned = verifySignature(answer, credentials.platformKeys, now);
    return meaningOf(answer, isSigned, dated, now);
  }

  private async get({ bill }: Dated, target: string): Promise<HttpAnswer> {
    const { access, endurance } = this;
    const { signal } = access;
    const credentials = credentialsOf(access);
    if (bill.reader.kind === 'wechat-fund') await paceOf(credentials.mchid).turn(signal);
    const headers = headersFor(target, credentials, access.now());
    const url = `${wechatSetting(access, 'apiUrl')}${target}`;
    return exchange(WECHAT, { method: 'GET', url, headers }, { ...endurance.answers, signal });
  }

  private targetOf({ bill, date }: Dated): string {
    const subMchid = wechatSetting(this.access, 'subMchid');
    const query = new URLSearchParams({
      bill_date: date,
      ...bill.query,
      ...(wechatSetting(this.access, 'packed') === 'yes' ? { tar_type: 'GZIP' } : {}),
      ...(subMchid !== '' && bill.reader.kind === 'wechat-trade' ? { sub_mchid: subMchid } : {}),
    });
    return `${bill.path}?${query.toString()}`;
  }

  /** The link as given, signed for its own path and query. Its answer is not signed: the SHA-1 vouches for the bill. */
  private async take({ url }: BillLink, path: string, dated: Dated): Promise<Taken> {
    if (!SAFE_LINK.test(url)) throw notUnderstood(WECHAT, 'a link that is not encrypted');
    const { access, endurance } = this;
    const { pathname, search } = new URL(url);
    const headers = headersFor(`${pathname}${search}`, credentialsOf(access), access.now());
    const limits = { ...endurance.files, signal: access.signal };
    const answer = await download(WECHAT, { method: 'GET', url, headers }, path, limits);
    if (answer.status === 200) return 'taken';
    const code = codeOf(answer.said);
    if (code === 'INVALID_REQUEST' || answer.status === 404) return 'expired';
    return stopAt(answer, code, dated, access.now());
  }

  private absence({ is }: Exclude<Meaning, BillLink>, dated: Dated): Arrival {
    const now = this.access.now();
    const title = titleOf(dated);
    if (is === 'creating') throw notReady(WECHAT, title, askAgainAt(dated.date, now));
    if (now < readyAt(dated.date)) throw notReady(WECHAT, title, readyAt(dated.date));
    return { state: 'empty', reason: { zh: `${title.zh}：没有交易`, en: `${title.en}: nothing happened` } };
  }

  private bills(): WechatBill[] {
    return listedBills(BILLS, wechatSetting(this.access, 'bills'));
  }
}
