import { PassThrough, Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ZipFile } from 'yazl';

/** One file of an archive, its content made as it is read. */
export interface ZipMember {
  readonly name: string;
  readonly content: Iterable<string> | AsyncIterable<string | Uint8Array>;
}

/** One time for all, by the clock on the wall as zip has it, so that equal contents are equal bytes. */
const WRITTEN = { mtime: new Date(1980, 0, 1), mode: 0o100444, forceDosTimestamp: true };

/**
 * Packs members as they are read, one after the other; memory stays flat. A member that fails breaks the stream off, and
 * a reader that goes away ends the members.
 */
export function zipped(members: AsyncIterable<ZipMember>): Readable {
  const zip = new ZipFile();
  const archive = zip.outputStream.pipe(new PassThrough());
  pack(zip, members, archive).catch((error: unknown) => {
    archive.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  return archive;
}

async function pack(zip: ZipFile, members: AsyncIterable<ZipMember>, archive: Readable): Promise<void> {
  for await (const { name, content } of members) {
    const member = Readable.from(content, { objectMode: false });
    const giveUp = (): void => void member.destroy();
    archive.once('close', giveUp);
    if (archive.destroyed) giveUp();
    zip.addReadStream(member, name, WRITTEN);
    await finished(member);
    archive.off('close', giveUp);
  }
  zip.end();
}
