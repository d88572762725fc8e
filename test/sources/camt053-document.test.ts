import fc from 'fast-check';
import { StatementDocument } from '../../sources/camt053/document';
import type { Elements } from '../../sources/camt053/elements';
import { StatementParser, type StatementHandler } from '../../sources/camt053/parser';
import { FileRefused } from '../../sources/reader';
import { testSeed } from '../support/seed';

const SEED = testSeed('SOURCES_SEED');

const text = fc.oneof(
  { arbitrary: fc.constantFrom('货款 SO-1', '12.50', ' CRDT ', 'BOOK', 'a\n b'), weight: 30 },
  {
    arbitrary: fc.constantFrom(
      'R&amp;D',
      '&#20013;',
      '<![CDATA[<Ntry>]]>',
      'x<!-- </Ntry> -->y',
      '&bank;',
      ']]>',
      'a>b',
      '\r',
      '\r\n',
      '\u0001',
      '🙂',
      '<?p i?>',
    ),
    weight: 1,
  },
);
const tag = (name: string, inner: string, attribute = ''): string => `<${name}${attribute}>${inner}</${name}>`;
const leaf = fc
  .tuple(
    fc.constantFrom('Amt', 'CdtDbtInd', 'Ustrd', 'n:Nm', 'Ref'),
    text,
    fc.constantFrom('', ' Ccy="CNY"', " Ccy='CNY'", ' Ccy = "a>b"', ' Ccy="CNY" x="1"', ' xmlns:q="urn:q"'),
  )
  .map(([name, inner, attribute]) => tag(name, inner, attribute));
const branch = fc
  .tuple(
    fc.constantFrom('RmtInf', 'Refs', 'NtryDtls', 'TxDtls'),
    fc.array(fc.oneof(leaf, fc.constant('<Empty/>'), fc.constant(' stray '), fc.constant('\n  ')), { maxLength: 4 }),
  )
  .map(([name, inner]) => tag(name, inner.join('')));
const detail = fc.array(fc.oneof(leaf, branch), { maxLength: 5 }).map((inner) => tag('TxDtls', inner.join('')));
const entry = fc
  .tuple(
    fc.array(fc.oneof(leaf, branch), { maxLength: 4 }),
    fc.array(detail, { maxLength: 3 }),
    fc.constantFrom('Ntry', 'Ntry', 'n:Ntry'),
  )
  .map(([inner, details, name]) =>
    tag(name, `\n  ${inner.join('\n')}${details.length > 0 ? tag('NtryDtls', details.join('')) : ''}`),
  );
const between = fc.oneof(
  { arbitrary: fc.constantFrom('\n', '', '\r\n  '), weight: 20 },
  {
    arbitrary: fc.constantFrom(
      '<!-- <Ntry></Ntry> -->',
      '<Bal><Amt>1</Amt></Bal>',
      '<TxsSummry/>',
      'text',
      '</Stmt>\n<Stmt>',
    ),
    weight: 1,
  },
);
const document = fc
  .tuple(
    fc.array(fc.tuple(between, entry), { minLength: 1, maxLength: 8 }),
    fc.constantFrom('<?xml version="1.0"?>\n', '', '<!-- made -->'),
  )
  .map(
    ([entries, top]) =>
      `${top}<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08" xmlns:n="urn:n"><BkToCstmrStmt><Stmt><Id>1</Id>${entries.flat().join('')}</Stmt></BkToCstmrStmt></Document>`,
  );

/** What a reader hands on, or the refusal it ends with. */
function told(write: (handler: StatementHandler) => void): unknown {
  const events: unknown[] = [];
  const shown = (name: string) => (elements: Elements) => void events.push([name, elements]);
  const open: Elements[] = [];
  const handler: StatementHandler = {
    statementBegins: (line) => void events.push(['statement', line]),
    part: (name, elements) => void events.push([name, elements.line, elements.record()]),
    entryBegins: (elements) => void open.push(elements),
    detail: shown('detail'),
    entryEnds: () => void events.push(['entry', open.pop()]),
    statementEnds: (line) => void events.push(['end', line]),
  };
  try {
    write(handler);
  } catch (cause) {
    if (!(cause instanceof FileRefused)) throw cause;
    // Where a fault is noticed depends on how the text is cut; what it is does not.
    return { code: cause.code };
  }
  return events;
}

test(`a document read entry by entry tells the same as its parser, however it is cut (seed ${SEED})`, () => {
  let entries = 0;
  fc.assert(
    fc.property(
      document,
      fc.option(fc.nat(), { freq: 4 }),
      fc.integer({ min: 1, max: 400 }),
      (whole, missing, size) => {
        const xml =
          missing === null ? whole : whole.slice(0, missing % whole.length) + whole.slice((missing % whole.length) + 1);
        const parsed = told((handler) => {
          const parser = new StatementParser(handler);
          parser.write(xml);
          parser.close();
        });
        const read = told((handler) => {
          const reader = new StatementDocument(handler);
          for (let at = 0; at < xml.length; at += size) reader.write(xml.slice(at, at + size));
          reader.close();
        });
        if (Array.isArray(parsed)) entries += parsed.length;
        expect(read).toEqual(parsed);
      },
    ),
    { seed: SEED, numRuns: 2_000 },
  );
  expect(entries).toBeGreaterThan(500);
});

test('a statement of many entries is no text without end', () => {
  const entries =
    `\n${' '.repeat(60)}<Ntry><Amt Ccy="CNY">1.00</Amt><AddtlNtryInf>R&amp;D</AddtlNtryInf></Ntry>`.repeat(5_000);
  const xml = `<Document><BkToCstmrStmt><Stmt>${entries}</Stmt></BkToCstmrStmt></Document>`;
  const events = told((handler) => {
    const reader = new StatementDocument(handler);
    reader.write(xml);
    reader.close();
  });
  expect(events).toHaveLength(5_002);
});
