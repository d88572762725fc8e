import type { CompanySettings } from '../../domain/company';
import { Decimal, formatAmount } from '../../domain/money';
import { Problem } from '../../domain/problem';
import type { Profile } from '../../domain/profile';
import type { Trial, TrialFile, TrialRow } from '../../domain/profile-trial';
import type { RowSink, SourceReader } from '../reader';
import { profileReader } from './index';

/** Rows that were not accepted and are shown. */
const ODD_ROWS = 20;
/** A trial runs beside other requests: larger workbooks are imported. */
export const TRIAL_WORKBOOK_BYTES = 60_000_000;
/** What no person reads. */
const HIDDEN = /_key$/;

/** Reads a file as an import would, and tells what became of it. A refused file is an answer, not an error. */
export async function tryProfile(
  file: TrialFile,
  profile: Profile,
  of: { readonly month: string; readonly company: CompanySettings },
): Promise<Trial> {
  const reader = profileReader(profile, { workbookBytesMax: TRIAL_WORKBOOK_BYTES });
  const seen = new Seen(reader, file.rows);
  const { path, fileName, encoding } = file;
  const context = { path, fileName, ...of, ...(encoding === undefined ? {} : { encoding }) };
  try {
    const { detected } = await reader.read(context, seen.sink);
    return seen.told(typeof detected['encoding'] === 'string' ? detected['encoding'] : null, null);
  } catch (cause) {
    if (!(cause instanceof Problem)) throw cause;
    const line = typeof cause.details['line'] === 'number' ? cause.details['line'] : null;
    return seen.told(null, { code: cause.code, reason: cause.reason, line });
  }
}

/** Counts rows and keeps the first ones. */
class Seen {
  private readonly rows: TrialRow[] = [];
  private readonly rejectedRows: Trial['rejectedRows'][number][] = [];
  private readonly excludedRows: Trial['excludedRows'][number][] = [];
  private readonly totals = new Map<string, Decimal>();
  private accepted = 0;
  private rejected = 0;
  private excluded = 0;
  private otherMonth = 0;

  constructor(
    private readonly reader: SourceReader,
    private readonly most: number,
  ) {}

  readonly sink: RowSink = {
    keep: (line, inPeriod, values, amount, currency) => {
      if (this.rows.length < this.most) this.rows.push({ line, inPeriod, values: this.named(values) });
      if (inPeriod) {
        this.accepted += 1;
        this.totals.set(currency, (this.totals.get(currency) ?? new Decimal(0)).plus(amount));
      } else {
        this.excluded += 1;
        this.otherMonth += 1;
      }
    },
    reject: ({ line, column, value, code, reason }) => {
      this.rejected += 1;
      if (this.rejectedRows.length < ODD_ROWS) this.rejectedRows.push({ line, column, value, code, reason });
    },
    exclude: (line, why) => {
      this.excluded += 1;
      if (this.excludedRows.length < ODD_ROWS) this.excludedRows.push({ line, why });
    },
    // Other requests are answered between the pieces of a file.
    room: () => new Promise((resolve) => setImmediate(resolve)),
  };

  told(form: string | null, refusal: Trial['refusal']): Trial {
    const { accepted, rejected, excluded, otherMonth, rows, rejectedRows, excludedRows } = this;
    const totals = Object.fromEntries(
      [...this.totals].map(([currency, sum]) => [currency, formatAmount(sum, currency)]),
    );
    const rowsIn = accepted + rejected + excluded;
    return {
      form,
      rowsIn,
      accepted,
      rejected,
      excluded,
      otherMonth,
      totals,
      rows,
      rejectedRows,
      excludedRows,
      refusal,
    };
  }

  private named(values: readonly (string | null)[]): Record<string, string> {
    const named: Record<string, string> = {};
    this.reader.columns.forEach((column, i) => {
      const value = values[i];
      if (value !== null && value !== undefined && !HIDDEN.test(column)) named[column] = value;
    });
    return named;
  }
}
