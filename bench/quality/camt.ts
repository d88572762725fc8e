import type { Calendar, Day } from '../../sample/calendar';
import { formatFen, type Fen } from '../../sample/fen';
import { BANK_ACCOUNTS, NAME, type Currency } from './company';
import type { BankEntry } from './desk/books';

const OPENING: Fen = 500_000_000n;

/** An account's statements as camt.053.001.02: one a day, the balances chained. */
export function statementOf(currency: Currency, entries: readonly BankEntry[], calendar: Calendar): string {
  const days = new Map<Day, BankEntry[]>();
  for (const entry of entries) {
    if (entry.currency !== currency) continue;
    days.set(entry.day, [...(days.get(entry.day) ?? []), entry]);
  }
  let balance = OPENING;
  const statements = [...days]
    .sort(([a], [b]) => a - b)
    .map(([day, booked]) => {
      const opening = balance;
      balance += booked.reduce((sum, { amount }) => sum + amount, 0n);
      return statementXml(currency, calendar.iso(day), [opening, balance], booked);
    });
  return `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt>
<GrpHdr><MsgId>STMT-${currency}-${calendar.month}</MsgId><CreDtTm>${calendar.iso(36)}T08:00:00+08:00</CreDtTm></GrpHdr>
${statements.join('')}</BkToCstmrStmt></Document>
`;
}

function statementXml(
  currency: Currency,
  date: string,
  balances: readonly [Fen, Fen],
  entries: readonly BankEntry[],
): string {
  const account = BANK_ACCOUNTS[currency];
  const balance = (code: string, amount: Fen): string =>
    `<Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp>${amountXml(currency, amount)}<Dt><Dt>${date}</Dt></Dt></Bal>`;
  return `<Stmt><Id>${account}-${date}</Id><CreDtTm>${date}T23:59:59+08:00</CreDtTm>
<Acct><Id><Othr><Id>${account}</Id></Othr></Id><Ccy>${currency}</Ccy><Ownr><Nm>${NAME}</Nm></Ownr></Acct>
${balance('OPBD', balances[0])}${balance('CLBD', balances[1])}
${entries.map((entry) => entryXml(entry, date)).join('\n')}
</Stmt>
`;
}

function entryXml({ amount, currency, reference, endToEnd, counterparty, remark }: BankEntry, date: string): string {
  const party = amount < 0n ? 'Cdtr' : 'Dbtr';
  return (
    `<Ntry>${amountXml(currency, amount)}<Sts>BOOK</Sts><BookgDt><Dt>${date}</Dt></BookgDt><ValDt><Dt>${date}</Dt></ValDt>` +
    `<AcctSvcrRef>${reference}</AcctSvcrRef><NtryDtls><TxDtls>` +
    `<Refs><AcctSvcrRef>${reference}</AcctSvcrRef><EndToEndId>${endToEnd}</EndToEndId></Refs>` +
    `<RltdPties><${party}><Nm>${counterparty}</Nm></${party}></RltdPties>` +
    `<RmtInf><Ustrd>${remark}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>`
  );
}

/** Amounts are unsigned; the direction stands beside them. */
function amountXml(currency: Currency, amount: Fen): string {
  const [absolute, direction] = amount < 0n ? [-amount, 'DBIT'] : [amount, 'CRDT'];
  return `<Amt Ccy="${currency}">${formatFen(absolute)}</Amt><CdtDbtInd>${direction}</CdtDbtInd>`;
}
