import { existsSync } from 'node:fs';
import { camt053 } from '../../sources/camt053';
import { changed, fixture, readBytes, readFile, refusalOf, samplePath, type Given } from './collect';

const STATEMENT = fixture('camt053.xml');
const PLAIN = STATEMENT.replaceAll('<n:', '<').replaceAll('</n:', '</').replace('xmlns:n=', 'xmlns=');
const SHOWN = ['booked_on', 'value_on', 'amount', 'bank_reference', 'end_to_end', 'counterparty', 'description'];

function picked(rows: Record<string, string | null>[]): (string | null)[][] {
  return rows.map((row) => SHOWN.map((column) => row[column] ?? null));
}

describe('a CAMT.053 statement', () => {
  test('reads a row for each detail that makes the entry, in the company’s zone, credits positive', async () => {
    const { kept, rowNos, summary } = await readBytes(camt053, STATEMENT);
    expect(rowNos).toEqual([1, 2, 3, 4]);
    expect(picked(kept).slice(0, 2)).toEqual([
      ['2026-10-09', '2026-10-09', '180.00', 'BANK-0001', 'SO-2026-3001', '杭州云辰', '货款 & 运费 SO-2026-3001'],
      ['2026-10-09', '2026-10-09', '120.00', 'BANK-0001', null, '宁波远顺', 'SK-9'],
    ]);
    expect(kept[0]).toMatchObject({ account: '6222 0200 1122 3344', currency: 'CNY', end_to_end_key: 'SO20263001' });
    expect(summary).toMatchObject({
      channel: 'bank',
      detected: { version: '08', statements: [{ id: 'S-1', entries: 4, balance: 'tied' }], entriesTakenWhole: 1 },
    });
  });

  test('takes an entry whole where its details are in another currency, and a reversal by the way its money went', async () => {
    const { kept } = await readBytes(camt053, STATEMENT);
    expect(picked(kept)[2]).toEqual(['2026-10-09', null, '97.50', 'BANK-0002', null, null, 'one two']);
    expect(kept[2]!.extra).toBe('{"RvslInd":"true"}');
  });

  test('keeps entries of another month as context and leaves out what is not booked', async () => {
    const { inPeriod, excluded } = await readBytes(camt053, STATEMENT);
    expect(inPeriod).toEqual([true, true, true, false]);
    expect(excluded).toEqual([{ rowNo: 5, why: 'NOT_BOOKED', amount: '-5.00', currency: 'CNY' }]);
  });

  test.each([
    ['without prefixes', PLAIN],
    [
      'of version 02, whose status is bare',
      PLAIN.replace('001.08', '001.02').replaceAll('<Sts><Cd>BOOK</Cd></Sts>', '<Sts>BOOK</Sts>'),
    ],
    ['in UTF-16', Buffer.from(`\uFEFF${PLAIN.replace('UTF-8', 'UTF-16')}`, 'utf16le')],
  ])('reads the same %s', async (_, bytes) => {
    const expected = await readBytes(camt053, STATEMENT);
    expect((await readBytes(camt053, bytes)).kept).toEqual(expected.kept);
  });

  test('gives an entry the same key in every statement, and equal entries their place among each other', async () => {
    const entry = PLAIN.slice(
      PLAIN.lastIndexOf('<Ntry>', PLAIN.indexOf('2026-11-01</Dt>')),
      PLAIN.indexOf('</Ntry>', PLAIN.indexOf('利息')) + 7,
    );
    const twice = PLAIN.replace(entry, entry + entry).replace('1417.50000', '1437.50');
    const [once, both] = [await readBytes(camt053, PLAIN), await readBytes(camt053, twice)];
    expect(both.kept.slice(0, 4).map((row) => row.row_key)).toEqual(once.kept.map((row) => row.row_key));
    expect(both.kept[4]!.row_key).toBe(both.kept[3]!.row_key!.replace(/-1$/, '-2'));
  });

  test.each([
    ['spaced', '6222-0200-1122-3344'],
    ['plain', '6222020011223344'],
  ])('knows the company’s account when it is written %s', async (_, account) => {
    expect((await readBytes(camt053, STATEMENT, { banks: [{ account, currency: 'CNY' }] })).kept).toHaveLength(4);
  });
});

describe('a CAMT.053 file is refused', () => {
  test.each<[string, string | Buffer, Given, string]>([
    ['of another account', STATEMENT, { banks: [{ account: '1111', currency: 'CNY' }] }, 'WRONG_ACCOUNT'],
    ['that names no account', PLAIN.replace(/<Acct>.*<\/Acct>/, ''), {}, 'WRONG_ACCOUNT'],
    ['whose balances do not tie', changed(PLAIN, '1417.50000', '1417.51'), {}, 'BALANCE_MISMATCH'],
    ['with an entry taken out', PLAIN.replace(/<Ntry>\s*<NtryRef>[\s\S]*?<\/Ntry>/, ''), {}, 'BALANCE_MISMATCH'],
    ['cut off', PLAIN.slice(0, PLAIN.indexOf('利息')), {}, 'MALFORMED_XML'],
    ['with a stray tag', PLAIN.replace('<Id>S-1</Id>', '<Id>S-1</Ix>'), {}, 'MALFORMED_XML'],
    ['with an entity of its own', PLAIN.replace('利息', '&bank;'), {}, 'MALFORMED_XML'],
    ['with a DOCTYPE', PLAIN.replace('?>', '?><!DOCTYPE Document [<!ENTITY a "b">]>'), {}, 'DOCTYPE_REFUSED'],
    ['nested without end', PLAIN.replace('利息', '<x>'.repeat(5000)), {}, 'MALFORMED_XML'],
    ['with text without end', PLAIN.replace('利息', 'x'.repeat(3_000_000)), {}, 'MALFORMED_XML'],
    ['as an intraday report', PLAIN.replace('camt.053.001.08', 'camt.052.001.08'), {}, 'WRONG_KIND'],
    ['as some other XML', '<html/>', {}, 'WRONG_KIND'],
    ['without a statement', PLAIN.replace(/<Stmt>[\s\S]*<\/Stmt>/, ''), {}, 'WRONG_KIND'],
    [
      'with bytes that do not decode',
      Buffer.concat([Buffer.from('<Document>'), Buffer.from([0xff, 0xfe, 0xff])]),
      {},
      'UNDECODABLE',
    ],
    ['when empty', '', {}, 'EMPTY_FILE'],
  ])('%s', async (_, bytes, given, code) => {
    expect((await refusalOf(camt053, bytes, given)).code).toBe(code);
  });

  test('naming the line that is not well-formed', async () => {
    const line = PLAIN.slice(0, PLAIN.indexOf('<Id>S-1</Id>')).split('\n').length;
    const refused = await refusalOf(camt053, PLAIN.replace('<Id>S-1</Id>', '<Id>S-1</Ix>'));
    expect(refused.details).toMatchObject({ line });
  });
});

describe('an entry is rejected, and the rest goes in', () => {
  test.each<[string, string, string, string, string]>([
    [
      'decimals that its currency has not',
      '<Amt Ccy="CNY">20.00</Amt>',
      '<Amt Ccy="CNY">20.001</Amt>',
      'TOO_MANY_DECIMALS',
      'Amt',
    ],
    ['a sign', '<Amt Ccy="CNY">20.00</Amt>', '<Amt Ccy="CNY">-20.00</Amt>', 'BAD_AMOUNT', 'Amt'],
    ['no date', '<BookgDt><Dt>2026-11-01</Dt></BookgDt>', '', 'MISSING_VALUE', 'BookgDt'],
    ['no such day', '<Dt>2026-11-01</Dt>', '<Dt>2026-11-31</Dt>', 'NO_SUCH_DAY', 'BookgDt'],
    [
      'no direction',
      '<Amt Ccy="CNY">20.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>',
      '<Amt Ccy="CNY">20.00</Amt>',
      'UNKNOWN_TYPE',
      'CdtDbtInd',
    ],
  ])('%s', async (_, from, to, code, column) => {
    const closing = code === 'TOO_MANY_DECIMALS' ? '1417.501' : code === 'UNKNOWN_TYPE' ? '1377.50' : '1417.50000';
    const { kept, rejected } = await readBytes(camt053, changed(PLAIN, from, to).replace('1417.50000', closing));
    expect(kept).toHaveLength(3);
    expect(rejected).toMatchObject([{ rowNo: 4, code, column }]);
    expect(rejected[0]!.cells).toMatchObject({ AddtlNtryInf: '利息' });
    expect(rejected[0]!.line).toBe(
      PLAIN.slice(0, PLAIN.lastIndexOf('<Ntry>', PLAIN.indexOf('利息'))).split('\n').length,
    );
  });
});

const withSamples = existsSync(samplePath('camt053')) ? describe : () => undefined;

withSamples('the real CAMT.053 files', () => {
  const sample = (name: string) => samplePath('camt053', `camt053.${name}.xml`);

  test.each([
    ['v2.minimal', '02', null, null],
    ['v4', '04', 'AAAASESS-FP-CN_98765/01', null],
    ['v8', '08', 'AAAASESS-FP-CN_98765/01', 'MUELL/FINP/RA12345'],
  ])(
    '%s reads; its closing balance is in another currency and proves nothing',
    async (name, version, reference, endToEnd) => {
      const { kept, summary } = await readFile(camt053, sample(name), {
        month: '2014-12',
        banks: [{ account: 'NL26 VAYB 8060 4768 90', currency: 'EUR' }],
      });
      expect(picked(kept)).toEqual([
        ['2014-12-31', '2015-01-02', '8.85', reference, endToEnd, 'NAME NAME', '4654654654654654'],
      ]);
      expect(summary.detected).toMatchObject({ version, statements: [{ balance: 'several currencies' }] });
    },
  );

  test('several statements in one file read, each with its balance tied', async () => {
    const { kept, summary } = await readFile(camt053, sample('v2.multi.statement'), { month: '2014-12' });
    expect(kept.map((row) => [row.amount, row.end_to_end, row.counterparty])).toEqual([
      ['8.85', '000000001', 'Company Name 1'],
      ['-7.00', '000000002', 'Company Name 2'],
    ]);
    expect(summary.detected).toMatchObject({
      statementCount: 2,
      statements: [{ balance: 'tied' }, { balance: 'tied' }],
    });
  });

  test('the one whose balances are five cents apart is refused', async () => {
    await expect(readFile(camt053, sample('v2.five.decimals'), { month: '2014-12' })).rejects.toMatchObject({
      code: 'BALANCE_MISMATCH',
    });
  });

  test('the one without a statement is refused', async () => {
    await expect(readFile(camt053, sample('v2.wrong'), { month: '2014-12' })).rejects.toMatchObject({
      code: 'WRONG_KIND',
    });
  });
});
