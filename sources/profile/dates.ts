import { DATE_PARTS, EXCEL_SERIAL } from '../../domain/profile-dates';
import { Memo } from '../text/memo';

/** Day numbers from 1950 to 2100; others are other numbers. */
const SERIAL = /^(1[89]\d{3}|[2-6]\d{4}|7[0-2]\d{3})(\.\d+)?$/;
const SERIAL_EPOCH = Date.UTC(1899, 11, 30);
const DAY_MS = 86_400_000;
const ISO = /^\d{4}-\d{2}-\d{2}/;
const PATTERNS: Readonly<Record<string, string>> = {
  yyyy: '(?<y>\\d{4})',
  yy: '(?<y>\\d{2})',
  MM: '(?<M>\\d{2})',
  M: '(?<M>\\d{1,2})',
  dd: '(?<d>\\d{2})',
  d: '(?<d>\\d{1,2})',
  HH: '(?<H>\\d{2})',
  H: '(?<H>\\d{1,2})',
  mm: '(?<m>\\d{2})',
  ss: '(?<s>\\d{2})',
};

/** Turns dates as a profile says the file writes them into a form that every file may have. */
export class DateForms {
  private readonly forms: readonly RegExp[];
  private readonly takesSerials: boolean;
  private readonly days = new Memo((text: string) => this.read(text));

  /** @param dates forms of the profile; none: the usual ones, and day numbers in a workbook */
  constructor(
    private readonly dates: readonly string[],
    private readonly isWorkbook: boolean,
  ) {
    this.forms = dates.filter((form) => form !== EXCEL_SERIAL).map(patternOf);
    this.takesSerials = isWorkbook && (dates.length === 0 || dates.includes(EXCEL_SERIAL));
  }

  /** The date, with its time where it has one, as `readMoment` reads it; text of another form as it is. */
  canonical(text: string): string {
    return text === '' ? '' : this.days.of(text);
  }

  /** A day and a time from two cells. */
  join(date: string, time: string): string {
    const day = this.canonical(date);
    if (day === '' || time === '') return day;
    return `${day.replace(/ 00:00:00$/, '')} ${this.time(time)}`;
  }

  private read(text: string): string {
    if (this.takesSerials && SERIAL.test(text)) return serialText(Number(text));
    if (this.dates.length === 0) return packedMoment(text);
    if (this.isWorkbook && ISO.test(text)) return text;
    for (const form of this.forms) {
      const parts = form.exec(text)?.groups;
      if (parts) return write(parts);
    }
    // Not one of the forms the profile names: something that no reader takes for a date.
    return `${text} ≠ ${this.dates.join(', ')}`;
  }

  /** `123456`, also without its leading zero, `12:34`, and the fraction of a day of a workbook. */
  private time(text: string): string {
    if (/^\d{5,6}$/.test(text)) return text.padStart(6, '0').replace(/(\d\d)(\d\d)(\d\d)/, '$1:$2:$3');
    if (this.isWorkbook && /^0(\.\d+)?$/.test(text))
      return new Date(Math.round(Number(text) * 86_400) * 1000).toISOString().slice(11, 19);
    return text;
  }
}

/** `20261005123456` and `20261005 123456` are the date and time that banks write without marks. */
function packedMoment(text: string): string {
  return text.replace(/^(\d{8})[ T]?([01]\d|2[0-3])([0-5]\d)([0-5]\d)$/, '$1 $2:$3:$4');
}

function serialText(serial: number): string {
  const iso = new Date(SERIAL_EPOCH + Math.round((serial * DAY_MS) / 1000) * 1000).toISOString();
  return serial % 1 === 0 ? iso.slice(0, 10) : `${iso.slice(0, 10)} ${iso.slice(11, 19)}`;
}

function patternOf(form: string): RegExp {
  const parts = form.match(DATE_PARTS) ?? [];
  return new RegExp(`^${parts.map((part) => PATTERNS[part] ?? part.replace(/[./-]/, '\\$&')).join('')}$`);
}

function write({ y = '', M = '', d = '', H, m, s }: Record<string, string | undefined>): string {
  const day = `${y.length === 2 ? `20${y}` : y}-${M.padStart(2, '0')}-${d.padStart(2, '0')}`;
  return H === undefined ? day : `${day} ${H.padStart(2, '0')}:${m ?? '00'}:${s ?? '00'}`;
}
