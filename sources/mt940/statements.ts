import type { BalanceSpan } from '../../domain/balance-gaps';
import { FileRefused, type ReadContext, type RowSink } from '../reader';
import { isCompanyAccount } from '../wire/account';
import { StatementBalance, type StatedBalance } from '../wire/balance';
import { bankValues, type BankRow } from '../wire/bank-row';
import { isBroken } from '../wire/cells';
import { readable } from '../wire/column-total';
import { Occurrences } from '../wire/occurrences';
import { balanceMismatch, missingFooter, wrongAccount, wrongKind } from '../wire/refusal';
import { brokenText, rejectRow } from '../wire/rejection';
import { signedAmount } from '../wire/signed-amount';
import { readBalance, readEntryLine, type EntryLine } from './entry-line';
import type { Field } from './fields';
import { readNarrative, type Narrative } from './narrative';

/** How many statements `detected` tells of. */
const SHOWN = 50;
const NO_NARRATIVE: Narrative = { description: '', counterparty: '', endToEnd: '' };

interface OpenStatement {
  readonly line: number;
  readonly balance: StatementBalance;
  reference: string;
  account: string;
  number: string;
  entries: number;
}

/** Turns the fields of an MT940 file into rows; each statement is checked as its closing balance is read. */
export class Statements {
  /** For `detected`: each statement with its account, number and entries. */
  readonly told: Record<string, unknown>[] = [];
  readonly balances: BalanceSpan[] = [];
  count = 0;

  private readonly occurrences = new Occurrences();
  /** Where the last page of an account ended, to compare with where the next begins. */
  private readonly pageEnds = new Map<string, StatedBalance>();
  private statement: OpenStatement | null = null;
  private entry: Field | null = null;
  private narrative: Field | null = null;
  private rowNo = 0;

  constructor(
    private readonly context: ReadContext,
    private readonly sink: RowSink,
  ) {}

  take(field: Field): void {
    if (field.tag === '86') {
      this.narrative ??= field;
      return;
    }
    this.finishEntry();
    if (field.tag === '20') this.begin(field);
    else if (field.tag === '25' || field.tag === '25P') this.open(field).account = text(field).trim();
    else if (field.tag === '28' || field.tag === '28C') this.open(field).number = text(field).trim();
    else if (field.tag === '60F' || field.tag === '60M') this.takeOpening(field);
    else if (field.tag === '61') this.entry = field;
    else if (field.tag === '62F' || field.tag === '62M') this.takeClosing(field);
    else if (field.tag === '-') this.endMessage(field);
  }

  /** @throws FileRefused MISSING_FOOTER for a statement that does not end, WRONG_KIND for a file without any */
  end(lastLine: number): void {
    this.finishEntry();
    this.requireClosed(lastLine);
    if (this.count === 0) {
      throw wrongKind(
        '文件中没有 MT940 对账单（:20: :25: :60F: … :62F:）。',
        'The file holds no MT940 statement (:20: :25: :60F: … :62F:).',
      );
    }
  }

  private begin(field: Field): void {
    this.requireClosed(field.line);
    this.statement = {
      line: field.line,
      balance: new StatementBalance(),
      reference: text(field).trim(),
      account: '',
      number: '',
      entries: 0,
    };
  }

  private open(field: Field): OpenStatement {
    if (this.statement === null) throw outOfPlace(field);
    return this.statement;
  }

  /** @throws FileRefused WRONG_ACCOUNT, BALANCE_MISMATCH where a page does not go on where the one before ended */
  private takeOpening(field: Field): void {
    const statement = this.open(field);
    const opening = balanceOf(field);
    const { account } = statement;
    if (account === '') throw outOfPlace(field);
    if (!isCompanyAccount(account, opening.currency, this.context.company.banks))
      throw wrongAccount(account, field.line);
    const before = field.tag === '60M' ? this.pageEnds.get(account) : undefined;
    if (before !== undefined && !before.amount.equals(opening.amount)) {
      throw balanceMismatch(account, before.amount.toFixed(), '0', opening.amount.toFixed(), field.line);
    }
    statement.balance.opening = opening;
  }

  /** @throws FileRefused BALANCE_MISMATCH */
  private takeClosing(field: Field): void {
    const { account, balance, reference, number, entries } = this.open(field);
    if (balance.opening === null) throw outOfPlace(field);
    balance.closing = balanceOf(field);
    const outcome = balance.tieOut(account, field.line);
    if (field.tag === '62M') this.pageEnds.set(account, balance.closing);
    this.count += 1;
    const span = balance.span(account);
    if (span !== null) this.balances.push(span);
    if (this.told.length < SHOWN) this.told.push({ reference, account, number, entries, balance: outcome });
  }

  private endMessage(field: Field): void {
    this.requireClosed(field.line);
    this.statement = null;
  }

  private requireClosed(line: number): void {
    if (this.statement !== null && this.statement.balance.closing === null) {
      throw missingFooter({ zh: ':62F: 期末余额', en: 'its closing balance :62F:' }, line);
    }
  }

  /** An entry is complete when the next field but its `:86:` begins. */
  private finishEntry(): void {
    const { entry, narrative } = this;
    this.entry = null;
    this.narrative = null;
    if (entry === null) return;
    const statement = this.open(entry);
    const currency = statement.balance.opening?.currency;
    if (currency === undefined || statement.balance.closing !== null) throw outOfPlace(entry);
    statement.entries += 1;
    this.rowNo += 1;
    this.takeRow(statement, currency, entry, narrative);
  }

  private takeRow(statement: OpenStatement, currency: string, entry: Field, narrative: Field | null): void {
    const { rowNo, sink } = this;
    const cells = { ':61:': entry.lines.join('\n'), ':86:': narrative?.lines.join('\n') ?? '' };
    let worth: string | undefined;
    let moves = true;
    try {
      const line = readEntryLine(entry.lines);
      const amount = signedAmount(':61:', line.amount, currency, line.isCredit);
      moves = false;
      if (line.isBooked) statement.balance.move(amount.moved, currency);
      worth = typeof amount.value === 'string' ? amount.value : undefined;
      if (isBroken(cells[':61:'] + cells[':86:'])) throw brokenText(cells[':86:']);
      const row = rowOf(line, readable(amount.value), statement.account, currency, narrative);
      if (!line.isBooked) sink.exclude(rowNo, 'NOT_BOOKED', row.amount, currency);
      else
        sink.keep(
          rowNo,
          row.bookedOn.startsWith(this.context.month),
          bankValues(row, this.occurrences),
          row.amount,
          currency,
        );
    } catch (cause) {
      if (moves) statement.balance.move(null, currency);
      rejectRow(sink, cause, { rowNo, line: entry.line, cells, amount: worth, currency });
    }
  }
}

function rowOf(line: EntryLine, amount: string, account: string, currency: string, narrative: Field | null): BankRow {
  const told = narrative === null ? NO_NARRATIVE : readNarrative(narrative.lines);
  const own = isNoReference(line.customerReference) ? '' : line.customerReference;
  return {
    account,
    bankReference: line.bankReference || own,
    endToEnd: told.endToEnd || own,
    bookedOn: line.bookedOn,
    valueOn: line.valueOn,
    currency,
    amount,
    description: [told.description, line.supplement].filter(Boolean).join(' '),
    counterparty: told.counterparty,
    extra: { ...(line.type === '' ? {} : { type: line.type }), ...(line.isReversal ? { reversal: 'true' } : {}) },
  };
}

/** What banks write where there is no reference; a bare N is the rest of a shortened NONREF. */
function isNoReference(text: string): boolean {
  return /^(N|NONREF|KREF\+|NOT ?PROVIDED)?$/i.test(text);
}

function text(field: Field): string {
  return field.lines[0] ?? '';
}

function balanceOf(field: Field): StatedBalance {
  const balance = readBalance(text(field));
  if (balance === null) throw outOfPlace(field);
  return balance;
}

function outOfPlace(field: Field): FileRefused {
  return new FileRefused(
    'MALFORMED_STATEMENT',
    {
      zh: `第 ${field.line} 行的 :${field.tag}: 不成对账单（应依次为 :20: :25: :60F: :61: :62F:）。请向银行重新下载。`,
      en: `:${field.tag}: at line ${field.line} makes no statement (:20: :25: :60F: :61: :62F: in order). Download it again.`,
    },
    { line: field.line, value: text(field).slice(0, 80) },
  );
}
