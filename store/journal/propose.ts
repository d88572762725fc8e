import { bookingFor, type Booking, type JournalLine, type ToBook } from '../../domain/journal';
import { daysOf } from '../../domain/periods';
import {
  EXCEPTION_KIND_NAMES,
  RECONCILIATION_NAMES,
  RESOLUTION_ACTION_NAMES,
  type Bilingual,
} from '../../domain/words';
import type { Queryable } from '../db';
import type { Ground } from '../decisions/ground';
import { ratesOf, readSubjects, type Subject } from './context';

/** What finance is asked to book for a decision, and for how many exceptions nothing is to be booked, with the reason. */
export interface Proposed {
  readonly proposals: number;
  readonly notBooked: readonly { readonly count: number; readonly reason: Bilingual }[];
}

interface Draft {
  readonly exception: string | null;
  readonly match: string | null;
  readonly about: ToBook;
  readonly lines: readonly JournalLine[];
}

/** Read and written this many exceptions at a time. */
const PAGE = 5_000;

/** Makes a proposal for each exception that the decision answers and that a booking settles. */
export async function proposeForExceptions(
  db: Queryable,
  ground: Ground,
  { decision, action, ids }: { decision: string; action: ToBook['action']; ids: readonly string[] },
): Promise<Proposed> {
  const not = new Map<string, { count: number; reason: Bilingual }>();
  let proposals = 0;
  for (let from = 0; from < ids.length; from += PAGE) {
    const subjects = await readSubjects(db, ground, ids.slice(from, from + PAGE));
    const drafts = subjects.flatMap((subject) => {
      const about = { ...subject, action };
      const booking = bookingFor(about, ground.settings.accounts);
      if ('lines' in booking) return [{ exception: subject.id, match: null, about, lines: booking.lines }];
      count(not, booking.none);
      return [];
    });
    await insertDrafts(db, ground, decision, drafts);
    proposals += drafts.length;
  }
  return { proposals, notBooked: [...not.values()] };
}

/** Makes a proposal for what a match by hand leaves over. */
export async function proposeForMatch(
  db: Queryable,
  ground: Ground,
  { decision, action, match }: { decision: string; action: ToBook['action']; match: string },
): Promise<Proposed> {
  const found = await db.query<{ difference: string; ids: string[] }>(
    'SELECT difference, exception_ids AS ids FROM hand_match WHERE period_id = $1 AND id = $2',
    [ground.period.id, match],
  );
  const { difference = '0', ids = [] } = found.rows[0] ?? {};
  const about = { ...wholeOf(await readSubjects(db, ground, ids)), difference, action };
  const booking: Booking = bookingFor(about, ground.settings.accounts);
  if ('none' in booking) return { proposals: 0, notBooked: [{ count: 1, reason: booking.none }] };
  await insertDrafts(db, ground, decision, [{ exception: null, match, about, lines: booking.lines }]);
  return { proposals: 1, notBooked: [] };
}

/** The exceptions of a match as one whose amounts differ. */
function wholeOf(subjects: readonly Subject[]): Subject {
  const [first] = subjects;
  if (first === undefined) throw new Error('a match by hand has no exceptions');
  const document =
    subjects.find((subject) => subject.document !== null && subject.left.length > 0)?.document ?? first.document;
  return {
    ...first,
    kind: 'amount_differs',
    left: subjects.flatMap(({ left }) => left),
    right: subjects.flatMap(({ right }) => right),
    // Its difference is told as a sale's already, returns included: only where the money moved still matters.
    facts: Object.fromEntries(Object.entries(first.facts).filter(([name]) => name === 'movement' || name === 'pool')),
    customer: subjects.find(({ customer }) => customer !== null)?.customer ?? null,
    document,
  };
}

function count(not: Map<string, { count: number; reason: Bilingual }>, reason: Bilingual): void {
  const known = not.get(reason.en);
  if (known === undefined) not.set(reason.en, { count: 1, reason });
  else known.count += 1;
}

async function insertDrafts(db: Queryable, ground: Ground, decision: string, drafts: readonly Draft[]): Promise<void> {
  if (drafts.length === 0) return;
  const { id: periodId } = ground.period;
  // Two decisions of one month stand in line at the month's row: nobody else takes these numbers.
  const last = await db.query<{ number: number }>(
    'SELECT coalesce(max(number), 0) AS number FROM journal_proposal WHERE period_id = $1',
    [periodId],
  );
  const first = (last.rows[0]?.number ?? 0) + 1;
  const rates = await ratesOf(db, periodId, foreignOf(ground, drafts));
  const proposals = drafts.map(({ exception, match, about }, i) => ({
    number: first + i,
    ...{ exception, match, action: about.action, currency: about.currency },
    rate: rates.get(about.currency) ?? null,
    reference: referenceOf(about),
    description: describe(about),
  }));
  await db.query(
    `INSERT INTO journal_proposal (period_id, number, decision_id, exception_id, hand_match, action, booked_on, currency, exchange_rate, reference, description)
     SELECT $1, number, $2, exception, match, action, $3, currency, rate, reference, description
       FROM jsonb_to_recordset($4) AS p(number integer, exception uuid, match uuid, action text, currency text, rate numeric, reference text, description text)`,
    [periodId, decision, daysOf(ground.month).last, JSON.stringify(proposals)],
  );
  const lines = drafts.flatMap((draft, i) =>
    draft.lines.map((line, at) => ({ number: first + i, line: at + 1, ...line })),
  );
  await db.query(
    `INSERT INTO journal_line (period_id, number, line_no, account, customer_no, debit, credit)
     SELECT $1, number, line, account, customer, debit, credit
       FROM jsonb_to_recordset($2) AS l(number integer, line integer, account text, customer text, debit numeric, credit numeric)`,
    [periodId, JSON.stringify(lines)],
  );
}

function foreignOf({ settings }: Ground, drafts: readonly Draft[]): string[] {
  const all = new Set(drafts.map(({ about }) => about.currency));
  all.delete(settings.currency);
  return [...all];
}

function referenceOf({ left, right, facts }: ToBook): string {
  return (left[0] ?? right[0])?.reference ?? facts.customer ?? '';
}

/** `调整 订单与总账 金额不符`: ledgers are read in Chinese; the reference stands beside it. */
function describe({ action, reconciliation, kind }: ToBook): string {
  return [RESOLUTION_ACTION_NAMES[action], RECONCILIATION_NAMES[reconciliation], EXCEPTION_KIND_NAMES[kind]]
    .map(({ zh }) => zh)
    .join(' ');
}
