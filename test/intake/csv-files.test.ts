import iconv from 'iconv-lite';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { FILE_COLUMNS, headerKey } from '../../domain/file-columns';
import { csvReader } from '../../sources/csv';
import { COMPANY, readText } from './reading';

const HEADER = 'order_no,customer_no,order_date,currency,gross_amount,tax_amount,status';
const CHUNK = 256 << 10;

describe('CSV files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'intake-files-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const read = (text: string | Buffer, options = {}) =>
    readText(csvReader('orders-csv'), folder, text, { lane: true, ...options });

  test.each([
    ['Order No,CUSTOMER-NO,orderDate,Currency,gross amount,Tax_Amount,STATUS'],
    ['订单编号,客户代码,下单日期,币别,含税金额,税额,订单状态'],
    ['\ufeffｏｒｄｅｒ＿ｎｏ, customer_no ,"order_date",currency,gross_amount,tax_amount,status'],
  ])('columns are found by name: %s', async (header) => {
    const { kept, rejected } = await read(`${header}\nSO-1,C1,2026-10-05,CNY,1.00,0.00,approved\n`);
    expect({ kept: kept.length, rejected }).toEqual({ kept: 1, rejected: [] });
  });

  test.each([';', '\t'])('cells may be parted by %j', async (mark) => {
    const { kept } = await read(`${HEADER}\nSO-1,C1,2026-10-05,CNY,1.00,0.00,approved\n`.replaceAll(',', mark));
    expect(kept).toHaveLength(1);
  });

  test('a two-byte character on the edge of a piece is read whole', async () => {
    for (const shift of [0, 1]) {
      const head = iconv.encode(
        `${HEADER},region\nSO-1,C1,2026-10-05,CNY,1.00,0.00,approved,${'x'.repeat(shift)}`,
        'gb18030',
      );
      const body = iconv.encode(`华东\n`, 'gb18030');
      const line = iconv.encode(`SO-2,C2,2026-10-05,CNY,1.00,0.00,已审核,青禾\n`, 'gb18030');
      const lines = Array.from({ length: Math.ceil((2 * CHUNK) / line.length) }, () => line);
      const { kept, rejected, summary } = await read(Buffer.concat([head, body, ...lines]));
      expect(summary.detected['encoding']).toBe('gb18030');
      expect(rejected).toEqual([]);
      expect(new Set(kept.slice(1).map(({ values }) => values.join()))).toEqual(
        new Set(['SO-2,SO2,C2,C2,,2026-10-05,CNY,1.00,0.00,approved,,青禾,']),
      );
    }
  });

  test('--encoding overrides what would be recognised', async () => {
    const bytes = iconv.encode(`${HEADER}\nSO-中,C1,2026-10-05,CNY,1.00,0.00,approved\n`, 'gb18030');
    expect((await read(bytes)).kept).toHaveLength(1);
    expect((await read(bytes, { encoding: 'utf-8' })).rejected).toMatchObject([{ code: 'UNDECODABLE', line: 2 }]);
  });

  test('unknown columns are kept beside the row, the columns of an error export are not', async () => {
    const { kept, summary } = await read(
      `${HEADER},备注,错误原因\nSO-1,C1,2026-10-05,CNY,1.00,0.00,approved,加急,bad\n`,
    );
    expect(kept[0]?.values.at(-1)).toBe('{"备注":"加急"}');
    expect(summary.detected['unknownColumns']).toEqual(['备注']);
  });

  test('the channel is what the rows say where they agree, else what the name says', async () => {
    const file = (first: string, second: string): string =>
      'transaction_no,occurred_at,type,currency,gross_amount,fee_amount,net_amount,渠道\n' +
      `T1,2026-10-05,payment,CNY,1.00,0.00,1.00,${first}\nT2,2026-10-05,refund,CNY,-1.00,0.00,-1.00,${second}\n`;
    const channel = async (first: string, second: string, fileName: string): Promise<string | undefined> =>
      (await readText(csvReader('channel-csv'), folder, file(first, second), { lane: true, fileName })).summary.channel;
    expect(await channel('刷卡', '刷卡', 'x.csv')).toBe('card');
    expect(await channel('刷卡', '现金', 'till-2026-10.csv')).toBe('cash');
    expect(await channel('', '', '收银POS.csv')).toBe('card');
    expect(await channel('', '', 'october.csv')).toBeUndefined();
  });

  test('ten megabytes are read in flat memory', async () => {
    const path = join(folder, 'large.csv');
    const out = createWriteStream(path);
    out.write(`${HEADER}\n`);
    for (let i = 0; i < 200_000; i++) {
      if (!out.write(`SO-${i},C${i % 100},2026-10-05,CNY,${i}.00,0.00,approved\n`)) await once(out, 'drain');
    }
    out.end();
    await once(out, 'finish');
    const buffers: Buffer[] = [Buffer.alloc(CHUNK)];
    let rows = 0;
    let peak = 0;
    const before = process.memoryUsage().arrayBuffers;
    const sink = {
      keep: () => undefined,
      reject: () => undefined,
      exclude: () => undefined,
      room: () => {
        peak = Math.max(peak, process.memoryUsage().arrayBuffers - before);
        return Promise.resolve();
      },
      lane: {
        periodId: 1,
        batchId: 1,
        take: () => Promise.resolve(buffers.pop() ?? Buffer.alloc(CHUNK)),
        send: (buffer: Buffer, _: number, tally: readonly { kept: number }[]) => {
          buffers.push(buffer);
          for (const { kept } of tally) rows += kept;
        },
      },
    };
    await csvReader('orders-csv').read({ path, fileName: 'large.csv', month: '2026-10', company: COMPANY }, sink);
    expect(rows).toBe(200_000);
    expect(peak).toBeLessThan(6 << 20);
  });
});

describe('the columns of a kind', () => {
  test.each(Object.values(FILE_COLUMNS))(
    '$kind: no name means two columns, and docs/files.md lists every one',
    ({ kind, columns }) => {
      const names = columns.flatMap(({ name, chinese }) => [name, ...chinese]);
      expect(new Set(names.map(headerKey)).size).toBe(names.length);
      const page = readFileSync('docs/files.md', 'utf8');
      const section = page.slice(page.indexOf(`### ${kind}`)).split('\n### ')[0] ?? '';
      for (const { name, chinese, required } of columns) {
        expect(section).toContain(`| ${required ? `**${name}**` : name} | ${chinese.join(' · ')} |`);
      }
    },
  );
});
