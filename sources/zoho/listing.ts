import type { Page, SourceRecord } from '../system';
import { doesNotTie, notUnderstood } from '../trouble';
import { readDeleted, readList, type ListPage } from './answers';
import type { Question, Reply, ZohoClient } from './client';
import { writeCursor, type Place } from './cursor';
import { isoOf, laterOf } from './instants';
import { ZOHO } from './words';

/** What is read of a module. */
export interface Listed {
  readonly module: string;
  /** At most 50. */
  readonly fields: readonly string[];
  /** Nothing changed before is asked for; null: everything there is. */
  readonly from: string | null;
}

export const PER_PAGE = 200;
/** The first 2,000 records are read by page; beyond them only by token. */
const LAST_PAGE = 10;
const TOKEN_MS = 24 * 60 * 60_000;
const SECOND_MS = 1_000;
const MOST_RESTARTS = 50;
const NONE: ListPage = { records: [], hasMore: false };
/** Changes become visible a while after the time they carry; the next pull begins so much before the last one's latest. */
const OVERLAP_MS = 5 * 60_000;

/** A page as it came, and where to go on; `next` is null behind the last page of the list. */
interface Step {
  readonly records: readonly SourceRecord[];
  readonly next: Place | null;
  /** Where this pull began, and the latest it has seen. */
  readonly seen: Pick<Place, 'top' | 'begun'>;
}

/**
 * Reads a module in the order of modification, so that no record stays away because others move: after each page the window is set to where that
 * page ended, and what changes goes to the end and comes again. Only where more records than a page holds were modified in one second does it
 * turn pages inside a window; there it looks back at each seam, and begins the window again when a record has gone from in front of it.
 */
export class Listing {
  private restarts = 0;

  constructor(
    private readonly client: ZohoClient,
    private readonly listed: Listed,
    private readonly now: () => Date,
  ) {}

  /** Pages from a place on, then what was deleted; the last one's cursor leads to what changes later. */
  async *pages(from: Place): AsyncGenerator<Page> {
    let place = from;
    while (place.phase === 'list') {
      const { records, next, seen } = await this.step(place);
      place = next ?? { ...place, ...seen, phase: 'deleted', page: 1 };
      yield { records, cursor: writeCursor(place) };
    }
    for (;;) {
      const { records, hasMore } = await this.deleted(place);
      place = hasMore ? { ...place, page: place.page + 1 } : this.later(place);
      yield { records, cursor: writeCursor(place) };
      if (!hasMore) return;
    }
  }

  private async step(place: Place): Promise<Step> {
    if (place.page > LAST_PAGE && !this.isTokenGood(place)) return this.step(this.again(place));
    const reply = await this.list(place.since, { per_page: String(PER_PAGE), ...turnTo(place) });
    if (reply.state === 'refused') return this.step(this.again(place));
    const page = reply.state === 'data' ? reply.value : NONE;
    if (!(await this.standsStill(place))) return this.step(this.again(place));
    const begun = place.begun ?? reply.servedAt.toISOString();
    const seen = { begun, top: laterOf(place.top, page.records.at(-1)?.modifiedAt ?? null) };
    const records = page.records.filter((record) => !this.isBefore(record));
    return { records, seen, next: page.hasMore ? { ...this.nextOf(place, page), ...seen } : null };
  }

  /** The window from its first page on; not for ever, where what is asked never stands still. */
  private again(place: Place): Place {
    this.restarts += 1;
    if (this.restarts <= MOST_RESTARTS) return restarted(place);
    throw doesNotTie(ZOHO, { zh: '翻页期间记录不断变动', en: 'records keep moving while their pages are turned' });
  }

  /** Behind this page: the window moved to its end, or its next page where all of it was modified within a second. */
  private nextOf(place: Place, { records, token }: ListPage): Place {
    const last = records.at(-1);
    const end = last === undefined ? 0 : Date.parse(last.modifiedAt) - SECOND_MS;
    if (place.since === null || end > Date.parse(place.since)) return restarted({ ...place, since: isoOf(end) });
    const next = { ...restarted(place), page: place.page + 1 };
    if (place.page < LAST_PAGE) return last === undefined ? next : { ...next, seam: last.id };
    if (token === undefined) throw notUnderstood(ZOHO, 'info.next_page_token');
    return { ...next, token, tokenUntil: this.now().getTime() + TOKEN_MS };
  }

  /** Whether the last record of the page before still stands where it stood. Positions are known of the first 2,000 alone. */
  private async standsStill({ since, page, seam }: Place): Promise<boolean> {
    if (seam === undefined) return true;
    const reply = await this.list(since, { per_page: '1', page: String((page - 1) * PER_PAGE) });
    return reply.state === 'data' && reply.value.records[0]?.id === seam;
  }

  private list(since: string | null, turn: Readonly<Record<string, string>>): Promise<Reply<ListPage>> {
    const { module, fields } = this.listed;
    const question: Question = {
      module,
      path: module,
      query: { fields: fields.join(','), sort_by: 'Modified_Time', sort_order: 'asc', ...turn },
      modifiedSince: since,
      accepts: () => 'page_token' in turn,
    };
    return this.client.ask(question, (text) => inOrder(readList(text), since));
  }

  private async deleted({ page, begun, deletedSince }: Place): Promise<ListPage> {
    const { module } = this.listed;
    const since = deletedSince ?? begun;
    const question: Question = {
      module,
      path: `${module}/deleted`,
      query: { type: 'all', per_page: String(PER_PAGE), page: String(page) },
      modifiedSince: since === null ? null : isoOf(Date.parse(since) - OVERLAP_MS),
    };
    const reply = await this.client.ask(question, readDeleted);
    return reply.state === 'data' ? reply.value : NONE;
  }

  /** Where the next pull begins. */
  private later({ top, begun, deletedSince, fields }: Place): Place {
    const since = top === null ? this.listed.from : isoOf(Date.parse(top) - OVERLAP_MS);
    return {
      phase: 'list',
      since: laterOf(since, this.listed.from),
      page: 1,
      top,
      begun: null,
      deletedSince: begun ?? deletedSince,
      fields,
    };
  }

  private isTokenGood({ token, tokenUntil = 0 }: Place): boolean {
    return token !== undefined && this.now().getTime() < tokenUntil;
  }

  private isBefore({ modifiedAt }: SourceRecord): boolean {
    return this.listed.from !== null && Date.parse(modifiedAt) < Date.parse(this.listed.from);
  }
}

/** A page has a number or a token, never both. */
function turnTo({ page, token }: Place): Record<string, string> {
  return page > LAST_PAGE && token !== undefined ? { page_token: token } : { page: String(page) };
}

/** The window from its first page on. */
function restarted({ phase, since, top, begun, deletedSince, fields }: Place): Place {
  return { phase, since, page: 1, top, begun, deletedSince, fields };
}

/** A page in another order than asked for, or from before its window, is not the one that was asked for. */
function inOrder(page: ListPage, since: string | null): ListPage {
  let before = since === null ? 0 : Date.parse(since) - SECOND_MS;
  for (const { modifiedAt } of page.records) {
    const at = Date.parse(modifiedAt);
    if (at < before) {
      throw doesNotTie(ZOHO, {
        zh: '收到的页不按修改时间排列，或不是所请求的页',
        en: 'a page came that is not in the order of modification, or not the one asked for',
      });
    }
    before = at;
  }
  return page;
}
