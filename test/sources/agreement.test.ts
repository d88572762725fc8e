import fc from 'fast-check';
import { encode } from 'iconv-lite';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alipayFund, alipayTrade } from '../../sources/alipay';
import { kingdeeVouchers } from '../../sources/kingdee';
import { FileRefused, type SourceReader } from '../../sources/reader';
import { wechatFund, wechatTrade } from '../../sources/wechat';
import { COMPANY, readText, type ReadFile } from '../intake/reading';
import { testSeed } from '../support/seed';
import { alipayBill, kingdeeSheet, wechatBill } from './made-files';
import { alipayFundBill, wechatFundBill } from './made-fund-files';

const SEED = testSeed('SOURCES_SEED');
const MERCHANTS = { alipay: '2088…0156', wechat: '1900000109' };

/** Bills are read as bytes in Beijing's zone only. */
const ZONE = fc.constantFrom('Asia/Shanghai', 'Asia/Shanghai', 'Asia/Shanghai', 'Europe/Berlin');

/** What a reading gives, or the refusal it ends with. */
async function outcome(read: () => Promise<ReadFile>): Promise<{ file?: ReadFile; refusal?: unknown }> {
  return read().then(
    (file) => ({ file }),
    (cause: unknown) => {
      if (!(cause instanceof FileRefused)) throw cause;
      const { code, reason, details } = cause;
      return { refusal: { code, reason, details } };
    },
  );
}

/** A text in one of the encodings, in some runs with a byte that is none. */
function bytesOf(text: fc.Arbitrary<string>): fc.Arbitrary<Buffer> {
  const encoding = fc.constantFrom('gb18030', 'utf8', 'utf8-bom', 'utf16-le-bom');
  const damage = fc.option(fc.nat(), { freq: 6 });
  return fc.tuple(text, encoding, damage).map(([whole, name, at]) => {
    const bytes = name.endsWith('-bom') ? encode(whole, name.slice(0, -4), { addBOM: true }) : encode(whole, name);
    if (at !== null && name === 'gb18030') bytes[at % bytes.length] = 0xff;
    return bytes;
  });
}

describe(`plain lines as bytes and all lines as text (seed ${SEED})`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'sources-agreement-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each<[string, SourceReader, fc.Arbitrary<string>]>([
    ['kingdee-vouchers', kingdeeVouchers, kingdeeSheet],
    ['wechat-trade', wechatTrade, wechatBill],
    ['alipay-trade', alipayTrade, alipayBill],
    ['alipay-fund', alipayFund, alipayFundBill],
    ['wechat-fund', wechatFund, wechatFundBill],
  ])('agree on every row of any %s', async (_, reader, text) => {
    const lines = { fast: 0, careful: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(bytesOf(text), ZONE, async (bytes, timezone) => {
        const company = { ...COMPANY, timezone, merchants: MERCHANTS };
        const careful = await outcome(() => readText(reader, folder, bytes, { company }));
        const fast = await outcome(() => readText(reader, folder, bytes, { company, lane: true }));
        const fastRows = fast.file?.fastRows ?? 0;
        lines.fast += fastRows;
        lines.careful += (careful.file?.kept.length ?? 0) - fastRows;
        if (careful.refusal !== undefined) lines.refused += 1;
        expect({ ...fast, file: fast.file && { ...fast.file, fastRows: 0 } }).toEqual(careful);
      }),
      { seed: SEED, numRuns: 300 },
    );
    expect(lines.fast).toBeGreaterThan(50);
    expect(lines.careful).toBeGreaterThan(50);
    expect(lines.refused).toBeGreaterThan(0);
  });
});
