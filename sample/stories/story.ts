import type { ExceptionKind, ReconciliationName } from '../../domain/words';
import type { Named, OrderCase, Payment, Voucher } from '../cases';
import type { Draws } from '../draws';
import type { Fen } from '../fen';
import type { Traits } from '../ordinary';
import type { World } from '../world';

/** Where a story happens. */
export interface Scene {
  readonly world: World;
  readonly index: number;
  /** 0, 1, 2, …: the how manieth time it is told. */
  readonly instance: number;
  /** Of a story about two orders in a row: the first or the second. */
  readonly part: 0 | 1;
  readonly draws: Draws;
}

/** Something that happens to an ordinary order: a planted difference, or traffic that only looks wrong. */
export interface Story {
  readonly name: string;
  /** How often it is told in 3,000 orders. */
  readonly instances: number;
  /** How many orders in a row it is about. */
  readonly orders: 1 | 2;
  /** It is told at most so often, however many orders there are. */
  readonly most?: number;
  /** What it needs of its order. */
  traits(scene: Scene): Traits;
  /** Changes the case and says what was planted. */
  tell(scene: Scene, kase: OrderCase): void;
}

/** A delivered order, billed, whose documents name each other plainly: the stage of most stories. */
export const PLAIN: Traits = { status: 'delivered', pay: 'none', returned: false, plain: true };

/** What a planted difference looks like to the clerk who finds it. */
export interface Finding {
  readonly left: readonly Named[];
  readonly right: readonly Named[];
  /** Other numbers of the records on the left. */
  readonly also?: readonly Named[];
  readonly difference: Fen;
  readonly zh: string;
  readonly en: string;
  /** Where else the same cause shows, because the documents there do not agree either. */
  readonly again?: readonly Again[];
}

/** The same cause in another reconciliation. */
export interface Again extends Pick<Finding, 'left' | 'right' | 'difference'> {
  readonly reconciliation: ReconciliationName;
  readonly kind: ExceptionKind;
}

/** Makes a story that plants differences of one kind in one reconciliation. `happen` changes the case and tells what to find. */
export function plants(
  reconciliation: ReconciliationName,
  kind: ExceptionKind,
  name: string,
  traits: Traits | ((scene: Scene) => Traits),
  happen: (kase: OrderCase, scene: Scene) => Finding,
  instances = 2,
): Story {
  return {
    name,
    instances,
    orders: 1,
    traits: typeof traits === 'function' ? traits : () => traits,
    tell(scene, kase) {
      const { left, right, also = [], difference, zh, en, again = [] } = happen(kase, scene);
      const told = { currency: 'CNY', story: name, cause: { zh, en } } as const;
      kase.planted.push({ reconciliation, kind, left, right, also, difference, ...told });
      for (const one of again) kase.planted.push({ ...one, also: [], ...told });
    },
  };
}

/** Makes a story of traffic that only looks wrong. `happen` changes the case and names the documents. */
export function decoy(
  name: string,
  why: { zh: string; en: string },
  traits: Traits | ((scene: Scene) => Traits),
  happen: (kase: OrderCase, scene: Scene) => readonly Named[],
  instances = 2,
  orders: 1 | 2 = 1,
): Story {
  return {
    name,
    instances,
    orders,
    traits: typeof traits === 'function' ? traits : () => traits,
    tell(scene, kase) {
      const references = happen(kase, scene);
      if (references.length > 0) kase.decoys.push({ story: name, references, why });
    },
  };
}

/** The one record a story works on; it asked for it by its traits. */
export function only<T>(records: readonly T[]): T {
  const [first] = records;
  if (first === undefined) throw new Error('a story needs a record that its traits did not ask for');
  return first;
}

/** What the bank or channel calls a payment. */
export function outsideReference(paid: Payment): string {
  return paid.movements[0]?.transactionNo ?? only(paid.bankEntries).bankReference;
}

/** The same voucher again, made later: nothing it shares can change under the first. */
export function again(voucher: Voucher, day = voucher.day): Voucher {
  return { ...voucher, day, postings: voucher.postings.map((posting) => ({ ...posting })) };
}

/** An amount that is wrong in a way people get amounts wrong: two neighbouring digits swapped, else ten yuan more. */
export function mistyped(amount: Fen): Fen {
  const digits = amount.toString();
  for (let at = digits.length - 3; at > 0; at--) {
    const [left, right] = [digits.charAt(at - 1), digits.charAt(at)];
    if (left === right || (at === 1 && right === '0')) continue;
    return BigInt(digits.slice(0, at - 1) + right + left + digits.slice(at + 1));
  }
  return amount + 1_000n;
}
