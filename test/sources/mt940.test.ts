import { existsSync, readFileSync } from 'node:fs';
import { Decimal } from '../../domain/money';
import { mt940 } from '../../sources/mt940';
import { readBalance, readEntryLine } from '../../sources/mt940/entry-line';
import { readNarrative } from '../../sources/mt940/narrative';
import { changed, fixture, readBytes, readFile, refusalOf, samplePath, type Given } from './collect';

const STATEMENT = fixture('mt940.sta');

describe('an MT940 statement', () => {
  test('reads entries with their references, narratives and signs', async () => {
    const { kept, summary, inPeriod } = await readBytes(mt940, STATEMENT.replace(/\n/g, '\r\n'));
    const shown = kept.map((row) => [
      row.booked_on,
      row.value_on,
      row.amount,
      row.bank_reference,
      row.end_to_end,
      row.counterparty,
      row.description,
      row.extra,
    ]);
    expect(shown).toEqual([
      [
        '2027-01-02',
        '2026-12-30',
        '300.00',
        'BANK-11',
        'SO-2026-4001',
        'Hangzhou Yunchen',
        'GUTSCHRIFT EREF+SO-2026-4001 SVWZ+Zahlung SO-2026-4002 Transfer',
        '{"type":"NTRF"}',
      ],
      ['2026-10-09', '2026-10-09', '-40.00', 'BANK-12', null, null, null, '{"type":"NRTI","reversal":"true"}'],
      [
        '2026-10-10',
        '2026-10-10',
        '15.50',
        null,
        null,
        null,
        'Returned debit, order SO-2026-4003',
        '{"type":"FCHG","reversal":"true"}',
      ],
      [
        '2026-10-11',
        '2026-10-11',
        '15.50',
        null,
        'SO-2026-4004',
        'Ningbo Yuanshun',
        '/EREF/SO-2026-4004/NAME/Ningbo Yuanshun/REMI/paid',
        '{"type":"FCHG"}',
      ],
    ]);
    expect(inPeriod).toEqual([false, true, true, true]);
    expect(summary).toMatchObject({
      channel: 'bank',
      detected: { statements: [{ account: '622202001122/3344', number: '310/1', entries: 4, balance: 'tied' }] },
    });
  });

  test.each([
    ['whose last line has no end', STATEMENT.slice(0, STATEMENT.indexOf('\n:64:'))],
    ['with :28: for :28C:', STATEMENT.replace(':28C:', ':28:')],
    ['in GB18030', Buffer.from(STATEMENT, 'latin1')],
    [
      'followed by another',
      STATEMENT + STATEMENT.replace(/:61:[\s\S]*?(?=:62F:)/, '').replace('C261031CNY1291,00', 'C261031CNY1000,00'),
    ],
  ])('reads one %s', async (_, bytes) => {
    expect((await readBytes(mt940, bytes)).kept.map((row) => row.amount)).toEqual([
      '300.00',
      '-40.00',
      '15.50',
      '15.50',
    ]);
  });

  test('gives equal entries their place among each other and any entry the same key in another statement', async () => {
    const [once, again] = [
      await readBytes(mt940, STATEMENT),
      await readBytes(mt940, STATEMENT.replace('STMT2610', 'STMT2611')),
    ];
    expect(again.kept.map((row) => row.row_key)).toEqual(once.kept.map((row) => row.row_key));
    expect(new Set(once.kept.map((row) => row.row_key)).size).toBe(4);
  });

  test('follows pages that go on where the last one ended', async () => {
    const first = STATEMENT.replace(':62F:', ':62M:').replace(':28C:310/1', ':28C:310/1');
    const second =
      ':20:STMT2610\n:25:622202001122/3344\n:28C:310/2\n:60M:C261031CNY1291,\n:61:261031D1,NMSCNONREF\n:62F:C261031CNY1290,\n-\n';
    expect((await readBytes(mt940, first + second)).kept).toHaveLength(5);
    const torn = changed(second, '1291,', '1292,').replace('1290,', '1291,');
    expect((await refusalOf(mt940, first + torn)).code).toBe('BALANCE_MISMATCH');
  });

  test('leaves out an expected credit', async () => {
    const { excluded } = await readBytes(mt940, STATEMENT.replace(':62F:', ':61:261031EC77,NMSCNONREF\n:62F:'));
    expect(excluded).toEqual([{ rowNo: 5, why: 'NOT_BOOKED', amount: '77.00', currency: 'CNY' }]);
  });

  test.each([
    ['as the statement has it', '622202001122/3344'],
    ['without the bank’s code', '3344'],
  ])('knows the company’s account %s', async (_, account) => {
    expect((await readBytes(mt940, STATEMENT, { banks: [{ account, currency: 'CNY' }] })).kept).toHaveLength(4);
  });
});

describe('the fields of MT940', () => {
  test.each([
    ['C100318EUR380115,12', '380115.12'],
    ['C100318EUR380115,1', '380115.1'],
    ['C100318EUR380115,', '380115'],
    ['C100318EUR0,12', '0.12'],
    ['D100318EUR001,12', '-1.12'],
  ])('the balance %s', (text, amount) => {
    expect(readBalance(text)?.amount.toFixed()).toBe(amount);
  });

  test.each([
    [
      '131017D6800,NCHK16703074',
      { isCredit: false, isReversal: false, amount: '6800', type: 'NCHK', customerReference: '16703074' },
    ],
    [
      '0211011102DR800,NSTONONREF//55555',
      { valueOn: '2002-11-01', bookedOn: '2002-11-02', isCredit: false, bankReference: '55555' },
    ],
    ['0709040904RCR204,88NRTINONREF', { isCredit: false, isReversal: true, amount: '204.88' }],
    ['0709040904RDR204,88NRTINONREF', { isCredit: true, isReversal: true }],
    ['2601021230C1,NMSC', { valueOn: '2026-01-02', bookedOn: '2025-12-30' }],
    ['9912310101C1,NMSC', { valueOn: '1999-12-31', bookedOn: '2000-01-01' }],
    ['240229C1,NMSC', { valueOn: '2024-02-29', bookedOn: '2024-02-29' }],
  ])('the entry %s', (text, expected) => {
    expect(readEntryLine([text])).toMatchObject(expected);
  });

  test('a narrative whose subfields are broken by line ends anywhere', () => {
    const lines = [' 020?00Wyplata?20SO-20', '26-1?', '21001?32Hang', 'zhou?33 Yunchen'];
    expect(readNarrative(lines)).toEqual({
      description: 'Wyplata SO-2026-1001',
      counterparty: 'Hangzhou Yunchen',
      endToEnd: '',
    });
  });

  test('free text that wraps at the edge of its line is one word', () => {
    const wide = `${'x'.repeat(61)}SO-2`;
    expect(readNarrative([wide, '026-1', 'next'])).toMatchObject({ description: `${wide}026-1 next` });
  });
});

describe('an MT940 file is refused', () => {
  test.each<[string, string, Given, string]>([
    ['of another account', STATEMENT, { banks: [{ account: '1111', currency: 'CNY' }] }, 'WRONG_ACCOUNT'],
    [
      'whose balances do not tie',
      changed(STATEMENT, ':62F:C261031CNY1291,00', ':62F:C261031CNY1291,01'),
      {},
      'BALANCE_MISMATCH',
    ],
    ['with an entry taken out', STATEMENT.replace(/:61:261009[\s\S]*?:86:/, ''), {}, 'BALANCE_MISMATCH'],
    ['without its closing balance', STATEMENT.slice(0, STATEMENT.indexOf(':62F:')), {}, 'MISSING_FOOTER'],
    ['without its opening balance', STATEMENT.replace(/:60F:.*\n/, ''), {}, 'MALFORMED_STATEMENT'],
    ['with a balance that is none', changed(STATEMENT, ':60F:C261001CNY1000,', ':60F:X'), {}, 'MALFORMED_STATEMENT'],
    [
      'with a field without end',
      STATEMENT.replace('Returned', `${'x\n'.repeat(300)}Returned`),
      {},
      'MALFORMED_STATEMENT',
    ],
    ['as some other text', 'a,b\n1,2\n', {}, 'WRONG_KIND'],
    ['when empty', '', {}, 'EMPTY_FILE'],
  ])('%s', async (_, text, given, code) => {
    expect((await refusalOf(mt940, text, given)).code).toBe(code);
  });
});

describe('an entry is rejected, and the rest goes in', () => {
  test.each([
    ['decimals that its currency has not', '261010RD15,5F', '261010RD15,505F', 'TOO_MANY_DECIMALS', '1291,005'],
    ['no such day', '261010RD15,5F', '261032RD15,5F', 'NO_SUCH_DAY', '1291,00'],
    ['no amount', '261010RD15,5F', '261010RDF', 'BAD_ENTRY', '1291,00'],
    ['a point for the comma', '261010RD15,5F', '261010RD15.5F', 'TOO_MANY_DECIMALS', '1291,00'],
  ])('%s', async (name, from, to, code, closing) => {
    const { kept, rejected } = await readBytes(
      mt940,
      changed(STATEMENT, from, to).replace(/(:62F:\w{10})1291,00/, `$1${closing}`),
    );
    expect(kept).toHaveLength(3);
    expect(rejected).toMatchObject([
      { rowNo: 3, line: 11, code: name.startsWith('a point') ? 'BAD_ENTRY' : code, column: ':61:' },
    ]);
    expect(rejected[0]!.cells).toMatchObject({ ':86:': 'Returned debit, order SO-2026-4003' });
  });
});

const withSamples = existsSync(samplePath('mt940')) ? describe : () => undefined;

withSamples('the real MT940 files', () => {
  /** What a correct reader gets, from the YAML beside the sample. */
  function expectedOf(name: string): Record<string, string[]> {
    const yaml = readFileSync(samplePath('mt940', `${name}.expected.yml`), 'utf8');
    const rows = yaml.slice(yaml.indexOf('\ntransactions:')).split('models.Transaction\n').slice(1);
    const values = (key: RegExp): string[] => rows.map((row) => key.exec(row)?.[1] ?? '');
    const reversed = values(/ status: (\w+)/);
    return {
      // The expectation gives the sign of D and C alone; a reversed credit (RC) goes out, or the balances would not tie.
      amounts: values(/- '(-?[\d.E+]+)'/).map((amount, i) => (reversed[i] === 'RC' ? `-${amount}` : amount)),
      references: values(/ bank_reference: '?(\w+)'?/).map((text) => (text === 'null' ? '' : text)),
      names: values(/ applicant_name: '?([^\n]*?)'?\n(?! {6})/).map((text) =>
        text === 'null' ? '' : text.replace(/\s+/g, ' '),
      ),
    };
  }

  test.each([
    ['mt940', 16, 3],
    ['sepa_mt9401', 97, 26],
  ])('%s reads as its expectation says, and every balance ties', async (name, entries, statements) => {
    const { kept, rejected, summary } = await readFile(mt940, samplePath('mt940', `${name}.sta`), { month: '2013-10' });
    const expected = expectedOf(name);
    expect(rejected).toEqual([]);
    expect(kept).toHaveLength(entries);
    expect(kept.map((row) => new Decimal(row.amount!).toNumber())).toEqual(expected.amounts!.map(Number));
    kept.forEach((row, i) => {
      if (expected.references![i] !== '') expect(row.bank_reference).toBe(expected.references![i]);
      if (expected.names![i] !== '') expect((row.counterparty ?? '').replace(/\s+/g, ' ')).toBe(expected.names![i]);
    });
    expect(summary.detected).toMatchObject({ statementCount: statements });
    expect(JSON.stringify(summary.detected)).not.toContain('several');
  });

  test('fragments read inside a statement: amounts, an empty :86:, a last line without an end', async () => {
    const part = (name: string): string => readFileSync(samplePath('mt940', `${name}.sta`), 'utf8').trim();
    for (const line of part('amount_formats').split('\n'))
      expect(readBalance(line.replace(':60F:', ''))).not.toBeNull();
    const whole = [
      ':20:A',
      ':25:1',
      ':28C:1/1',
      ':60F:C100322EUR42570,',
      ':61:100323C0,04NMSCNONREF',
      part('empty_86').replace(/\n-$/, ''),
      part('missing_crlf_at_end'),
    ].join('\r\n');
    const { kept } = await readBytes(mt940, whole, { month: '2010-03' });
    expect(kept).toMatchObject([{ amount: '0.04', description: '091', booked_on: '2010-03-23' }]);
  });

  test.each(['amount_formats', 'empty_86', 'missing_crlf_at_end'])('%s alone is no statement', async (name) => {
    await expect(readFile(mt940, samplePath('mt940', `${name}.sta`))).rejects.toThrow(/MALFORMED_STATEMENT|WRONG_KIND/);
  });
});
