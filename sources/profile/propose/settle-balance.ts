import type { Trial } from '../../../domain/profile-trial';
import type { Draft } from './draft';

/**
 * Reads the file, and lets its running balance judge which way money went: where it does not fit, money out and in are
 * tried the other way round, and where that does not fit either the balance is left out.
 */
export async function settleBalance(draft: Draft, read: () => Promise<Trial | null>): Promise<Trial | null> {
  const trial = await read();
  const { balance } = draft.rest;
  if (trial?.refusal?.code !== 'BALANCE_MISMATCH' || typeof balance !== 'string') return trial;
  const { amount } = draft.columns;
  if (isSides(amount)) {
    draft.columns['amount'] = { debit: amount.credit, credit: amount.debit };
    const turned = await read();
    if (turned?.refusal === null) {
      draft.doubt(
        `按余额看，“${amount.debit}”是收入，“${amount.credit}”是支出`,
        `by the balance ${amount.debit} is money in and ${amount.credit} money out`,
      );
      return turned;
    }
    draft.columns['amount'] = amount;
  }
  delete draft.rest['balance'];
  draft.doubt(
    `“${balance}”与发生额不连续（第 ${trial.refusal.line ?? 0} 行），没有用它核对完整性；文件可能缺行，或按其他次序排列`,
    `${balance} does not follow the amounts (line ${trial.refusal.line ?? 0}) and is not used to check that the file is whole: rows may be missing, or stand in another order`,
  );
  return read();
}

function isSides(source: unknown): source is { readonly debit: string; readonly credit: string } {
  return typeof source === 'object' && source !== null && 'debit' in source && 'credit' in source;
}
