import type { ChannelType } from './channel-row';

/** What providers call the movements of a merchant's account; the first that fits counts. */
const WORDS: readonly (readonly [RegExp, ChannelType])[] = [
  [/收费|退费|服务费|手续费/, 'fee'],
  [/退款/, 'refund'],
  [/提现|转账/, 'payout'],
  [/^(交易|交易付款|在线支付)$/, 'payment'],
];
const IS_INCOME: Readonly<Partial<Record<ChannelType, boolean>>> = { payment: true, refund: false, payout: false };

export interface FundType {
  readonly type: ChannelType;
  /** Whether the bill's own word says so; else the direction alone does, and the word is kept beside the row. */
  readonly isTold: boolean;
}

/**
 * The type of a movement by its provider's word. One whose word is unknown, or goes the other way than its money, has
 * the type of its direction: money that came in is a payment, money that left the account a payout.
 * @param isIncome null for a movement of nothing
 */
export function fundType(word: string, isIncome: boolean | null): FundType {
  const known = WORDS.find(([pattern]) => pattern.test(word))?.[1];
  const usual = known === undefined ? undefined : IS_INCOME[known];
  if (known !== undefined && (isIncome === null || usual === undefined || usual === isIncome)) {
    return { type: known, isTold: true };
  }
  return { type: isIncome === false ? 'payout' : 'payment', isTold: false };
}
