import { recordsReader, type RecordsKind } from '../../sources/records';
import { ExactJson, readJson } from '../../sources/records/json';
import { Pace } from '../../sources/fxiaoke/pacing';
import { FileRefused } from '../../sources/reader';
import { readFile, type Collected } from './collect';
import { withFile } from './pulling';

const KIND: RecordsKind = {
  kind: 'fxiaoke-receipts',
  system: 'crm',
  as: 'receipts-csv',
  references: { paid: { customer: 'customers' } },
  parts: {
    paid: {
      columns: {
        receipt_no: 'no',
        customer_no: 'customer.number|number',
        received_at: 'at',
        method: 'how',
        amount: 'money',
        description: 'text',
      },
      words: { method: { B: 'bank' } },
    },
  },
};

const HEADER = '{"salesclose":"records/1","system":"crm","part":"paid","month":"2026-10","uses":["customers"]}';
const CUSTOMER = '{"part":"customers","id":"c1","modifiedAt":"","record":{"number":"C001","name":"甲"}}';
const paid = (fields: string): string => `{"part":"paid","id":"p1","modifiedAt":"","record":{${fields}}}`;
const FIELDS = '"no":"R1","customer":{"id":"c1","name":"甲"},"at":"2026-10-05T23:30:00+00:00","how":"B","money":12.50';
const end = (lookups: number, records: number): string => `{"end":true,"lookups":${lookups},"records":${records}}`;
const file = (...lines: string[]): string => `${lines.join('\n')}\n`;

function read(text: string | Buffer, month = '2026-10'): Promise<Collected> {
  return withFile(text, (path) => readFile(recordsReader(KIND), path, { month }));
}

async function row(fields: string): Promise<Record<string, string | null>> {
  const { kept, rejected } = await read(file(HEADER, CUSTOMER, paid(fields), end(1, 1)));
  return kept[0] ?? { code: rejected[0]?.code ?? null };
}

describe('a records file', () => {
  it('gives a row for each record, on its line, with the customer it refers to and the record’s id', async () => {
    const { kept, rowNos, summary } = await read(file(HEADER, CUSTOMER, paid(FIELDS), end(1, 1)));
    expect(rowNos).toEqual([3]);
    expect(kept[0]).toMatchObject({
      receipt_no: 'R1',
      customer_no: 'C001',
      received_on: '2026-10-06',
      method: 'bank',
      currency: 'CNY',
      amount: '12.50',
      extra: '{"record_id":"p1"}',
    });
    expect(summary.rowsIn).toBe(1);
  });

  it('may be without records, and without a line end at its end', async () => {
    expect((await read(file(HEADER, end(0, 0)).trimEnd())).kept).toEqual([]);
  });

  it.each([
    ['without its last line', file(HEADER, CUSTOMER, paid(FIELDS)), 'MISSING_FOOTER'],
    ['cut within a line', file(HEADER, CUSTOMER, paid(FIELDS), end(1, 1)).slice(0, -30), 'RECORDS_BROKEN'],
    ['with fewer records than its last line says', file(HEADER, CUSTOMER, end(1, 1)), 'FOOTER_MISMATCH'],
    ['with fewer lookups than its last line says', file(HEADER, paid(FIELDS), end(1, 1)), 'FOOTER_MISMATCH'],
    ['with records below its last line', file(HEADER, end(0, 0), CUSTOMER), 'ROW_BELOW_FOOTER'],
    ['of another system', file(HEADER.replace('"crm"', '"erp"'), end(0, 0)), 'WRONG_KIND'],
    ['of another part', file(HEADER.replace('"paid"', '"owed"'), end(0, 0)), 'WRONG_KIND'],
    ['of another month', file(HEADER.replace('2026-10', '2026-09'), end(0, 0)), 'WRONG_MONTH'],
    ['that is a table', 'receipt_no,amount\nR1,5.00\n', 'WRONG_KIND'],
    ['that is empty', '', 'WRONG_KIND'],
    ['that is no text', Buffer.from([0x1f, 0x8b, 8, 0, 0xff, 0xfe, 10, 0xff]), 'UNDECODABLE'],
    [
      'with a part nobody named',
      file(HEADER, CUSTOMER.replace('"customers"', '"others"'), end(1, 0)),
      'RECORDS_BROKEN',
    ],
    ['with a line that is no record', file(HEADER, '[]', end(0, 0)), 'RECORDS_BROKEN'],
  ])('%s is refused', async (_name, text, code) => {
    const refusal = await read(text).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(FileRefused);
    expect(refusal).toMatchObject({ code });
  });
});

describe('a value of a record', () => {
  it.each([
    ['"100.01"', '100.01'],
    ['100.0100', '100.01'],
    ['"1,000.00"', '1000.00'],
    ['1.2345678E7', '12345678.00'],
    ['-0.50', '-0.50'],
    ['9999999999999999.99', '9999999999999999.99'],
  ])('%s is the amount %s', async (written, amount) => {
    expect(await row(FIELDS.replace('12.50', written))).toMatchObject({ amount });
  });

  it.each(['12.345', '"1e3"', '"NaN"', '{}', '[1,2]', 'true', '1e400'])('%s is no amount', async (written) => {
    expect((await row(FIELDS.replace('12.50', written)))['code']).toMatch(
      /^(BAD_AMOUNT|TOO_MANY_DECIMALS|MISSING_VALUE)$/,
    );
  });

  it('is an instant where it stands as milliseconds', async () => {
    const at = await row(FIELDS.replace('"2026-10-05T23:30:00+00:00"', '1791159000000'));
    expect(at['received_at']).toBe('2026-10-05 08:10:00+08:00');
  });

  it('may hold line separators and quotes of any kind', async () => {
    expect(await row(`${FIELDS},"text":"a\u2028b \\"c\\" \\\\"`)).toMatchObject({ description: 'a\u2028b "c" \\' });
  });

  it('that is missing is not made up', async () => {
    expect((await row(FIELDS.replace('"id":"c1"', '"id":"c9"')))['code']).toBe('MISSING_VALUE');
    expect((await row(FIELDS.replace('"B"', '"X"')))['code']).toBe('BAD_WORD');
  });
});

describe('JSON without loss', () => {
  it('keeps every digit, read and written again', () => {
    const text = '{"id":5552310000000012345,"sums":[0.10,1e5,-12345678901234567890.123456789],"none":null}';
    expect(readJson(text)).toEqual({
      id: '5552310000000012345',
      sums: ['0.10', '100000', '-12345678901234567890.123456789'],
      none: null,
    });
    expect(ExactJson.read(text).text).toBe(text);
  });
});

describe('our own pace', () => {
  it('lets no more calls begin within a window than it may, and goes on after one that gave up', async () => {
    const pace = new Pace(3, 200);
    const { signal } = new AbortController();
    const begun: number[] = [];
    const turn = async (): Promise<void> => {
      await pace.turn(signal);
      begun.push(performance.now());
    };
    await Promise.all([turn(), turn(), turn()]);
    await expect(pace.turn(AbortSignal.abort(new Error('ended')))).rejects.toThrow();
    await Promise.all([turn(), turn(), turn(), turn()]);
    begun.forEach((at, i) => expect((begun[i + 3] ?? Infinity) - at).toBeGreaterThanOrEqual(195));
  });
});
