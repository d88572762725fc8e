import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { ZipFile as ZipWriter } from 'yazl';
import type { BundleManifest } from '../../domain/bundle';

/** A bundle's members in memory, in their order, to be spoilt and written again. */
export class Rebundle {
  constructor(readonly members: Map<string, Buffer>) {}

  static async read(path: string): Promise<Rebundle> {
    const zip = await promisify<string, yauzl.Options, ZipFile>(yauzl.open)(path, {
      lazyEntries: true,
      autoClose: false,
    });
    const members = new Map<string, Buffer>();
    for (let i = 0; i < zip.entryCount; i++) {
      const next = once(zip, 'entry');
      zip.readEntry();
      const [entry] = (await next) as [Entry];
      const stream = await promisify<Entry, Readable>(zip.openReadStream.bind(zip))(entry);
      const chunks: Buffer[] = [];
      for await (const chunk of stream) chunks.push(chunk);
      members.set(entry.fileName, Buffer.concat(chunks));
    }
    zip.close();
    return new Rebundle(members);
  }

  text(name: string): string {
    const bytes = this.members.get(name);
    if (!bytes) throw new Error(`no member ${name} in ${[...this.members.keys()].join(', ')}`);
    return bytes.toString('utf8');
  }

  /** Changes a member's text; a change that changes nothing is a mistake of the test. */
  edit(name: string, change: (text: string) => string): void {
    const before = this.text(name);
    const after = change(before);
    if (after === before) throw new Error(`${name} stayed as it was`);
    this.members.set(name, Buffer.from(after, 'utf8'));
  }

  /** Changes the lines of a member, each without its end. */
  editLines(name: string, change: (lines: string[]) => string[]): void {
    this.edit(name, (text) =>
      change(text.split('\n').slice(0, -1))
        .map((line) => `${line}\n`)
        .join(''),
    );
  }

  /** Changes the JSON document on one line of a member. */
  // Documents of every shape.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  editJson(name: string, line: number, change: (document: any) => void): void {
    this.editLines(name, (lines) =>
      lines.map((text, i) => {
        if (i !== line) return text;
        const document = JSON.parse(text);
        change(document);
        return JSON.stringify(document);
      }),
    );
  }

  /** Makes the manifest fit again, as somebody would who knows what he is doing. */
  cover(): void {
    const manifest = JSON.parse(this.text('manifest.json')) as BundleManifest;
    this.members.delete('manifest.json');
    const members = [...this.members].map(([name, bytes]) => ({
      name,
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    }));
    this.members.set('manifest.json', Buffer.from(JSON.stringify({ ...manifest, members })));
  }

  async write(path: string, more: readonly [string, Buffer][] = []): Promise<string> {
    const zip = new ZipWriter();
    for (const [name, bytes] of [...this.members, ...more]) zip.addBuffer(bytes, name);
    zip.end();
    await pipeline(zip.outputStream, createWriteStream(path));
    return path;
  }
}
