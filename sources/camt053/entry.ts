import { Decimal } from '../../domain/money';
import { FileRefused } from '../reader';
import type { Reading } from '../text';
import type { BankRow } from '../wire/bank-row';
import { readable } from '../wire/column-total';
import type { Memo } from '../text/memo';
import { missingValue, RowRejection, unreadableCell } from '../wire/rejection';
import { signedAmount, type SignedAmount } from '../wire/signed-amount';
import type { Elements } from './elements';

/** Held in memory until its entry ends. No bank books more in one sum. */
const MAX_DETAILS = 50_000;
const DESCRIPTION_MAX = 2_000;
const DETAIL_AMOUNTS = ['Amt', 'AmtDtls/TxAmt/Amt', 'AmtDtls/CntrValAmt/Amt'];

/** Days in the company's zone, by the text of a date or date-time. */
export type Days = Memo<Reading<string>>;

/** One row an entry becomes: a detail of it, or the entry itself. */
export interface EntryPart {
  readonly detail: Elements | null;
  readonly amount: SignedAmount;
  readonly isCredit: boolean;
}

/** An `Ntry` with its `TxDtls`. */
export class Entry {
  readonly details: Elements[] = [];
  private signed: SignedAmount | null = null;

  constructor(readonly elements: Elements) {}

  addDetail(detail: Elements): void {
    if (this.details.length >= MAX_DETAILS) throw entryTooLarge(this.elements.line);
    this.details.push(detail);
  }

  get isBooked(): boolean {
    return this.elements.first('Sts/Cd', 'Sts', 'Sts/Prtry').toUpperCase() === 'BOOK';
  }

  get currency(): string {
    return this.elements.first('Amt@Ccy');
  }

  /** The direction is the one of the money: a reversal of a debit stands as CRDT with RvslInd, and comes in. */
  get isCredit(): boolean {
    return this.elements.first('CdtDbtInd') === 'CRDT';
  }

  get amount(): SignedAmount {
    this.signed ??= signedAmount('Amt', this.elements.first('Amt'), this.currency, this.isCredit);
    return this.signed;
  }

  /**
   * The rows of the entry. Several details stand for it only if each has an amount in the entry's currency and together
   * they make it; else their amounts are not what moved on the account (charges, another currency), and the entry is
   * one row. A single detail always says what for, and the entry how much.
   */
  parts(): { parts: readonly EntryPart[]; isTakenWhole: boolean } {
    const whole: EntryPart = { detail: this.details[0] ?? null, amount: this.amount, isCredit: this.isCredit };
    if (this.details.length < 2) return { parts: [whole], isTakenWhole: false };
    const parts = this.details.map((detail) => this.partOf(detail));
    if (this.isSumOf(parts)) return { parts, isTakenWhole: false };
    return { parts: [{ ...whole, detail: null }], isTakenWhole: true };
  }

  private partOf(detail: Elements): EntryPart {
    const direction = detail.first('CdtDbtInd') || this.elements.first('CdtDbtInd');
    const isCredit = direction === 'CRDT';
    const path = DETAIL_AMOUNTS.find((candidate) => detail.first(`${candidate}@Ccy`) === this.currency) ?? 'Amt';
    const text = detail.first(`${path}@Ccy`) === this.currency ? detail.first(path) : '';
    return { detail, amount: signedAmount(path, text, this.currency, isCredit), isCredit };
  }

  private isSumOf(parts: readonly EntryPart[]): boolean {
    let sum = new Decimal(0);
    for (const { amount } of parts) {
      if (amount.moved === null) return false;
      sum = sum.plus(amount.moved);
    }
    return this.amount.moved !== null && sum.equals(this.amount.moved);
  }
}

/** @throws RowRejection */
export function readPart(entry: Entry, part: EntryPart, account: string, days: Days): BankRow {
  const { elements, currency } = entry;
  if (!/^[A-Z]{3}$/.test(currency)) throw badCurrency(currency);
  const direction = elements.first('CdtDbtInd');
  if (direction !== 'CRDT' && direction !== 'DBIT') throw badDirection(direction);
  const about = part.detail === null ? entry.details : [part.detail];
  const texts = about.flatMap(textsOf);
  return {
    account,
    bankReference: bankReference(elements, part.detail),
    endToEnd: about.length === 1 ? endToEnd(about[0]) : '',
    bookedOn: readDate(elements, 'BookgDt', days) ?? readDate(elements, 'ValDt', days) ?? missing('BookgDt'),
    valueOn: readDate(elements, 'ValDt', days),
    currency,
    amount: readable(part.amount.value),
    description: shortened([...new Set([...texts, ...elements.all('AddtlNtryInf')])].join(' ')),
    counterparty: counterparty(about[0], part.isCredit),
    extra: extraOf(elements),
  };
}

/** An entry taken whole has the texts of all its details; the statement itself keeps them. */
function shortened(text: string): string {
  return text.length > DESCRIPTION_MAX ? `${text.slice(0, DESCRIPTION_MAX)}…` : text;
}

function readDate(elements: Elements, name: string, days: Days): string | null {
  const text = elements.first(`${name}/Dt`, `${name}/DtTm`);
  if (text === '') return null;
  // A date may carry a zone; it is a day all the same.
  const day = days.of(text.replace(/^(\d{4}-\d\d-\d\d)(Z|[+-]\d\d:\d\d)$/, '$1'));
  if (!day.ok) throw unreadableCell(name, text, day);
  return day.value;
}

function missing(column: string): never {
  throw missingValue(column);
}

function bankReference(entry: Elements, detail: Elements | null): string {
  return (
    detail?.first('Refs/AcctSvcrRef') ||
    entry.first('AcctSvcrRef') ||
    detail?.first('Refs/TxId') ||
    entry.first('NtryRef')
  );
}

function endToEnd(detail: Elements | undefined): string {
  const text = detail?.first('Refs/EndToEndId') ?? '';
  return /^NOT ?PROVIDED$/i.test(text) ? '' : text;
}

const TEXTS = [
  'RmtInf/Ustrd',
  'RmtInf/Strd/CdtrRefInf/Ref',
  'RmtInf/Strd/RfrdDocInf/Nb',
  'RmtInf/Strd/AddtlRmtInf',
  'AddtlTxInf',
];

function textsOf(detail: Elements): string[] {
  return TEXTS.flatMap((path) => detail.all(path));
}

/** Who paid where money came in, who was paid where it went out; else whoever is named. */
const PAYERS = namePaths('Dbtr', 'UltmtDbtr', 'Cdtr');
const PAYEES = namePaths('Cdtr', 'UltmtCdtr', 'Dbtr');

function namePaths(...roles: readonly string[]): readonly string[] {
  return roles.flatMap((role) => [`RltdPties/${role}/Nm`, `RltdPties/${role}/Pty/Nm`]);
}

function counterparty(detail: Elements | undefined, isCredit: boolean): string {
  return detail?.first(...(isCredit ? PAYERS : PAYEES)) ?? '';
}

const DOMAIN = ['BkTxCd/Domn/Cd', 'BkTxCd/Domn/Fmly/Cd', 'BkTxCd/Domn/Fmly/SubFmlyCd'];

function extraOf(entry: Elements): Record<string, string> | null {
  const domain = DOMAIN.map((path) => entry.first(path));
  const code = domain.filter(Boolean).join('/') || entry.first('BkTxCd/Prtry/Cd');
  const isReversal = ['true', '1'].includes(entry.first('RvslInd'));
  if (code === '' && !isReversal) return null;
  return { ...(code === '' ? {} : { BkTxCd: code }), ...(isReversal ? { RvslInd: 'true' } : {}) };
}

function badCurrency(currency: string): RowRejection {
  return new RowRejection('Amt@Ccy', currency, 'BAD_CURRENCY', {
    zh: `“${currency}”不是三个字母的币种代码。`,
    en: `"${currency}" is not a currency code of three letters.`,
  });
}

function badDirection(direction: string): RowRejection {
  return new RowRejection('CdtDbtInd', direction, 'UNKNOWN_TYPE', {
    zh: `借贷方向“${direction}”不认识，只有 CRDT（收）和 DBIT（付）。`,
    en: `The direction ${direction || '(empty)'} is not known; it is CRDT or DBIT.`,
  });
}

function entryTooLarge(line: number): FileRefused {
  return new FileRefused(
    'ENTRY_TOO_LARGE',
    {
      zh: `第 ${line} 行的一笔汇总入账含有超过 ${MAX_DETAILS} 笔明细，无法读取。请向银行索取逐笔入账的对账单。`,
      en: `The entry at line ${line} has more than ${MAX_DETAILS} details. Ask the bank for a statement that books them one by one.`,
    },
    { line },
  );
}
