import type { Customer } from './catalogue';
import { Topic } from './draws';
import type { Fen } from './fen';
import type { World } from './world';

/** What a customer owed when the month began, as sales and finance have it. */
export interface Opening {
  readonly customer: Customer;
  readonly sales: Fen;
  readonly ledger: Fen;
}

/** How many customers have an opening that differs: a difference no document of the month explains. */
const DIFFERENT = 2;

/**
 * The openings from before the sample's own documents: about one customer in three owes something.
 * @param differs whether something else differs for a customer: such a one does not get an opening that differs
 */
export function* oldBalances(world: World, differs: (customer: Customer) => boolean): Generator<Opening> {
  let different = 0;
  for (let n = 0; n < world.customers; n++) {
    const draws = world.draws(Topic.Opening, n);
    if (!draws.inThousand(330)) continue;
    const sales = BigInt(draws.between(10_000, 6_000_000));
    const customer = world.customer(n);
    const isWrong = different < DIFFERENT && !differs(customer);
    if (isWrong) different++;
    yield { customer, sales, ledger: isWrong ? sales - BigInt(draws.between(10, 90)) * 1_000n : sales };
  }
}
