import { createHash, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { copyFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipped } from '../../api/zip';
import { readPublicKey } from '../../cli/bundle/keys';
import { verifyBundle } from '../../cli/bundle/verify';
import { canonicalText } from '../../domain/canonical';
import { BundledBooks, NOVEMBER, OCTOBER } from './bundled-books';
import { Rebundle } from './rebundle';

let bundled: BundledBooks;
beforeAll(async () => {
  bundled = await BundledBooks.make();
}, 120_000);
afterAll(() => bundled.close());

const ORDERS = `${OCTOBER}/rows/sales_order.tsv`;
const ownKey = (): string => readPublicKey(join(bundled.sealed.keysDir, 'seal.pub'));

describe('a bundle of locked months', () => {
  test('verifies by itself, and says whose key it rests on', async () => {
    const found = await bundled.look(bundled.whole);
    expect(found).toMatchObject({ ok: true, faults: [], warnings: [], files: 4, key: { source: 'bundle' } });
    expect(found.months.map(({ month, rows, ok }) => [month, rows, ok])).toEqual([
      [OCTOBER, expect.any(Number), true],
      [NOVEMBER, expect.any(Number), true],
    ]);
    const online = await bundled.sealed.verify();
    expect(found.months.map(({ seal, rows }) => [seal, rows])).toEqual(
      online.months.map(({ seal, rows }) => [seal, rows]),
    );
    expect(found.key.fingerprints).toEqual([
      createHash('sha256').update(Buffer.from(ownKey(), 'base64')).digest('hex'),
    ]);
  });

  test('verifies with a key that was got otherwise, as PEM and as it stands on the report', async () => {
    const text = join(bundled.folder, 'key.txt');
    writeFileSync(text, `${ownKey()}\n`);
    expect(await bundled.look(bundled.whole, [readPublicKey(text)])).toMatchObject({
      ok: true,
      key: { source: 'file' },
    });
    expect(readPublicKey(text)).toBe(ownKey());
  });

  test('of one later month brings the seals before it, and no other rows', async () => {
    const path = await bundled.write('november.zip', { month: NOVEMBER, withFiles: false });
    const found = await bundled.look(path);
    expect(found).toMatchObject({ ok: true, files: null });
    expect(found.months.map(({ month, rows }) => [month, rows === null])).toEqual([
      [OCTOBER, true],
      [NOVEMBER, false],
    ]);
    const names = [...(await Rebundle.read(path)).members.keys()];
    expect(names.filter((name) => name.startsWith(OCTOBER) || name.startsWith('files/'))).toEqual([]);
  });

  test('of an earlier month needs nothing of the later ones, and asked for twice is the same byte by byte', async () => {
    const [first, second] = [
      await bundled.write('1.zip', { month: OCTOBER, withFiles: true }),
      await bundled.write('2.zip', { month: OCTOBER, withFiles: true }),
    ];
    expect(readFileSync(first).equals(readFileSync(second))).toBe(true);
    expect(await bundled.look(first)).toMatchObject({ ok: true });
  });

  test('can be checked without this program, as its README says', () => {
    const month = JSON.parse(bundled.members().text('seals.ndjson').split('\n')[1]!);
    const { content, hash, signature } = month.seal;
    const rows = bundled.members().text(`${NOVEMBER}/rows/sales_order.tsv`).split('\n').slice(0, -1);
    const listed = bundled
      .members()
      .text(`${NOVEMBER}/blocks/sales_order.ndjson`)
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));
    const digest = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');
    expect(listed.map(({ sha256 }) => sha256)).toEqual(
      [0, 1, 2].map((block) =>
        digest(
          rows
            .slice(block * 10_000, (block + 1) * 10_000)
            .map((row) => `${row}\n`)
            .join(''),
        ),
      ),
    );
    const lines = listed.map((block) => {
      const index = digest(Buffer.concat([Buffer.from(block.keys, 'base64'), Buffer.from(block.checks, 'base64')]));
      return `${[block.block, block.rows, block.first, block.last, block.sha256, index].join('\t')}\n`;
    });
    const { root } = content.relations.find(({ relation }: { relation: string }) => relation === 'sales_order');
    expect(digest(lines.join(''))).toBe(root);
    expect(digest(canonicalText(content))).toBe(hash);
    const key = createPublicKey(bundled.members().text('keys/seal-1.pub'));
    expect(verify(null, Buffer.from(hash, 'hex'), key, Buffer.from(signature, 'base64'))).toBe(true);
    expect(bundled.members().text('README.txt')).toContain(hash);
  });

  test('is refused before the month is sealed, and with files that are gone', async () => {
    await expect(bundled.write('none.zip', { month: '2026-12', withFiles: false })).rejects.toThrow('NOT_SEALED_YET');
    const elsewhere = bundled.prepare({ withFiles: true }, join(bundled.folder, 'empty'));
    await expect(elsewhere).rejects.toThrow('EVIDENCE_MISSING');
  });

  test('lets go of its connection when the reader goes away', async () => {
    const { pool } = bundled.sealed;
    const made = await bundled.prepare({ withFiles: true });
    const archive = zipped(made.members());
    for await (const chunk of archive) if ((chunk as Buffer).length > 0) break;
    for (let i = 0; i < 100 && pool.totalCount > pool.idleCount; i++)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(pool.totalCount).toBe(pool.idleCount);
  });
});

describe('a bundle that was made anew', () => {
  /** Signs everything again, as whoever has another key can do. */
  async function forged(): Promise<string> {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const spoilt = bundled.members();
    let previous = '0'.repeat(64);
    for (const line of [0, 1]) {
      spoilt.editJson('seals.ndjson', line, ({ seal }) => {
        seal.content.previous = seal.previous = previous;
        seal.publicKey = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
        seal.hash = createHash('sha256').update(canonicalText(seal.content)).digest('hex');
        seal.signature = sign(null, Buffer.from(seal.hash, 'hex'), privateKey).toString('base64');
        previous = seal.hash;
      });
    }
    spoilt.cover();
    return bundled.save(spoilt);
  }

  test('is found by a key that was got otherwise', async () => {
    const { faults, key } = await bundled.look(await forged(), [ownKey()]);
    expect(faults.filter(({ code }) => code === 'KEY_UNKNOWN').map(({ month }) => month)).toEqual([OCTOBER, NOVEMBER]);
    expect(key.fingerprints).toHaveLength(1);
  });

  test('does not pass for another company’s', async () => {
    const spoilt = bundled.members();
    spoilt.edit('manifest.json', (text) => text.replace('"company": "qinghe"', '"company": "baiyun"'));
    const path = await bundled.save(spoilt);
    await expect(bundled.look(path)).rejects.toThrow('BUNDLE_OF_ANOTHER');
    await expect(verifyBundle(path, 'baiyun', null)).rejects.toThrow('BUNDLE_OF_ANOTHER');
  });
});

describe('members and manifest', () => {
  test('what no seal vouches for is held against the manifest', async () => {
    const spoilt = bundled.members();
    spoilt.edit('people.ndjson', (text) => text.replace('approver', 'somebody'));
    const path = await bundled.save(spoilt, [['extra.txt', Buffer.from('x')]]);
    expect((await bundled.look(path)).faults.map(({ code, key }) => [code, key])).toEqual([
      ['MEMBER_CHANGED', 'people.ndjson'],
      ['MEMBER_ADDED', 'extra.txt'],
    ]);
  });

  test('a changed row is told once, by its key', async () => {
    const spoilt = bundled.members();
    spoilt.edit(ORDERS, (text) => text.replace('7.50', '7.51'));
    expect((await bundled.look(await bundled.save(spoilt))).faults.map(({ code }) => code)).toEqual(['ROW_CHANGED']);
  });
});

describe('a file that is no whole bundle', () => {
  test.each([0.999, 0.5, 0.01])('is refused when cut off at %d of it', async (part) => {
    const path = join(bundled.folder, 'cut.zip');
    copyFileSync(bundled.whole, path);
    truncateSync(path, Math.floor(readFileSync(bundled.whole).length * part));
    await expect(bundled.look(path)).rejects.toThrow('BUNDLE_UNREADABLE');
  });

  test('is refused without a manifest, or of a later format', async () => {
    const spoilt = bundled.members();
    spoilt.edit('manifest.json', (text) => text.replace('"version": 1', '"version": 2'));
    await expect(bundled.look(await bundled.save(spoilt))).rejects.toThrow('BUNDLE_UNKNOWN');
    spoilt.members.delete('manifest.json');
    await expect(bundled.look(await bundled.save(spoilt))).rejects.toThrow('BUNDLE_UNKNOWN');
  });

  test.each([
    ['a line that is no JSON', (spoilt: Rebundle) => spoilt.edit('seals.ndjson', (text) => `{${text}`)],
    [
      'a seal without content',
      (spoilt: Rebundle) => spoilt.editJson('seals.ndjson', 0, (month) => delete month.seal.content),
    ],
    ['an entry that is no entry', (spoilt: Rebundle) => spoilt.editLines('audit.ndjson', () => ['{"seq": 1}'])],
    [
      'an entry whose number is none',
      (spoilt: Rebundle) => spoilt.editJson('audit.ndjson', 0, (entry) => (entry.seq = 'one')),
    ],
    [
      'a block without keys',
      (spoilt: Rebundle) => spoilt.editJson(`${OCTOBER}/blocks/match.ndjson`, 0, (block) => delete block.keys),
    ],
  ])('is refused with %s, naming the member', async (_what, change) => {
    const spoilt = bundled.members();
    change(spoilt);
    await expect(bundled.look(await bundled.save(spoilt))).rejects.toThrow(/BUNDLE_UNREADABLE.*\.ndjson/);
  });

  test('is not unpacked when it holds far more than its size, or two members of one name', async () => {
    const bomb = new Map([['zeros', Buffer.alloc(16 << 20)]]);
    const spoilt = await Rebundle.read(bundled.whole);
    await expect(bundled.look(await bundled.save(spoilt, [['README.txt', Buffer.from('x')]]))).rejects.toThrow(
      'BUNDLE_UNSAFE',
    );
    spoilt.members.clear();
    for (const [name, bytes] of bomb) spoilt.members.set(name, bytes);
    await expect(bundled.look(await bundled.save(spoilt))).rejects.toThrow('BUNDLE_UNSAFE');
  });
});
