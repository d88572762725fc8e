import { Draws, Topic } from '../../sample/draws';
import type { Answers } from './answers';
import type { Books } from './desk/books';
import { bookFees, bookPayout, credit, feesByDay, payoutsOf, type Batch } from './desk/payouts';
import { Shop, type Story } from './desk/shop';
import { STATIONS, type Station } from './desk/stations';
import { BATCH_STORIES, STORIES } from './stories';
import type { BatchStory } from './stories/payouts';

export interface PlantedMonth {
  readonly books: Books;
  readonly answers: Answers;
}

/** So many of each kind of story at the least, whatever the size. */
const AT_LEAST = 2;
/** Of a thousand station days, so many have a story. */
const BATCHES_WITH_STORY = 600;

/**
 * Makes a month of a company's books with their answers. The same seed and size give the same books.
 * @param orders about how many orders; a story may need more than one
 */
export function plant(seed: number, orders: number): PlantedMonth {
  const shop = new Shop(seed, orders);
  const { desk } = shop;
  planOf(seed, orders).forEach((story, index) => {
    desk.turnTo(Topic.Story, index);
    desk.answers.begin(story.tag);
    story.tell(shop);
    desk.answers.end();
  });
  for (const station of STATIONS) payOut(shop, station);
  desk.answers.settleBalances();
  return { books: desk.books, answers: desk.answers };
}

/** An order with which nothing is wrong. Its amount is a price's, so others have it too. */
const ORDINARY: Story = {
  tag: 'ordinary',
  weight: 0,
  tell: (shop) => {
    const { desk } = shop;
    const gross = desk.amounts.ordinary(desk.draws);
    const deal = shop.unbooked({ gross, day: desk.draws.between(1, 31) });
    const byText = desk.draws.below(5) === 0;
    desk.sale(deal, byText ? { reference: null, description: `确认收入 ${deal.no}` } : {});
  },
};

/** Every story so often as its weight says, ordinary orders between them, in a drawn order. */
function planOf(seed: number, orders: number): readonly Story[] {
  const plan = STORIES.flatMap((story) => {
    const times = Math.max(AT_LEAST, Math.round((story.weight * orders) / 1000));
    return Array.from({ length: times }, () => story);
  });
  while (plan.length < orders) plan.push(ORDINARY);
  const draws = new Draws(seed, Topic.Order, 0);
  for (let last = plan.length - 1; last > 0; last--) {
    const other = draws.below(last + 1);
    [plan[last], plan[other]] = [plan[other] ?? ORDINARY, plan[last] ?? ORDINARY];
  }
  return plan;
}

/** What happens to the station's days, each with the draws of its own. */
function payOut(shop: Shop, station: Station): void {
  const { desk } = shop;
  const batches = payoutsOf(shop, station);
  for (let at = 0; at < batches.length; at++) {
    const batch = batches[at];
    if (batch === undefined) break;
    desk.turnTo(Topic.Batch, Number(station.id) * 100 + batch.day);
    const next = batches[at + 1];
    const story = storyOf(shop, batch, next);
    desk.answers.begin(story.tag);
    recordBatch(shop, batch);
    if (story.takesNext && next !== undefined) recordBatch(shop, next);
    story.tell(shop, batch, next ?? batch);
    desk.answers.end();
    if (story.takesNext) at++;
  }
}

/** A batch goes by its payout number; where fees are booked by the day, they go by the day. */
function recordBatch({ desk }: Shop, batch: Batch): void {
  desk.answers.record(batch.no, [batch.no]);
  if (batch.station.feeHabit !== 'day') return;
  for (const day of feesByDay(batch).keys()) desk.answers.record(desk.calendar.iso(day), [batch.no]);
}

const ORDINARY_BATCH: BatchStory = {
  tag: 'ordinary',
  weight: 0,
  fits: () => true,
  tell: (shop, batch) => {
    bookFees(shop, batch);
    credit(shop, batch);
    bookPayout(shop, batch);
  },
};

function storyOf({ desk }: Shop, batch: Batch, next: Batch | undefined): BatchStory {
  const mayFollow = next?.day === batch.day + 1;
  const fitting = BATCH_STORIES.filter((story) => story.fits(batch) && (mayFollow || story.takesNext !== true));
  if (fitting.length === 0) return ORDINARY_BATCH;
  if (batch.day < desk.calendar.days && !desk.draws.inThousand(BATCHES_WITH_STORY)) return ORDINARY_BATCH;
  return desk.draws.weighted(fitting.map((story) => [story, story.weight] as const));
}
