import iconv from 'iconv-lite';
import { EncodingVote, toUtf8, UNDECODABLE, type Encoding } from '../../sources/text';

/** Recognises and transcodes bytes that come in pieces of a given size. */
async function decode(bytes: Buffer, piece = 7, asked?: string): Promise<{ encoding: Encoding; text: Buffer }> {
  const vote = new EncodingVote();
  for await (const chunk of pieces(bytes, piece)) vote.push(chunk);
  const { encoding, bom } = vote.end(asked);
  const parts: Buffer[] = [];
  for await (const chunk of toUtf8(pieces(bytes.subarray(bom), piece), encoding)) parts.push(Buffer.from(chunk));
  return { encoding, text: Buffer.concat(parts) };
}

/** Every piece comes in the same buffer, as a file's do. */
async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.alloc(size);
  for (let at = 0; at < bytes.length; at += size) {
    const length = bytes.copy(buffer, 0, at, at + size);
    yield await Promise.resolve(buffer.subarray(0, length));
  }
}

const TEXT = '订单号,客户\nSO-1,青禾商贸\r\nSO-2,𠮷野家\nSO-3,"北京\n市"\n';

describe('encodings', () => {
  const forms: readonly (readonly [string, Encoding, Buffer])[] = [
    ['UTF-8', 'utf-8', Buffer.from(TEXT)],
    ['UTF-8 with BOM', 'utf-8', Buffer.from('\ufeff' + TEXT)],
    ['GB18030', 'gb18030', iconv.encode(TEXT, 'gb18030')],
    ['GB18030 behind a UTF-8 BOM', 'gb18030', Buffer.concat([Buffer.from('\ufeff'), iconv.encode(TEXT, 'gb18030')])],
    ['UTF-16LE with BOM', 'utf-16le', iconv.encode(TEXT, 'utf-16le', { addBOM: true })],
    ['UTF-16BE with BOM', 'utf-16be', iconv.encode(TEXT, 'utf-16be', { addBOM: true })],
  ];
  test.each(forms)('%s is recognised and read wherever its pieces end', async (_, encoding, bytes) => {
    for (let piece = 1; piece <= 9; piece++) {
      const decoded = await decode(bytes, piece);
      expect(decoded).toMatchObject({ encoding });
      expect(decoded.text.toString()).toBe(TEXT);
    }
  });

  test('a few broken lines do not make a UTF-8 file something else', async () => {
    const bytes = Buffer.concat([Buffer.from(TEXT), Buffer.from([0xd6, 0xd0, 0xb9, 0x0a])]);
    expect((await decode(bytes)).encoding).toBe('utf-8');
  });

  test('half a character in GB18030 is marked, and the cells around it keep their places', async () => {
    const bytes = Buffer.concat([
      iconv.encode(TEXT, 'gb18030'),
      Buffer.from('SO-4,'),
      Buffer.from([0xd6, 0xd0, 0xb9]),
      Buffer.from(',x\nSO-5,y\n'),
    ]);
    const { encoding, text } = await decode(bytes, 64);
    expect(encoding).toBe('gb18030');
    const lines = text.toString('latin1').split('\n');
    expect(lines.at(-3)).toMatch(/^SO-4,.*\xff,x$/);
    expect(lines.at(-2)).toBe('SO-5,y');
    expect(text.includes(UNDECODABLE)).toBe(true);
  });

  test('half a surrogate pair and a torn last byte in UTF-16 are marked', async () => {
    const torn = Buffer.concat([
      Buffer.from([0xff, 0xfe]),
      Buffer.from('a\n', 'utf16le'),
      Buffer.from([0x00, 0xd8, 0x0a, 0x00, 0x41]),
    ]);
    const { text } = await decode(torn, 3);
    expect([...text]).toEqual([0x61, 0x0a, UNDECODABLE, 0x0a, UNDECODABLE]);
  });

  test('what the person says wins, and an unknown name is refused', async () => {
    expect((await decode(Buffer.from('a,b\n'), 7, 'gbk')).encoding).toBe('gb18030');
    await expect(decode(Buffer.from('a'), 7, 'ebcdic')).rejects.toMatchObject({ code: 'UNKNOWN_ENCODING' });
  });

  test.each([['504b030414000600'], ['d0cf11e0a1b11ae1'], ['255044462d312e37']])(
    'a workbook or PDF (%s) is refused as no text',
    async (hex) => {
      await expect(decode(Buffer.from(hex, 'hex'))).rejects.toMatchObject({ code: 'NOT_TEXT' });
    },
  );
});
