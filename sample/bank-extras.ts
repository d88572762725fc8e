import { ACCOUNTS, bookBankEntry } from './bookkeeping';
import type { Day } from './calendar';
import type { BankEntry, Decoy, Planted, Voucher } from './cases';
import { Topic } from './draws';
import type { Fen } from './fen';
import { mistyped } from './stories/story';
import type { World } from './world';

/** A bank entry that no customer or channel made, and how finance booked it. */
export interface BankExtra {
  readonly entry: BankEntry;
  readonly vouchers: readonly Voucher[];
  readonly planted: readonly Planted[];
  readonly decoys: readonly Decoy[];
}

const SUPPLIERS = [
  '晨光文具股份有限公司',
  '得力集团有限公司',
  '安吉溪龙茶业合作社',
  '五常市稻香米业有限公司',
  '顺丰速运有限公司',
];

/** Charges, interest, supplier payments, and one credit that is announced but not booked. */
export function bankExtras(world: World): BankExtra[] {
  return [...charges(world), ...interest(world), ...suppliers(world), announced(world)];
}

function entryOf(world: World, serial: number, day: Day, amount: Fen, remark: string, counterparty: string): BankEntry {
  const bankReference = `ICBC${world.calendar.compact(day)}97${String(serial).padStart(7, '0')}`;
  return { bankReference, endToEnd: 'NOTPROVIDED', day, amount, remark, counterparty };
}

function charges(world: World): BankExtra[] {
  return [4, 9, 13, 18, 22, 27].map((day, i) => {
    const amount = -BigInt(1_500 + i * 350);
    const entry = entryOf(world, 100 + i, day, amount, '网银转账手续费', '中国工商银行');
    const isForgotten = i === 1 || i === 4;
    const booked = bookBankEntry(ACCOUNTS.fees, amount, day, '银行手续费', entry.bankReference);
    const planted: Planted[] = [
      {
        reconciliation: 'channels-ledger',
        kind: 'missing_in_finance',
        left: [entry.bankReference],
        right: [],
        currency: 'CNY',
        difference: amount,
        story: 'charge-not-booked',
        cause: { zh: '银行手续费未入账', en: 'a bank charge was not booked' },
      },
    ];
    return { entry, vouchers: isForgotten ? [] : [booked], planted: isForgotten ? planted : [], decoys: [] };
  });
}

/** Interest comes twice; the second is booked with a mistyped amount. */
function interest(world: World): BankExtra[] {
  return [21, 28].map((day, i) => {
    const amount = 41_236n + BigInt(i) * 10_581n;
    const entry = entryOf(world, 200 + i, day, amount, '存款利息', '中国工商银行');
    const booked = bookBankEntry(
      ACCOUNTS.interest,
      i === 1 ? mistyped(amount) : amount,
      day,
      '存款利息收入',
      entry.bankReference,
    );
    const planted: Planted[] = [
      {
        reconciliation: 'channels-ledger',
        kind: 'amount_differs',
        left: [entry.bankReference],
        right: [booked],
        currency: 'CNY',
        difference: amount - mistyped(amount),
        story: 'interest-amount',
        cause: { zh: '利息凭证金额录错', en: 'the interest’s voucher has a mistyped amount' },
      },
    ];
    return { entry, vouchers: [booked], planted: i === 1 ? planted : [], decoys: [] };
  });
}

function suppliers(world: World): BankExtra[] {
  const draws = world.draws(Topic.Bank, 0);
  return Array.from({ length: 12 }, (_, i) => {
    const day = 2 + Math.floor((i * (world.lastDay - 3)) / 12);
    const supplier = draws.pick(SUPPLIERS);
    const amount = -BigInt(draws.between(30_000, 4_000_000));
    const entry = entryOf(
      world,
      300 + i,
      day,
      amount,
      `采购款 CG${world.calendar.series(day)}-${String(i + 1).padStart(3, '0')}`,
      supplier,
    );
    return {
      entry,
      vouchers: [bookBankEntry(ACCOUNTS.payable, amount, day, `付采购款 ${supplier}`, entry.bankReference)],
      planted: [],
      decoys: [],
    };
  });
}

function announced(world: World): BankExtra {
  const entry: BankEntry = {
    ...entryOf(world, 400, world.lastDay, 88_800n, '待入账款项', '杭州余杭某客户'),
    pending: true,
  };
  const why = { zh: '银行尚未入账的预告', en: 'announced by the bank, not booked: not counted' };
  return { entry, vouchers: [], planted: [], decoys: [{ story: 'announced', references: [entry.bankReference], why }] };
}
