import type { Bilingual } from '../../domain/words';
import type { SourceReader } from '../reader';
import type { FilePart, Page } from '../system';

/** A bill that a channel makes: how settings and part keys call it, and what reads it. */
export interface Bill {
  readonly name: string;
  readonly reader: SourceReader;
  readonly title: Bilingual;
}

/** One bill of one day (YYYY-MM-DD) or of one month (YYYY-MM). */
export interface DatedBill<B extends Bill = Bill> {
  readonly bill: B;
  readonly date: string;
}

/** `trade/2026-10-17`: the bill of a day or month as a part of the source's month. */
export function billPart({ bill, date }: DatedBill, notBefore: Date): FilePart {
  return {
    nature: 'file',
    key: `${bill.name}/${date}`,
    kind: bill.reader.kind,
    title: titleOf({ bill, date }),
    notBefore,
    ...(date.length === 10 ? { day: date } : {}),
  };
}

export function titleOf({ bill, date }: DatedBill): Bilingual {
  return { zh: `${bill.title.zh} ${date}`, en: `${bill.title.en} of ${date}` };
}

/** What the evidence is called: the system's own names may be in any encoding and stand in an address that is a secret. */
export function fileNameOf(system: string, { bill, date }: DatedBill, ending: string): string {
  return `${system}-${bill.name}-${date}${ending}`;
}

/** The bill that a part key names. */
export function billOfPart<B extends Bill>(bills: readonly B[], { key }: FilePart): DatedBill<B> {
  const [name, date] = key.split('/');
  const bill = bills.find((one) => one.name === name);
  if (bill === undefined || date === undefined) throw new Error(`no bill is called ${key}`);
  return { bill, date };
}

/** What a setting that lists bills may say: one or more of their names, with commas between them. */
export function listPattern(bills: readonly Bill[]): RegExp {
  const name = `(?:${bills.map((bill) => bill.name).join('|')})`;
  return new RegExp(`^${name}(?:\\s*,\\s*${name})*$`);
}

/** The bills that such a setting lists. */
export function listedBills<B extends Bill>(bills: readonly B[], listed: string): B[] {
  const names = listed.split(',').map((name) => name.trim());
  return bills.filter((bill) => names.includes(bill.name));
}

/** Channels hand out files and no records. */
export async function* noRecords(): AsyncGenerator<Page> {
  // Nothing to hand out.
}
