import fc from 'fast-check';
import { RowScanner } from '../../sources/csv/row-scanner';

interface Row {
  line: number;
  cells: string[];
}

function scan(text: string | Buffer, piece = 1 << 16): Row[] {
  const bytes = Buffer.from(text);
  const scanner = new RowScanner();
  const rows: Row[] = [];
  const take = (): void => {
    while (scanner.next()) {
      rows.push({ line: scanner.line, cells: Array.from({ length: scanner.cells }, (_, i) => scanner.text(i)) });
    }
  };
  for (let at = 0; at < bytes.length; at += piece) {
    scanner.push(bytes.subarray(at, at + piece));
    take();
  }
  scanner.end();
  take();
  return rows;
}

describe('the row scanner', () => {
  test('numbers rows by the physical line they start on, whatever ends the lines', () => {
    expect(scan('a,b\n\n"x\ny",2\r\n3,\r4,5')).toEqual([
      { line: 1, cells: ['a', 'b'] },
      { line: 3, cells: ['x\ny', '2'] },
      { line: 5, cells: ['3', ''] },
      { line: 6, cells: ['4', '5'] },
    ]);
  });

  test('reads doubled quotes, and quotes inside a cell that does not begin with one', () => {
    expect(scan('"a ""b""",c"d""e\n')).toEqual([{ line: 1, cells: ['a "b"', 'c"d""e'] }]);
  });

  test('marks text behind a closing quote', () => {
    const scanner = new RowScanner();
    scanner.push(Buffer.from('"a"b,c\n'));
    expect(scanner.next()).toBe(true);
    expect(scanner.isMalformed).toBe(true);
  });

  test('refuses a file whose quote never ends, and names the line', () => {
    expect(() => scan('a,b\n"c,d\ne,f\n')).toThrow(
      expect.objectContaining({ code: 'UNCLOSED_QUOTE', details: { line: 2 } }),
    );
  });

  test('refuses a row of more than a mebibyte', () => {
    expect(() => scan(`a,"${'x'.repeat(3 << 20)}`)).toThrow(expect.objectContaining({ code: 'ROW_TOO_LONG' }));
  });

  test('any table comes out as it went in, wherever the pieces end', () => {
    const cell = fc.oneof(fc.stringMatching(/^[a-z",\r\n 客]{0,6}$/), fc.string({ maxLength: 5 }));
    const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 8 });
    const lineEnd = fc.constantFrom('\n', '\r\n', '\r');
    fc.assert(
      fc.property(table, lineEnd, fc.integer({ min: 1, max: 17 }), fc.boolean(), (rows, end, piece, isEnded) => {
        const text = rows.map((cells) => cells.map((one) => `"${one.replaceAll('"', '""')}"`).join(',')).join(end);
        const read = scan(isEnded ? text + end : text, piece).map(({ cells }) => cells);
        expect(read).toEqual(rows.map((cells) => cells.map((one) => Buffer.from(one).toString())));
      }),
    );
  });
});
