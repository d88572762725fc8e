import type { Draws } from '../../../sample/draws';
import type { Channel } from './books';

/** How finance books a channel's fees: one by one, once a batch, once a day; a till has none. */
export type FeeHabit = 'line' | 'batch' | 'day' | 'none';

/** A merchant number, terminal or till: pays out once a day. */
export interface Station {
  readonly id: string;
  readonly channel: Channel;
  readonly account: string;
  /** Ten-thousandths of a payment. */
  readonly feeRate: number;
  readonly feeHabit: FeeHabit;
  /** Of its payouts. */
  readonly prefix: string;
  /** As the bank names the payer. */
  readonly payer: string;
}

const ALIPAY = {
  channel: 'alipay',
  account: '101201',
  feeRate: 60,
  feeHabit: 'batch',
  payer: '支付宝（中国）网络技术有限公司',
} as const;
const CARD = {
  channel: 'card',
  account: '101203',
  feeRate: 55,
  feeHabit: 'line',
  payer: '银联商务支付股份有限公司',
} as const;
const TILL = { channel: 'cash', account: '1001', feeRate: 0, feeHabit: 'none', payer: '本公司缴存' } as const;

export const STATIONS: readonly Station[] = [
  { ...ALIPAY, id: '11', prefix: 'ZFA' },
  { ...ALIPAY, id: '12', prefix: 'ZFB' },
  { ...ALIPAY, id: '13', prefix: 'ZFC' },
  {
    id: '21',
    channel: 'wechat',
    account: '101202',
    feeRate: 60,
    feeHabit: 'day',
    prefix: 'WXP',
    payer: '财付通支付科技有限公司',
  },
  { ...CARD, id: '31', prefix: 'POSA' },
  { ...CARD, id: '32', prefix: 'POSB' },
  { ...CARD, id: '33', prefix: 'POSC' },
  { ...TILL, id: '41', prefix: 'JCA' },
  { ...TILL, id: '42', prefix: 'JCB' },
];

export const stationOf = (draws: Draws, channel?: Channel): Station =>
  draws.pick(channel === undefined ? STATIONS : STATIONS.filter((station) => station.channel === channel));
