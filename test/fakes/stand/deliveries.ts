import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addDays, daysOf } from '../../../domain/periods';

const DAY_MS = 86_400_000;

/** The day whose file the bank has not delivered; it lies beside, ready to be put there. */
export const MISSING_DAY = '17';

/** An acquirer's daily files of a month, but for one day. @returns the path of the one that is missing */
export function deliverDaily(outbox: string, aside: string, month: string): string {
  mkdirSync(outbox, { recursive: true });
  mkdirSync(aside, { recursive: true });
  let missing = '';
  const { first, last } = daysOf(month);
  for (let day = first; day <= last; day = addDays(day, 1)) {
    const name = `pos_${day.replaceAll('-', '')}.csv`;
    const isMissing = day.endsWith(MISSING_DAY);
    const path = join(isMissing ? aside : outbox, name);
    put(path, posFile(day));
    if (isMissing) missing = path;
  }
  return missing;
}

/** What the shop's till writes into a watched folder. */
export function deliverTill(folder: string, month: string): void {
  mkdirSync(folder, { recursive: true });
  put(join(folder, `till_${month.replace('-', '')}.csv`), tillFile(month));
}

/** Receipts that a branch sends by mail, as RFC 822 has it. */
export function branchMail(month: string): string {
  const content = [
    'receipt_no,order_no,customer_no,received_at,method,currency,amount',
    ...[3, 12, 21].map((day) => `FB${day},,C0001,${month}-${pad(day)} 10:00:00,bank,CNY,${day}00.00`),
  ].join('\n');
  const body = Buffer.from(content)
    .toString('base64')
    .replace(/(.{76})/g, '$1\r\n');
  return [
    'From: Branch <branch@fakes.example>',
    'To: finance@fakes.example',
    `Subject: =?UTF-8?B?${Buffer.from('分公司收款明细').toString('base64')}?=`,
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary="=_b"',
    '',
    '--=_b',
    'Content-Type: text/csv',
    'Content-Transfer-Encoding: base64',
    `Content-Disposition: attachment; filename="receipts_${month.replace('-', '')}.csv"`,
    '',
    body,
    '--=_b--',
    '',
  ].join('\r\n');
}

function posFile(day: string): string {
  const head = 'transaction_no,merchant_reference,occurred_at,type,currency,gross_amount,fee_amount,net_amount';
  const serial = day.replaceAll('-', '');
  const rows = [1, 2, 3].map(
    (index) =>
      `P${serial}${index},SO${serial}${index},${day} 1${index}:30:00,payment,CNY,${index}00.00,${index}.00,${index * 99}.00`,
  );
  return `${[head, ...rows].join('\n')}\n`;
}

function tillFile(month: string): string {
  const head = 'transaction_no,merchant_reference,occurred_at,type,currency,gross_amount,fee_amount,net_amount';
  const rows = [5, 15, 25].map(
    (day) => `T${month}${day},,${month}-${pad(day)} 18:00:00,payment,CNY,${day}.00,0.00,${day}.00`,
  );
  return `${[head, ...rows].join('\n')}\n`;
}

function put(path: string, content: string): void {
  writeFileSync(path, content);
  // Long enough ago to be complete.
  const yesterday = new Date(Date.now() - DAY_MS);
  utimesSync(path, yesterday, yesterday);
}

const pad = (day: number): string => String(day).padStart(2, '0');
