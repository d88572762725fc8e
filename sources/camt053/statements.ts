import type { BalanceSpan } from '../../domain/balance-gaps';
import { Decimal } from '../../domain/money';
import type { ReadContext, RowSink } from '../reader';
import { readDay, ZoneClock } from '../text';
import { isCompanyAccount } from '../wire/account';
import { StatementBalance, type StatedBalance } from '../wire/balance';
import { bankValues } from '../wire/bank-row';
import { Memo } from '../text/memo';
import { Occurrences } from '../wire/occurrences';
import { wrongAccount } from '../wire/refusal';
import { rejectRow } from '../wire/rejection';
import type { Elements } from './elements';
import { Entry, readPart, type Days, type EntryPart } from './entry';
import type { StatementHandler } from './parser';

/** How many statements `detected` tells of. */
const SHOWN = 50;

interface OpenStatement {
  readonly line: number;
  readonly balance: StatementBalance;
  id: string;
  account: string;
  entries: number;
}

/** Turns the parts of a CAMT.053 document into rows; each statement is checked as it ends. */
export class Statements implements StatementHandler {
  /** For `detected`: each statement with its account, entries and how its balance tied out. */
  readonly told: Record<string, unknown>[] = [];
  readonly balances: BalanceSpan[] = [];
  /** Entries whose details did not make their amount, taken as one row each. */
  takenWhole = 0;

  private readonly days: Days;
  private readonly occurrences = new Occurrences();
  private statement: OpenStatement = newStatement(0);
  private entry: Entry | null = null;
  private rowNo = 0;

  constructor(
    private readonly context: ReadContext,
    private readonly sink: RowSink,
  ) {
    const clock = new ZoneClock(context.company.timezone);
    this.days = new Memo((text) => readDay(text, clock));
  }

  statementBegins(line: number): void {
    this.statement = newStatement(line);
  }

  part(name: string, elements: Elements): void {
    if (name === 'Id') this.statement.id = elements.first('');
    else if (name === 'Acct') this.takeAccount(elements);
    else if (name === 'Bal') takeBalance(elements, this.statement.balance);
  }

  entryBegins(elements: Elements): void {
    this.entry = new Entry(elements);
  }

  detail(elements: Elements): void {
    this.entry?.addDetail(elements);
  }

  entryEnds(): void {
    const { entry } = this;
    if (entry === null) return;
    this.statement.entries += 1;
    if (entry.isBooked) this.statement.balance.move(entry.amount.moved, entry.currency);
    const { parts, isTakenWhole } = entry.parts();
    if (isTakenWhole) this.takenWhole += 1;
    for (const part of parts) this.takeRow(entry, part);
    this.entry = null;
  }

  /** @throws FileRefused BALANCE_MISMATCH, WRONG_ACCOUNT where it names none */
  statementEnds(line: number): void {
    const { id, account, entries, balance } = this.statement;
    if (account === '') throw wrongAccount('?', line);
    const outcome = balance.tieOut(account, line);
    const span = balance.span(account);
    if (span !== null) this.balances.push(span);
    if (this.told.length < SHOWN) this.told.push({ id, account, entries, balance: outcome });
  }

  /** @throws FileRefused WRONG_ACCOUNT */
  private takeAccount(elements: Elements): void {
    const account = elements.first('Id/IBAN', 'Id/Othr/Id');
    this.statement.account = account;
    if (!isCompanyAccount(account, elements.first('Ccy'), this.context.company.banks)) {
      throw wrongAccount(account, elements.line);
    }
  }

  private takeRow(entry: Entry, part: EntryPart): void {
    this.rowNo += 1;
    const { rowNo, sink } = this;
    const amount = typeof part.amount.value === 'string' ? part.amount.value : undefined;
    try {
      if (!entry.isBooked) {
        sink.exclude(rowNo, 'NOT_BOOKED', amount, entry.currency);
        return;
      }
      const row = readPart(entry, part, this.statement.account, this.days);
      sink.keep(
        rowNo,
        row.bookedOn.startsWith(this.context.month),
        bankValues(row, this.occurrences),
        row.amount,
        row.currency,
      );
    } catch (cause) {
      const line = (part.detail ?? entry.elements).line;
      const cells = { ...entry.elements.record(), ...part.detail?.record() };
      rejectRow(sink, cause, { rowNo, line, cells, amount, currency: entry.currency });
    }
  }
}

function newStatement(line: number): OpenStatement {
  return { line, balance: new StatementBalance(), id: '', account: '', entries: 0 };
}

/** Opening is OPBD, or PRCD where a bank repeats the last closing instead; closing is CLBD. */
function takeBalance(elements: Elements, balance: StatementBalance): void {
  const code = elements.first('Tp/CdOrPrtry/Cd');
  const text = elements.first('Amt');
  if (!/^\d+(\.\d+)?$/.test(text)) return;
  const size = new Decimal(text);
  const stated: StatedBalance = {
    currency: elements.first('Amt@Ccy'),
    amount: elements.first('CdtDbtInd') === 'DBIT' ? size.neg() : size,
  };
  if (code === 'OPBD' || (code === 'PRCD' && balance.opening === null)) balance.opening = stated;
  if (code === 'CLBD') balance.closing = stated;
}
