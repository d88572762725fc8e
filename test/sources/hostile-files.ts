import { textRows, workbookOf } from './workbooks';
import { zipOf } from './zip';

const TEN_MB = 10_000_000;
const HEADS = {
  xml: '<?xml version="1.0"?>',
  statement:
    '<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt>',
  mt940: ':20:A\n:25:1\n:28C:1\n:60F:C261001CNY0,\n',
};

/** Bytes that look like chance and are the same in every run. */
function noise(length: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(length);
  let state = seed;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[i] = state >>> 16;
  }
  return bytes;
}

/** Words, numbers, separators and line ends in no order. */
function babble(length: number): string {
  const words = ['SO-1', '12.50', ',', '\n', '红茶', '"', '\t', '2026-10-05', ';', '合计', '=1+1', ':61:', '<', '\r\n'];
  return Array.from(noise(Math.ceil(length / 4)), (byte) => words[byte % words.length])
    .join('')
    .slice(0, length);
}

function repeated(text: string, length = TEN_MB): string {
  return text.repeat(Math.ceil(length / text.length)).slice(0, length);
}

const BOMB = (): Buffer => zipOf([{ name: 'a.csv', bytes: Buffer.alloc(60_000_000) }]);
const CELL = '<c r="A1" t="inlineStr"><is><t>x</t></is></c>';

/** Files that nobody's system made, with how they come to be. */
export const HOSTILE: readonly (readonly [string, () => Buffer | string])[] = [
  ['an empty file', () => ''],
  ['one letter', () => 'a'],
  ['one NUL', () => Buffer.alloc(1)],
  ['a byte order mark alone', () => '\uFEFF'],
  ['a UTF-16 mark alone', () => Buffer.from('fffe', 'hex')],
  ['half a UTF-16 character', () => Buffer.from('feff41', 'hex')],
  ['blanks and line ends', () => ' \n\t\r\n  \n'],
  ['the beginning of a PDF', () => '%PDF-1.7\n%\u00e2\u00e3\n1 0 obj\n'],
  ['the beginning of a ZIP', () => Buffer.from('504b0304', 'hex')],
  ['the beginning of a GZIP', () => Buffer.from('1f8b080000000000', 'hex')],
  ['the beginning of an old workbook', () => Buffer.from('d0cf11e0a1b11ae1', 'hex')],
  ['noise', () => noise(65_536)],
  ['10 MB of NULs', () => Buffer.alloc(TEN_MB)],
  ['10 MB of noise', () => noise(TEN_MB, 7)],
  ['10 MB in one line', () => repeated('a')],
  ['10 MB in one line of Chinese', () => repeated('茶', TEN_MB / 3)],
  ['10 MB of line ends', () => repeated('\n')],
  ['10 MB of carriage returns', () => repeated('\r')],
  ['10 MB of commas', () => repeated(',')],
  ['10 MB of quotes', () => repeated('"')],
  ['10 MB of blanks', () => repeated(' ')],
  ['10 MB of random text', () => babble(TEN_MB)],
  ['10 MB of short lines', () => repeated('a,b\n')],
  ['10 MB of opening angles', () => repeated('<')],
  ['10 MB of opening tags', () => HEADS.xml + repeated('<a>')],
  ['10 MB of entries that do not end', () => HEADS.statement + repeated('<Ntry>')],
  ['10 MB of text in a statement', () => HEADS.statement + repeated('x')],
  ['10 MB of one attribute', () => `${HEADS.xml}<Document x="${repeated('y')}"/>`],
  ['10 MB of a comment', () => `${HEADS.xml}<!--${repeated('- ')}`],
  ['10 MB of MT940 entries', () => HEADS.mt940 + repeated(':61:261005C1,NTRFNONREF\n:86:x\n')],
  ['10 MB of a narrative', () => `${HEADS.mt940}:61:261005C1,NTRFNONREF\n:86:${repeated('x\n')}`],
  ['10 MB of curly brackets', () => repeated('{1:')],
  ['a document type', () => `${HEADS.xml}<!DOCTYPE Document [<!ENTITY a "b">]><Document>&a;</Document>`],
  [
    'entities that multiply',
    () =>
      `${HEADS.xml}<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "${'&a;'.repeat(50)}"><!ENTITY c "${'&b;'.repeat(50)}"><!ENTITY d "${'&c;'.repeat(50)}">]><l>&d;</l>`,
  ],
  ['an entity from a file', () => `${HEADS.xml}<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/hostname">]><l>&a;</l>`],
  ['an unknown entity in a statement', () => `${HEADS.statement}<Id>&bank;</Id></Stmt></BkToCstmrStmt></Document>`],
  ['a bomb', BOMB],
  ['a bomb that lies', () => zipOf([{ name: 'a.csv', bytes: Buffer.alloc(60_000_000, 'a\n'), claimed: 900 }])],
  ['a bomb in an archive', () => zipOf([{ name: 'a.zip', bytes: BOMB() }])],
  ['an archive that climbs out', () => zipOf([{ name: '../../a.csv', bytes: Buffer.from('a,b\n') }])],
  ['an archive of an absolute name', () => zipOf([{ name: '/etc/passwd', bytes: Buffer.from('a,b\n') }])],
  ['an encrypted archive', () => zipOf([{ name: 'a.csv', bytes: Buffer.from('a,b\n'), encrypted: true }])],
  ['an archive of two equal names', () => zipOf([1, 2].map(() => ({ name: 'a.csv', bytes: Buffer.from('a,b\n') })))],
  [
    'an archive of a thousand files',
    () => zipOf(Array.from({ length: 1000 }, (_, i) => ({ name: `${i}`, bytes: Buffer.from('x') }))),
  ],
  ['an empty archive', () => zipOf([])],
  ['an archive of noise', () => zipOf([{ name: 'a.csv', bytes: noise(100_000) }])],
  ['an archive cut off', () => zipOf([{ name: 'a.csv', bytes: noise(100_000) }]).subarray(0, 50_000)],
  [
    'a workbook of formulas',
    () =>
      workbookOf({
        rows: '<row r="1"><c r="A1"><f>WEBSERVICE("http://127.0.0.1/")</f><v>1</v></c><c r="B1" t="str"><f>1/0</f><v>#DIV/0!</v></c></row>',
      }),
  ],
  [
    'a workbook of some texts',
    () =>
      workbookOf({
        rows: textRows([
          ['a', 'b'],
          ['1', '2'],
        ]),
      }),
  ],
  [
    'a workbook of huge shared strings',
    () =>
      workbookOf({
        rows: '<row r="1"><c r="A1" t="s"><v>0</v></c></row>',
        sharedStrings: `<si><t>${repeated('ab', 30_000_000)}</t></si>`,
      }),
  ],
  [
    'a workbook of a million shared strings',
    () =>
      workbookOf({
        rows: '<row r="1"><c r="A1" t="s"><v>0</v></c></row>',
        sharedStrings: '<si><t>a</t></si>'.repeat(1_000_000),
      }),
  ],
  [
    'a workbook whose strings are not there',
    () => workbookOf({ rows: '<row r="1"><c r="A1" t="s"><v>99999999</v></c></row>' }),
  ],
  [
    'a workbook with a cell at its far corner',
    () => workbookOf({ rows: `<row r="1048576"><c r="XFD1048576"><v>1</v></c></row><row r="1">${CELL}</row>` }),
  ],
  ['a workbook of rows without number', () => workbookOf({ rows: `<row>${CELL.repeat(200_000)}</row>` })],
  ['a workbook nested without end', () => workbookOf({ rows: '<row>'.repeat(200_000) })],
  [
    'a workbook with entities',
    () =>
      workbookOf({
        prolog: '<!DOCTYPE w [<!ENTITY a "b">]>',
        rows: '<row r="1"><c r="A1" t="inlineStr"><is><t>&a;</t></is></c></row>',
      }),
  ],
  [
    'a workbook cut off',
    () => {
      const whole = workbookOf({ rows: textRows([['a']]) });
      return whole.subarray(0, whole.length - 40);
    },
  ],
];

/** Valid files, broken: cut at several places, and with 10 MB behind their beginning. */
export const DAMAGES: readonly (readonly [string, (valid: Buffer) => Buffer])[] = [
  ['cut after a quarter', (valid) => valid.subarray(0, valid.length >> 2)],
  ['cut in the middle', (valid) => valid.subarray(0, valid.length >> 1)],
  ['cut after nine tenths', (valid) => valid.subarray(0, Math.floor(valid.length * 0.9))],
  ['without its last byte', (valid) => valid.subarray(0, -1)],
  ['without its first byte', (valid) => valid.subarray(1)],
  ['with a NUL in its middle', (valid) => spliced(valid, Buffer.alloc(1))],
  ['with noise in its middle', (valid) => spliced(valid, noise(1000))],
  ['twice', (valid) => Buffer.concat([valid, valid])],
  ['with a line of 10 MB in its middle', (valid) => spliced(valid, Buffer.from(repeated('x')))],
  ['with 10 MB of line ends in its middle', (valid) => spliced(valid, Buffer.from(repeated('\n')))],
  ['with 10 MB of random text in its middle', (valid) => spliced(valid, Buffer.from(babble(TEN_MB)))],
  ['with 10 MB of quotes in its middle', (valid) => spliced(valid, Buffer.from(repeated('"')))],
];

function spliced(valid: Buffer, bytes: Buffer): Buffer {
  const middle = valid.length >> 1;
  return Buffer.concat([valid.subarray(0, middle), bytes, valid.subarray(middle)]);
}
