import { createReadStream } from 'node:fs';
import { appendFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Calendar, Day } from '../calendar';
import type { BankEntry } from '../cases';
import { COMPANY } from '../company';
import { formatFen, type Fen } from '../fen';
import { PIECE, TextFile } from './text-file';

const OPENING: Fen = 386_402_517n;

interface DayPart {
  text: string;
  sum: Fen;
  isSpilled: boolean;
}

/**
 * The bank statement as camt.053.001.02: a statement for each day, the balances chained. Entries come in the order of
 * orders, the file is in the order of days, and a statement opens with its balances: so each day's entries wait in a
 * file of their own.
 */
export class BankStatement {
  private readonly parts = new Map<Day, DayPart>();

  private constructor(
    private readonly path: string,
    private readonly spill: string,
    private readonly calendar: Calendar,
  ) {}

  static async create(dir: string, name: string, calendar: Calendar): Promise<BankStatement> {
    const spill = join(dir, '.bank-days');
    await rm(spill, { recursive: true, force: true });
    await mkdir(spill);
    return new BankStatement(join(dir, name), spill, calendar);
  }

  add(entry: BankEntry): void {
    const part = this.parts.get(entry.day) ?? { text: '', sum: 0n, isSpilled: false };
    this.parts.set(entry.day, part);
    part.text += entryXml(entry, this.calendar);
    if (!entry.pending) part.sum += entry.amount;
  }

  async drain(): Promise<void> {
    for (const [day, part] of this.parts) {
      if (part.text.length < PIECE / 4) continue;
      await appendFile(this.spillOf(day), part.text);
      part.text = '';
      part.isSpilled = true;
    }
  }

  async close(): Promise<void> {
    const file = await TextFile.create(this.path);
    file.write(headXml(this.calendar));
    let balance = OPENING;
    for (const [day, part] of [...this.parts].sort(([a], [b]) => a - b)) {
      file.write(openStatement(this.calendar, day, balance, balance + part.sum));
      if (part.isSpilled) {
        for await (const piece of createReadStream(this.spillOf(day), { encoding: 'utf8' })) {
          file.write(piece as string);
          await file.drain();
        }
      }
      file.write(`${part.text}    </Stmt>\n`);
      balance += part.sum;
    }
    file.write('  </BkToCstmrStmt>\n</Document>\n');
    await file.close();
    await rm(this.spill, { recursive: true });
  }

  private spillOf(day: Day): string {
    return join(this.spill, this.calendar.iso(day));
  }
}

function headXml(calendar: Calendar): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02">
  <BkToCstmrStmt>
    <GrpHdr>
      <MsgId>ICBC-STMT-${calendar.series(1)}</MsgId>
      <CreDtTm>${calendar.iso(calendar.days + 3)}T08:00:00+08:00</CreDtTm>
    </GrpHdr>
`;
}

function openStatement(calendar: Calendar, day: Day, opening: Fen, closing: Fen): string {
  const date = calendar.iso(day);
  return `    <Stmt>
      <Id>${COMPANY.bankAccount}-${calendar.compact(day)}</Id>
      <ElctrncSeqNb>${Math.max(1, day + 273)}</ElctrncSeqNb>
      <CreDtTm>${calendar.iso(day + 1)}T02:00:00+08:00</CreDtTm>
      <FrToDt><FrDtTm>${date}T00:00:00+08:00</FrDtTm><ToDtTm>${date}T23:59:59+08:00</ToDtTm></FrToDt>
      <Acct><Id><Othr><Id>${COMPANY.bankAccount}</Id></Othr></Id><Ccy>CNY</Ccy><Ownr><Nm>${COMPANY.name}</Nm></Ownr></Acct>
${balanceXml('OPBD', opening, date)}${balanceXml('CLBD', closing, date)}`;
}

function balanceXml(code: 'OPBD' | 'CLBD', balance: Fen, date: string): string {
  return `      <Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp>${amountXml(balance)}<Dt><Dt>${date}</Dt></Dt></Bal>\n`;
}

/** Amounts are unsigned; the direction stands beside them. */
function amountXml(amount: Fen): string {
  return `<Amt Ccy="CNY">${formatFen(amount < 0n ? -amount : amount)}</Amt><CdtDbtInd>${amount < 0n ? 'DBIT' : 'CRDT'}</CdtDbtInd>`;
}

function entryXml(entry: BankEntry, calendar: Calendar): string {
  const date = calendar.iso(entry.day);
  const isCredit = entry.amount >= 0n;
  const party = isCredit ? 'Dbtr' : 'Cdtr';
  const family = isCredit ? 'RCDT' : 'ICDT';
  return (
    `      <Ntry>${amountXml(entry.amount)}<Sts>${entry.pending ? 'PDNG' : 'BOOK'}</Sts><BookgDt><Dt>${date}</Dt></BookgDt><ValDt><Dt>${date}</Dt></ValDt>` +
    `<AcctSvcrRef>${entry.bankReference}</AcctSvcrRef><BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>${family}</Cd><SubFmlyCd>DMCT</SubFmlyCd></Fmly></Domn></BkTxCd>` +
    `<NtryDtls><TxDtls><Refs><AcctSvcrRef>${entry.bankReference}</AcctSvcrRef><EndToEndId>${entry.endToEnd}</EndToEndId></Refs>` +
    `<RltdPties><${party}><Nm>${escaped(entry.counterparty)}</Nm></${party}></RltdPties>` +
    `<RmtInf><Ustrd>${escaped(entry.remark)}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>\n`
  );
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
