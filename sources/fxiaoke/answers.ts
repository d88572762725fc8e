import { cellOf, ExactJson, isObject } from '../records';
import {
  busy,
  doesNotTie,
  notAllowed,
  notUnderstood,
  quotaUsedUp,
  rateLimited,
  refused,
  signInRefused,
  type SourceStops,
  type SourceWaits,
} from '../trouble';
import { addDays, dayIn, instantOf } from '../../domain/periods';
import { FXIAOKE } from './settings';

const BEIJING = 'Asia/Shanghai';
const RATE_PAUSE_MS = 20_000;

/** The token is missing, wrong or has ended: a new one may do. */
export class TokenEnded extends Error {}

/**
 * Reads an answer, whose errors come with HTTP 200. Only codes decide: messages change.
 * @param what the object or endpoint, for the sentence
 * @throws TokenEnded, SourceWaits, SourceStops
 */
export function readAnswer(text: string, what: string, now: Date): ExactJson {
  let answer: ExactJson;
  try {
    answer = ExactJson.read(text);
  } catch {
    throw notUnderstood(FXIAOKE, 'no JSON');
  }
  const code = answer.at('errorCode')?.plain;
  if (typeof code !== 'string' || !/^-?\d{1,9}$/.test(code)) throw notUnderstood(FXIAOKE, 'no errorCode');
  if (code === '0') return answer;
  throw troubleOf(code, said(code, answer), what, now);
}

function troubleOf(code: string, words: string, what: string, now: Date): TokenEnded | SourceWaits | SourceStops {
  switch (code) {
    case '20016':
    case '20017':
      return new TokenEnded(words);
    case '10006':
      return signInRefused(FXIAOKE, words);
    case '30004':
    case '14001':
      return rateLimited(FXIAOKE, words, new Date(now.getTime() + RATE_PAUSE_MS));
    case '30002':
      return quotaUsedUp(FXIAOKE, words, nextDay(now));
    case '30003':
      return notAllowed(FXIAOKE, 'API', words);
    case '-1':
    case '50009':
      return busy(FXIAOKE, words);
    case '20014':
    case '20020':
    case '20021':
    case '20022':
      return notAllowed(FXIAOKE, what, words);
    default:
      return refused(FXIAOKE, { zh: ` ${what}`, en: what }, words);
  }
}

/** Code and trace id, which their support asks for; never their message. */
function said(code: string, answer: ExactJson): string {
  const trace = answer.at('traceId')?.plain;
  return typeof trace === 'string' && trace.length <= 100 ? `errorCode ${code}, traceId ${trace}` : `errorCode ${code}`;
}

/** The day's quota is new at midnight in Beijing. */
function nextDay(now: Date): Date {
  return new Date(instantOf(addDays(dayIn(now.getTime(), BEIJING), 1), '00:00', BEIJING));
}

/** The records of a query, as they came; a single one may stand alone, none may be left out. */
export function recordsOf(answer: ExactJson): ExactJson[] {
  const data = answer.at('data');
  const list = data?.at('dataList');
  const items = list?.items();
  if (items) return items;
  const plain = data?.plain;
  if (data && isObject(plain) && (list === null || list?.plain === null)) {
    if (plain['_id'] !== undefined) return [data];
    if (plain['limit'] !== undefined || plain['total'] !== undefined) return [];
  }
  throw notUnderstood(FXIAOKE, 'no dataList');
}

/** A field of a record as text; empty where it is left out. */
export function textOf(record: ExactJson, field: string): string {
  return cellOf(record.at(field)?.plain);
}

/**
 * The ids of a page, which come in order behind the last one seen; a page that stands still or goes back was not what was asked for.
 * @throws SourceWaits SOURCE_DOES_NOT_TIE
 */
export function idsInOrder(records: readonly ExactJson[], after: string): string[] {
  let last = after;
  return records.map((record) => {
    const id = textOf(record, '_id');
    if (id === '') throw notUnderstood(FXIAOKE, 'no _id');
    if (id.length === last.length ? id <= last : id === last) {
      throw doesNotTie(FXIAOKE, {
        zh: '返回的一页不是所请求的（记录重复或次序颠倒）',
        en: 'a page is not the one that was asked for (records repeated or out of order)',
      });
    }
    last = id;
    return id;
  });
}
