import { join } from 'node:path';
import {
  billOfPart,
  billPart,
  fileNameOf,
  listedBills,
  noRecords,
  titleOf,
  type Bill,
  type DatedBill,
} from '../../bills/bill';
import type { Endurance } from '../../bills/endurance';
import { takeByLink, type Taken } from '../../bills/link';
import { dayInBeijing, everyDay } from '../../bills/moments';
import { asFindings, merchantFinding, tryBills } from '../../bills/trial';
import { addDays } from '../../../domain/periods';
import { download } from '../../http/download';
import { refuseBusy } from '../../http/exchange';
import { patiently } from '../../http/patience';
import type { Access, Arrival, Connection, FilePart, Finding, Part } from '../../system';
import { doesNotTie, notReady, notUnderstood } from '../../trouble';
import { beginsAsArchive } from '../../wire/archive';
import { meaningOf, type Meaning } from './answers';
import { digestOf, isWholeZip } from './bill-zip';
import { askClassic } from './classic';
import { askAgainAt, dueOf, type Due } from './due';
import { ALIPAY } from './gateway';
import { alipaySetting, BILLS, credentialsOf } from './settings';
import { askV3 } from './v3';

type Absence = Exclude<Meaning, { is: 'link' }>;

/** The bills of one merchant, by day or by month. */
export class AlipayConnection implements Connection {
  readonly pages = noRecords;

  constructor(
    private readonly access: Access,
    private readonly endurance: Endurance,
  ) {}

  async parts(month: string): Promise<readonly Part[]> {
    const isMonthly = alipaySetting(this.access, 'granularity') === 'month';
    const dates = isMonthly ? [month] : everyDay(month);
    return this.bills().flatMap((bill) => dates.map((date) => billPart({ bill, date }, this.due(date).from)));
  }

  test(): AsyncGenerator<Finding> {
    return asFindings(this.tried());
  }

  async fetch(part: FilePart): Promise<Arrival> {
    const dated = billOfPart(BILLS, part);
    const due = this.due(dated.date);
    const { signal, now, scratch } = this.access;
    if (now() < due.from) throw notReady(ALIPAY, titleOf(dated), due.from);
    const fileName = fileNameOf('alipay', dated, '.csv.zip');
    const path = join(scratch, fileName);
    const seen = new Set<string>();
    const attempt = (): Promise<Arrival> => this.fetchOnce(dated, due, { fileName, path }, seen);
    return patiently(attempt, { ...this.endurance.patience, signal, now });
  }

  async close(): Promise<void> {
    // Nothing is held open between two questions.
  }

  private async *tried(): AsyncGenerator<Finding> {
    const { company, now } = this.access;
    const pid = alipaySetting(this.access, 'merchant').slice(0, 16);
    yield merchantFinding([pid, `${pid}0156`], company.merchants.alipay);
    const yesterday = addDays(dayInBeijing(now()), -1);
    const date = now() < this.due(yesterday).ready ? addDays(yesterday, -1) : yesterday;
    const bills = this.bills().map((bill) => ({ bill, date }));
    yield* tryBills({ bills, company, now: now(), fetch: (part) => this.fetch(part) });
  }

  private async fetchOnce(
    dated: DatedBill,
    due: Due,
    file: { readonly fileName: string; readonly path: string },
    seen: Set<string>,
  ): Promise<Arrival> {
    const found = await takeByLink(
      ALIPAY,
      () => this.ask(dated),
      async (meaning) => (meaning.is === 'link' ? this.take(meaning.url, file.path) : 'taken'),
    );
    if (found.is !== 'link') return this.absence(found, dated, due);
    await refuseDamaged(file.path, seen);
    return { state: 'arrived', ...file };
  }

  private async ask({ bill, date }: DatedBill): Promise<Meaning> {
    const { access, endurance } = this;
    const now = access.now();
    const ask = alipaySetting(access, 'generation') === 'v3' ? askV3 : askClassic;
    const answer = await ask(
      { billType: bill.name, billDate: date },
      {
        gateway: alipaySetting(access, 'gateway'),
        credentials: credentialsOf(access),
        now,
        limits: { ...endurance.answers, signal: access.signal },
      },
    );
    return meaningOf(answer, { bill, date }, now);
  }

  /** The link needs no sign-in and lives for 30 s. What is no ZIP is a page that says that it has expired. */
  private async take(url: string, path: string): Promise<Taken> {
    if (!/^https?:\/\//i.test(url)) throw notUnderstood(ALIPAY, 'a link that is no address');
    const { signal, now } = this.access;
    const answer = await download(ALIPAY, { method: 'GET', url }, path, { ...this.endurance.files, signal });
    refuseBusy(ALIPAY, answer, now());
    if (answer.status !== 200) return 'expired';
    return (await beginsAsArchive(path)) ? 'taken' : 'no-bill';
  }

  private absence(found: Absence, dated: DatedBill, due: Due): Arrival {
    const { zh, en } = titleOf(dated);
    if (found.is === 'before-registration') {
      return {
        state: 'empty',
        reason: { zh: `${zh}：当时商户尚未注册`, en: `${en}: the merchant had not registered yet` },
      };
    }
    const now = this.access.now();
    if (found.is === 'absent' && now < due.final) throw notReady(ALIPAY, titleOf(dated), askAgainAt(due, now));
    return { state: 'empty', reason: { zh: `${zh}：没有交易`, en: `${en}: nothing happened` } };
  }

  private due(date: string): Due {
    const { access } = this;
    return dueOf(date, alipaySetting(access, 'readyHour'), alipaySetting(access, 'emptyAfterHours'));
  }

  private bills(): readonly Bill[] {
    return listedBills(BILLS, alipaySetting(this.access, 'bills'));
  }
}

/**
 * Alipay offers no checksum. A ZIP that does not unpack is fetched again, since its way may have damaged it; what comes alike a second time is what
 * Alipay has, and the reader's to refuse.
 */
async function refuseDamaged(path: string, seen: Set<string>): Promise<void> {
  if (await isWholeZip(path)) return;
  const digest = await digestOf(path);
  if (seen.has(digest)) return;
  seen.add(digest);
  throw doesNotTie(ALIPAY, { zh: '账单压缩包已损坏', en: 'the archive of the bill is damaged' });
}
