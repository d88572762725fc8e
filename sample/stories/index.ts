import { Topic } from '../draws';
import { ordinaryCase } from '../ordinary';
import type { OrderCase } from '../cases';
import type { World } from '../world';
import { CHANNELS_LEDGER } from './channels-ledger';
import { DECOYS } from './decoys';
import { ORDERS_INVOICES } from './orders-invoices';
import { ORDERS_LEDGER } from './orders-ledger';
import { ORDERS_RECEIPTS } from './orders-receipts';
import { RECEIPTS_CHANNELS } from './receipts-channels';
import type { Story } from './story';

export const STORIES: readonly Story[] = [
  ...ORDERS_LEDGER,
  ...ORDERS_INVOICES,
  ...ORDERS_RECEIPTS,
  ...RECEIPTS_CHANNELS,
  ...CHANNELS_LEDGER,
  ...DECOYS,
];

/** A story is told at most so often, however many orders there are, unless it sets a bound of its own. */
const MOST_INSTANCES = 120;

interface Told {
  readonly story: Story;
  readonly instance: number;
}

interface Casting extends Told {
  readonly part: 0 | 1;
}

/**
 * Which order has which story. It is the one list that is kept, and it is short: stories grow with the orders only up
 * to a bound.
 */
export class Plot {
  private readonly castings = new Map<number, Casting>();

  /** @throws RangeError when there are too few orders for every story */
  constructor(private readonly world: World) {
    const share = world.orders / 3000;
    const told = STORIES.flatMap((story) => {
      const count = Math.max(1, Math.min(story.most ?? MOST_INSTANCES, Math.round(story.instances * share)));
      return Array.from({ length: count }, (_, instance) => ({ story, instance }));
    });
    const room = Math.floor(world.orders / told.length);
    if (room < 2) throw new RangeError(`at least ${told.length * 2} orders are needed to tell every story`);
    shuffle(told, world);
    told.forEach(({ story, instance }, k) => {
      const index = k * room + world.draws(Topic.Story, k).below(room - 1);
      this.castings.set(index, { story, instance, part: 0 });
      if (story.orders === 2) this.castings.set(index + 1, { story, instance, part: 1 });
    });
  }

  /** Order `index` as it stands in the files, its story told. */
  caseAt(index: number): OrderCase {
    const casting = this.castings.get(index);
    if (!casting) return ordinaryCase(this.world, index);
    const scene = {
      world: this.world,
      index,
      instance: casting.instance,
      part: casting.part,
      draws: this.world.draws(Topic.Story, index),
    };
    const kase = ordinaryCase(this.world, index, casting.story.traits(scene));
    casting.story.tell(scene, kase);
    return kase;
  }
}

/** Fisher and Yates. */
function shuffle(list: Told[], world: World): void {
  const draws = world.draws(Topic.Story, -2);
  for (let i = list.length - 1; i > 0; i--) {
    const j = draws.below(i + 1);
    [list[i], list[j]] = [list[j] as Told, list[i] as Told];
  }
}
