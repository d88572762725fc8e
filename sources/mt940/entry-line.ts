import { Decimal } from '../../domain/money';
import { isDay } from '../text';
import type { StatedBalance } from '../wire/balance';
import { RowRejection } from '../wire/rejection';

/** A `:61:` as it stands, before its amount and dates are judged. */
export interface EntryLine {
  readonly valueOn: string;
  readonly bookedOn: string;
  /** EC and ED announce a movement that is only expected. */
  readonly isBooked: boolean;
  readonly isCredit: boolean;
  readonly isReversal: boolean;
  /** With a decimal point, without sign. */
  readonly amount: string;
  /** `NTRF`, `FMSC`, `NRTI`… */
  readonly type: string;
  readonly customerReference: string;
  readonly bankReference: string;
  readonly supplement: string;
}

const BALANCE = /^\s*(C|D)(\d{6})([A-Z]{3})(\d*,?\d*)\s*$/;
const ENTRY = /^\s*(\d{6})(\d{4})?(R[CD]|E[CD]|C|D)([A-Z])?\s?(\d+,?\d*|,\d+)(?![.,\d])\s*([NFS][A-Z0-9 ]{3})?(.*)$/;

/** `C131016DEM84349,74`: credit or debit, day, currency, amount. Null where it is none. */
export function readBalance(text: string): StatedBalance | null {
  const found = BALANCE.exec(text);
  if (found === null) return null;
  const [, mark, , currency = '', digits = ''] = found;
  const amount = pointed(digits);
  if (amount === null) return null;
  const size = new Decimal(amount);
  return { currency, amount: mark === 'D' ? size.neg() : size };
}

/**
 * `0210311102DR800,NSTONONREF//55555` and a second line of supplement. The letter after the mark, the R of `DR`, is the
 * third of the currency and no reversal; `RD` and `RC` are.
 * @throws RowRejection BAD_ENTRY, NO_SUCH_DAY
 */
export function readEntryLine(lines: readonly string[]): EntryLine {
  const joined =
    /\d\s*$/.test(lines[0] ?? '') || (lines[0] ?? '').includes(',') ? (lines[0] ?? '') : lines.slice(0, 2).join('');
  const found = ENTRY.exec(joined);
  const amount = found === null ? null : pointed(found[5] ?? '');
  if (found === null || amount === null) throw badEntry(lines.join(' '));
  const [, value = '', entry, mark = '', , , type = '', references = ''] = found;
  const valueOn = dayOf(value);
  const slashes = references.indexOf('//');
  return {
    valueOn,
    bookedOn: entry === undefined ? valueOn : nearestDay(entry, valueOn),
    isBooked: !mark.startsWith('E'),
    isCredit: ['C', 'RD', 'EC'].includes(mark),
    isReversal: mark.startsWith('R'),
    amount,
    type,
    customerReference: (slashes === -1 ? references : references.slice(0, slashes)).trim(),
    bankReference: slashes === -1 ? '' : references.slice(slashes + 2).trim(),
    supplement: (joined === lines[0] ? lines.slice(1) : lines.slice(2)).join(' ').trim(),
  };
}

/** `1,5` as `1.5`, `380115,` as `380115`, `,5` as `0.5`. */
function pointed(digits: string): string | null {
  const [whole = '', fraction = ''] = digits.split(',');
  if (whole === '' && fraction === '') return null;
  return fraction === '' ? whole : `${whole || '0'}.${fraction}`;
}

/** YYMMDD; years from 80 belong to the last century. */
function dayOf(text: string): string {
  const year = Number(text.slice(0, 2));
  return existing(year + (year < 80 ? 2000 : 1900), text.slice(2, 4), text.slice(4, 6), text);
}

/** MMDD in the year that puts it nearest to the value day: an entry of 2 January may have its value on 30 December. */
function nearestDay(monthDay: string, valueOn: string): string {
  const year = Number(valueOn.slice(0, 4));
  const [month, day] = [monthDay.slice(0, 2), monthDay.slice(2)];
  const distance = (candidate: number): number =>
    Math.abs(Date.UTC(candidate, Number(month) - 1, Number(day)) - Date.parse(`${valueOn}T00:00:00Z`));
  const nearest = [year - 1, year, year + 1].reduce((best, candidate) =>
    distance(candidate) < distance(best) ? candidate : best,
  );
  return existing(nearest, month, day, monthDay);
}

function existing(year: number, month: string, day: string, text: string): string {
  if (isDay(year, Number(month), Number(day))) return `${year}-${month}-${day}`;
  throw new RowRejection(':61:', text, 'NO_SUCH_DAY', {
    zh: `“${text}”不是存在的日期。`,
    en: `"${text}" is no day of the calendar.`,
  });
}

function badEntry(text: string): RowRejection {
  return new RowRejection(':61:', text.slice(0, 200), 'BAD_ENTRY', {
    zh: ':61: 不是“日期、借贷标志、金额（逗号为小数点）、交易类型、参考号”的格式。',
    en: ':61: is not a date, a debit or credit mark, an amount with a comma, a type and references.',
  });
}
