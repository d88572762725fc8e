import { LosslessNumber } from 'lossless-json';
import { Shelf, type Made, type ZohoRecord } from './shelf';

export interface CompanyOptions {
  /** Orders of the month; each has two lines and, where it is delivered, an invoice. */
  readonly orders?: number;
  readonly accounts?: number;
  /** YYYY-MM; the orders are spread over it evenly. */
  readonly month?: string;
  /** How many orders are modified in the same second; 1 by default. */
  readonly together?: number;
}

/** A figure of JSON with its digits. */
export const figure = (digits: string): LosslessNumber => new LosslessNumber(digits);

const ACCOUNT_ID = 5_123_456_000_000_100_000n;
const ORDER_ID = 5_123_456_000_001_000_000n;
const INVOICE_ID = 5_123_456_000_500_000_000n;
const LINE_ID = 5_123_456_001_000_000_000n;
const OWNER = { name: '王敏', id: '5123456000000000001', email: 'wang@example.cn' };
const STATUSES = ['Delivered', 'Approved', 'Created', 'Delivered', 'Cancelled'];

/** What a company keeps in Zoho CRM; the same options always make the same. */
export function makeCompany(options: CompanyOptions = {}): Map<string, Shelf> {
  const { orders = 300, accounts = 20, month = '2026-10', together = 1 } = options;
  const begin = Date.parse(`${month}-01T00:00:00+08:00`);
  const step = Math.floor((28 * 86_400) / Math.max(1, Math.ceil(orders / together)));
  const at = (place: number): number => begin + (1 + Math.floor(place / together) * Math.max(1, step)) * 1_000;
  const customer = (place: number): number => (place * 7) % accounts;
  return new Map([
    ['Accounts', new Shelf(rows(accounts, ACCOUNT_ID, () => begin - 90 * 86_400_000, account))],
    [
      'Sales_Orders',
      new Shelf(rows(orders, ORDER_ID, at, (place, id) => order(place, id, at(place), customer(place)))),
    ],
    [
      'Invoices',
      new Shelf(rows(orders, INVOICE_ID, at, (place, id) => invoice(place, id, at(place), customer(place)))),
    ],
  ]);
}

export const idOfAccount = (place: number): string => String(ACCOUNT_ID + BigInt(place));
export const idOfOrder = (place: number): string => String(ORDER_ID + BigInt(place));
export const idOfInvoice = (place: number): string => String(INVOICE_ID + BigInt(place));

/** As Zoho writes times: on the clocks of the account, with the offset. */
export function timeOf(ms: number): string {
  return new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19) + '+08:00';
}

function rows(
  size: number,
  first: bigint,
  modifiedAt: (place: number) => number,
  record: (place: number, id: string) => Omit<ZohoRecord, 'id' | 'Modified_Time'>,
): Made {
  return {
    size,
    modifiedAt,
    record: (place) => {
      const id = String(first + BigInt(place));
      return { id, Modified_Time: timeOf(modifiedAt(place)), ...record(place, id) };
    },
    placeOf: (id) => {
      const place = BigInt(id) - first;
      return place >= 0n && place < BigInt(size) ? Number(place) : -1;
    },
  };
}

function account(place: number) {
  return {
    Account_Name: `客户${String(place + 1)}`,
    Account_Number: figure(String(1001 + place)),
    Billing_State: ['上海', '广东', '北京'][place % 3],
    Owner: OWNER,
    Created_Time: '2026-01-05T09:00:00+08:00',
  };
}

/** Orders of 10.50 and up; 13 % on top. In cents, since a figure is written as it is. */
function amounts(place: number): { net: bigint; tax: bigint; gross: bigint } {
  const net = 1_050n + BigInt((place * 7_919) % 990_000);
  const tax = (net * 13n + 50n) / 100n;
  return { net, tax, gross: net + tax };
}

function order(place: number, id: string, at: number, customer: number) {
  const { net, tax, gross } = amounts(place);
  const half = net / 2n;
  return {
    Subject: `十月订货 ${String(place + 1)}`,
    SO_Number: `SO${String(place + 1).padStart(7, '0')}`,
    Account_Name: { name: `客户${String(customer + 1)}`, id: idOfAccount(customer) },
    Status: STATUSES[place % STATUSES.length],
    Created_Time: timeOf(at),
    Currency: 'CNY',
    Sub_Total: cents(net),
    Discount: figure('0'),
    Tax: cents(tax),
    Adjustment: figure('0'),
    Grand_Total: cents(gross),
    Owner: OWNER,
    Ordered_Items: [half, net - half].map((amount, i) => line(place, i, amount, id)),
  };
}

function line(place: number, i: number, amount: bigint, parent: string) {
  const tax = (amount * 13n) / 100n;
  return {
    id: String(LINE_ID + BigInt(place * 2 + i)),
    Sequence_Number: figure(String(i + 1)),
    Parent_Id: { id: parent },
    Product_Name: { name: `白茶 ${String(i + 1)}`, id: '5123456000000200001', Product_Code: `P-${String(i + 1)}` },
    Quantity: figure('1'),
    List_Price: cents(amount),
    Discount: figure('0'),
    Total: cents(amount),
    Total_After_Discount: cents(amount),
    Tax: cents(tax),
    Net_Total: cents(amount + tax),
    Description: null,
    Line_Tax: [{ percentage: figure('13'), name: '增值税', id: '5123456000000300001', value: cents(tax) }],
  };
}

function invoice(place: number, _id: string, at: number, customer: number) {
  const { net, tax, gross } = amounts(place);
  return {
    Subject: `十月开票 ${String(place + 1)}`,
    Invoice_Number: `INV${String(place + 1).padStart(7, '0')}`,
    Sales_Order: { name: `十月订货 ${String(place + 1)}`, id: idOfOrder(place) },
    Account_Name: { name: `客户${String(customer + 1)}`, id: idOfAccount(customer) },
    Invoice_Date: timeOf(at).slice(0, 10),
    Created_Time: timeOf(at),
    Status: 'Created',
    Currency: 'CNY',
    Sub_Total: cents(net),
    Discount: figure('0'),
    Tax: cents(tax),
    Adjustment: figure('0'),
    Grand_Total: cents(gross),
    Owner: OWNER,
    Invoiced_Items: [],
  };
}

/** As Zoho writes amounts: no idle zeros. */
function cents(amount: bigint): LosslessNumber {
  const digits = String(amount).padStart(3, '0');
  const [whole, rest] = [digits.slice(0, -2), digits.slice(-2).replace(/0+$/, '')];
  return figure(rest === '' ? whole : `${whole}.${rest}`);
}
