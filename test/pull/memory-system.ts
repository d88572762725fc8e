import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type {
  Access,
  Arrival,
  Connection,
  Finding,
  Page,
  Part,
  RecordsPart,
  SourceRecord,
  SourceSystem,
} from '../../sources/system';

/** Where the pages of the memory system lead on: behind an id in the first pass, then to what has changed since. */
type Cursor = { readonly after: string } | { readonly since: string };

/** An outside system in memory: what it holds, what goes wrong, and what was asked of it. */
export class MemoryServer {
  parts: Part[] = [];
  readonly records = new Map<string, SourceRecord[]>();
  /** A file's text; `empty` where there is nothing that day. */
  readonly files = new Map<string, string>();
  /** What the system counts, where it is not what it holds. */
  readonly counts = new Map<string, number>();
  /** What a part, `parts`, `connect` or `test` fails with; nothing where it answers undefined. */
  readonly troubles = new Map<string, (access: Access) => Error | undefined>();
  /** What was asked, in order: `part@cursor` and `part`. */
  readonly asked: string[] = [];
  pageSize = 3;
  /** Called before each page is handed out. */
  onPage: (part: string, page: number) => Promise<void> = () => Promise.resolve();

  /** Parts of a month's days, one CSV of card takings each. */
  fillDays(month: string, days: number): void {
    for (let day = 1; day <= days; day++) {
      const date = `${month}-${String(day).padStart(2, '0')}`;
      this.parts.push({
        nature: 'file',
        kind: 'channel-csv',
        key: `trade/${date}`,
        title: { zh: `刷卡流水 ${date}`, en: `card takings ${date}` },
        day: date,
      });
      this.files.set(`trade/${date}`, takings(date, [`${day * 10}.00`]));
    }
  }

  /** Orders with the customers they are of. */
  fillRecords(month: string, orders: number): void {
    const modifiedAt = `${month}-20T08:00:00Z`;
    this.parts.push(
      { nature: 'records', key: 'customers', title: { zh: '客户', en: 'customers' } },
      {
        nature: 'records',
        key: 'orders',
        kind: 'orders-csv',
        uses: ['customers'],
        title: { zh: '订单', en: 'orders' },
      },
    );
    this.records.set('customers', [{ id: 'c1', modifiedAt, text: '{"_id":"c1","account_no":"C-1"}' }]);
    const made = Array.from({ length: orders }, (_, i) => orderRecord(month, i + 1, '113.00', modifiedAt));
    this.records.set('orders', made);
  }
}

export function orderRecord(month: string, no: number, amount: string, modifiedAt: string): SourceRecord {
  const id = `o${String(no).padStart(7, '0')}`;
  return {
    id,
    modifiedAt,
    text: `{"_id":"${id}","name":"SO-${no}","account_id":"c1","date":"${month}-05","amount":${amount}}`,
  };
}

/** A day's takings as our channel CSV. */
export function takings(date: string, amounts: readonly string[]): string {
  const rows = amounts.map(
    (amount, i) => `T${date}-${i + 1},M${date}-${i + 1},${date} 10:00:00,payment,CNY,${amount},0.00,${amount}`,
  );
  const head = 'transaction_no,merchant_reference,occurred_at,type,currency,gross_amount,fee_amount,net_amount';
  return `${[head, ...rows].join('\n')}\n`;
}

/** The system `memory`, with one secret. It signs in with it before anything else, as real ones do. */
export function memorySystem(server: MemoryServer): SourceSystem {
  return {
    name: 'memory',
    title: { zh: '内存系统', en: 'Memory' },
    settings: [
      { name: 'endpoint', about: { zh: '地址', en: 'address' }, pattern: /^https?:\/\// },
      { name: 'pace', about: { zh: '速度', en: 'pace' }, default: 'fast' },
      { name: 'token', about: { zh: '令牌', en: 'token' }, secret: true },
    ],
    mapping: { objects: { orders: { object: 'Orders', columns: { order_no: 'name', gross_amount: 'amount' } } } },
    connect: (access) => new MemoryConnection(server, access),
  };
}

class MemoryConnection implements Connection {
  constructor(
    private readonly server: MemoryServer,
    private readonly access: Access,
  ) {}

  async parts(): Promise<readonly Part[]> {
    this.signIn('parts');
    return this.server.parts;
  }

  async *test(): AsyncIterable<Finding> {
    yield { subject: 'sign-in', state: 'ok', said: { zh: '已登录', en: 'signed in' } };
    this.signIn('test');
    yield { subject: 'orders', state: 'ok', said: { zh: '可读', en: 'can be read' }, sample: { order_no: 'SO-1' } };
    yield { subject: 'invoices', state: 'missing', said: { zh: '无权限', en: 'no right to read' } };
  }

  async *pages(part: RecordsPart, _month: string, from: string | null): AsyncIterable<Page> {
    this.signIn(part.key);
    const cursor = from === null ? { after: '' } : (JSON.parse(from) as Cursor);
    this.server.asked.push(`${part.key}@${from ?? ''}`);
    const all = [...(this.server.records.get(part.key) ?? [])];
    const left = all
      .filter((record) =>
        'after' in cursor ? record.id > cursor.after && !record.deleted : record.modifiedAt >= cursor.since,
      )
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    const latest =
      all
        .map(({ modifiedAt }) => modifiedAt)
        .sort()
        .at(-1) ?? '1970-01-01T00:00:00Z';
    for (let at = 0; at < left.length || at === 0; at += this.server.pageSize) {
      await this.server.onPage(part.key, at / this.server.pageSize + 1);
      const records = left.slice(at, at + this.server.pageSize);
      const isLast = at + this.server.pageSize >= left.length;
      const next: Cursor = isLast ? { since: latest } : { after: records.at(-1)?.id ?? '' };
      yield { records, cursor: JSON.stringify(next), expected: all.length };
    }
  }

  async count(part: RecordsPart): Promise<number | undefined> {
    const live = (this.server.records.get(part.key) ?? []).filter(({ deleted }) => deleted !== true).length;
    return this.server.counts.get(part.key) ?? live;
  }

  async fetch(part: Part): Promise<Arrival> {
    this.signIn(part.key);
    this.server.asked.push(part.key);
    const text = this.server.files.get(part.key);
    if (text === undefined || text === 'empty')
      return { state: 'empty', reason: { zh: '当日无交易', en: 'nothing that day' } };
    const path = join(this.access.scratch, 'fetched.csv');
    writeFileSync(path, text);
    return { state: 'arrived', path, fileName: `${part.key.replace('/', '-')}.csv` };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Reads the secret, then fails where that is planned. */
  private signIn(what: string): void {
    this.access.secret('token');
    const trouble = this.server.troubles.get(what)?.(this.access);
    if (trouble !== undefined) throw trouble;
  }
}
