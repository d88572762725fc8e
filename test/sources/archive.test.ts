import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ArchiveEntry, openArchive } from '../../sources/wire/archive';
import { zipOf } from './zip';

const BYTES = 3 << 20;

/** Its first piece, as who looks what kind of file it is takes it. */
async function begin(entry: ArchiveEntry): Promise<Buffer> {
  for await (const piece of entry.read()) return piece;
  return Buffer.alloc(0);
}

async function whole(entry: ArchiveEntry): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of entry.read()) pieces.push(piece);
  return Buffer.concat(pieces);
}

describe('an archive', () => {
  const dir = mkdtempSync(join(tmpdir(), 'salesclose-archive-'));
  afterAll(() => rmSync(dir, { recursive: true }));

  it('is read on after its entries were looked into and left, and may be closed at any moment', async () => {
    const contents = [randomBytes(BYTES), randomBytes(BYTES), Buffer.alloc(0)];
    const path = join(dir, 'bills.zip');
    writeFileSync(path, zipOf(contents.map((bytes, i) => ({ name: `bill-${i}.csv`, bytes }))));
    for (let time = 0; time < 10; time++) {
      const archive = await openArchive(path);
      for (const entry of archive.entries) await begin(entry);
      const read = await Promise.all(archive.entries.map(whole));
      expect(read.map((bytes, i) => bytes.equals(contents[i]!))).toEqual([true, true, true]);
      const left = archive.entries.map(begin);
      archive.close();
      await Promise.allSettled(left);
    }
  });
});
