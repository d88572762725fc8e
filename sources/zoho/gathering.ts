import { asDate, cellOf, idOf, isObject, readJson, type Json, type JsonObject } from '../records';
import type { SourceRecord } from '../system';
import { readDay, ZoneClock } from '../text';
import { doesNotTie, notUnderstood } from '../trouble';
import { readFound, type Found } from './answers';
import type { Reply, ZohoClient } from './client';
import { LINE_LISTS } from './columns';
import type { Envelope } from './refusals';
import { ZOHO } from './words';

type Ways = readonly (readonly string[])[];

/** The most ids a question may name. */
const MOST_IDS = 100;
/** A record that was deleted since its list came. */
const GONE = new Set(['INVALID_DATA', 'RECORD_NOT_FOUND']);

export interface Orders {
  readonly module: string;
  /** Each by itself, or a hundred a call. */
  readonly by: 'record' | 'ids';
  /** What is asked for by ids; an order by itself comes with all it has. */
  readonly fields: readonly string[];
  /** Where an order's day stands. */
  readonly day: Ways;
  /** YYYY-MM */
  readonly month: string;
  readonly zone: string;
}

/**
 * The month's orders of a page, each whole; one that is in another month now is as good as deleted here.
 * @throws SourceStops SOURCE_NOT_UNDERSTOOD where an order comes without its lines
 */
export async function wholeOrders(
  client: ZohoClient,
  orders: Orders,
  listed: readonly SourceRecord[],
): Promise<SourceRecord[]> {
  const clock = new ZoneClock(orders.zone);
  const isHere = ({ text, deleted }: SourceRecord): boolean => {
    if (deleted) return false;
    const day = readDay(asDate(firstOf(text, orders.day)), clock);
    return !day.ok || day.value.startsWith(orders.month);
  };
  const here = new Set(listed.filter(isHere));
  const away = listed.filter((record) => !here.has(record));
  const gone = away.map(({ id, modifiedAt }): SourceRecord => ({ id, modifiedAt, deleted: true, text: '' }));
  const found = await wholeOnes(
    client,
    orders,
    [...here].map(({ id }) => id),
  );
  return [...found, ...gone];
}

/** What is listed and cannot be read is asked for in the other way too, before it counts as deleted meanwhile. */
async function wholeOnes(client: ZohoClient, orders: Orders, ids: readonly string[]): Promise<SourceRecord[]> {
  const { module, by, fields } = orders;
  const found = await (by === 'ids' ? byIds(client, module, ids, fields) : oneByOne(client, module, ids));
  for (const order of found) {
    if (!LINE_LISTS.some((name) => order.fields.at(name)?.items())) throw notUnderstood(ZOHO, LINE_LISTS.join('/'));
  }
  const missing = ids.filter((id) => !found.some(({ record }) => record.id === id));
  const there = await (by === 'ids' ? oneByOne(client, module, missing) : byIds(client, module, missing, fields));
  if (there.length > 0) {
    throw doesNotTie(ZOHO, {
      zh: `${String(there.length)} 张订单列出后读不到明细`,
      en: `${String(there.length)} orders are listed and cannot be read`,
    });
  }
  return found.map(({ record }) => record);
}

/** Records that those of a page name, whatever their month. */
export async function namedRecords(
  client: ZohoClient,
  { module, fields }: { module: string; fields: readonly string[] },
  listed: readonly SourceRecord[],
  lookups: Ways,
): Promise<SourceRecord[]> {
  const live = listed.filter(({ deleted }) => !deleted).map(({ text }) => fieldsOf(text));
  const named = live.flatMap((record) => lookups.map(([field = '']) => idOf(record[field])));
  const ids = [...new Set(named.filter((id): id is string => id !== null && /^\d{1,30}$/.test(id)))];
  return (await byIds(client, module, ids, fields)).map(({ record }) => record);
}

async function oneByOne(client: ZohoClient, module: string, ids: readonly string[]): Promise<Found[]> {
  const asked = ids.map((id) => client.ask({ module, path: `${module}/${id}`, accepts: isGone }, readFound));
  return foundIn(asked);
}

async function byIds(
  client: ZohoClient,
  module: string,
  ids: readonly string[],
  fields: readonly string[],
): Promise<Found[]> {
  const asked = [];
  for (let at = 0; at < ids.length; at += MOST_IDS) {
    const query = { ids: ids.slice(at, at + MOST_IDS).join(','), fields: fields.join(','), per_page: String(MOST_IDS) };
    asked.push(client.ask({ module, path: module, query, accepts: isGone }, readFound));
  }
  return foundIn(asked);
}

/** What was asked together ends together: nothing runs on behind a failure. */
async function foundIn(asked: readonly Promise<Reply<Found[]>>[]): Promise<Found[]> {
  await Promise.allSettled(asked);
  return (await Promise.all(asked)).flatMap((reply) => (reply.state === 'data' ? reply.value : []));
}

function isGone({ code, about }: Envelope): boolean {
  return GONE.has(code) && (about === '' || about === 'id' || about === 'ids');
}

/** The first of several that holds something, as text. */
function firstOf(text: string, ways: Ways): string {
  const record = fieldsOf(text);
  const values = ways.map((way) =>
    way.reduce<Json | undefined>((at, name) => (isObject(at) ? at[name] : undefined), record),
  );
  return values.map(cellOf).find((cell) => cell !== '') ?? '';
}

function fieldsOf(text: string): JsonObject {
  const fields = readJson(text);
  return isObject(fields) ? fields : {};
}
