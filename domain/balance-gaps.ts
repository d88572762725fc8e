import { Decimal, type MoneyString } from './money';
import type { Bilingual } from './words';

/** What an account held when a bill or statement begins and ends. */
export interface BalanceSpan {
  readonly account: string;
  readonly currency: string;
  readonly opening: MoneyString;
  readonly closing: MoneyString;
}

/** The spans of one file, in its order, and the days of its rows. */
export interface FileSpans {
  /** YYYY-MM-DD */
  readonly from: string;
  readonly to: string;
  readonly spans: readonly BalanceSpan[];
}

/** Two files of an account that do not join: between them a day's bill or statement is missing. */
export interface BalanceGap {
  readonly account: string;
  readonly currency: string;
  /** Last day before the gap and first day behind it. */
  readonly after: string;
  readonly before: string;
  readonly closing: MoneyString;
  readonly opening: MoneyString;
}

type DatedSpan = BalanceSpan & Pick<FileSpans, 'from' | 'to'>;

/**
 * Where an account's balance does not go on from one file to the next, or inside one. Files whose days overlap (a month beside its days) say nothing of
 * each other.
 */
export function balanceGaps(files: readonly FileSpans[]): readonly BalanceGap[] {
  const inOrder = [...files].sort((a, b) => a.from.localeCompare(b.from) || a.to.localeCompare(b.to));
  const last = new Map<string, DatedSpan>();
  const gaps: BalanceGap[] = [];
  for (const { from, to, spans } of inOrder)
    for (const [account, own] of byAccount(spans)) {
      const ends = endsOf(own);
      for (const [closing, opening] of ends.inside) gaps.push({ ...own[0], after: from, before: to, closing, opening });
      const before = last.get(account);
      if (before !== undefined && follows(before, { from, to }) && !equal(before.closing, ends.opening))
        gaps.push({ ...own[0], after: before.to, before: from, closing: before.closing, opening: ends.opening });
      if (before === undefined || to >= before.to)
        last.set(account, { ...own[0], opening: ends.opening, closing: ends.closing, from, to });
    }
  return gaps.map(({ account, currency, after, before, closing, opening }) => ({
    ...{ account, currency, after, before, closing, opening },
  }));
}

/** A later day, or another statement of the same one. */
const follows = (before: DatedSpan, { from, to }: Pick<FileSpans, 'from' | 'to'>): boolean =>
  from > before.to || (from === to && before.from === before.to && from === before.to);

type Spans = readonly [BalanceSpan, ...BalanceSpan[]];

function byAccount(spans: readonly BalanceSpan[]): Map<string, Spans> {
  const accounts = new Map<string, Spans>();
  for (const span of spans) {
    const name = `${span.account} ${span.currency}`;
    const known = accounts.get(name);
    accounts.set(name, known === undefined ? [span] : [...known, span]);
  }
  return accounts;
}

interface Ends {
  readonly opening: MoneyString;
  readonly closing: MoneyString;
  /** Closing and opening balances inside the file that meet no other. */
  readonly inside: readonly (readonly [MoneyString, MoneyString])[];
}

/** The statements of a file join in some order, oldest or newest first: what is left over at either end is the file's own. */
function endsOf(spans: Spans): Ends {
  const closings = spans.map(({ closing }) => closing);
  const openings: MoneyString[] = [];
  for (const { opening } of spans) {
    const joined = closings.findIndex((closing) => equal(closing, opening));
    if (joined < 0) openings.push(opening);
    else closings.splice(joined, 1);
  }
  const [opening = spans[0].opening, ...others] = openings;
  const closing = closings.pop() ?? (spans.at(-1) ?? spans[0]).closing;
  return { opening, closing, inside: others.map((other, at) => [closings[at] ?? closing, other]) };
}

const equal = (a: MoneyString, b: MoneyString): boolean => new Decimal(a).equals(b);

/** The first gaps, as a sentence names them. */
export function nameGaps(gaps: readonly BalanceGap[], most = 3): Bilingual {
  const named = gaps.slice(0, most);
  const rest = gaps.length - named.length;
  const zh = named.map(
    (gap) => `${gap.account} 在 ${gap.after} 之后余额 ${gap.closing}，${gap.before} 之前却是 ${gap.opening}`,
  );
  const en = named.map(
    (gap) => `${gap.account} ends ${gap.after} with ${gap.closing} and goes on ${gap.before} from ${gap.opening}`,
  );
  return {
    zh: zh.join('；') + (rest > 0 ? `；另有 ${rest} 处` : ''),
    en: en.join('; ') + (rest > 0 ? `; and ${rest} more` : ''),
  };
}
