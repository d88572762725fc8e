import { constants, createWriteStream } from 'node:fs';
import { lstat, open, readdir, realpath, stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { withinSeconds } from '../delivered/deadline';
import { shownName } from '../delivered/names';
import type { Name, Place, Seen, Unreadable } from '../delivered/place';
import { settingRefused } from '../delivered/refusals';
import type { Access } from '../system';
import { notAllowed, unreachable, type Named } from '../trouble';

export interface FolderLimits {
  readonly lookSeconds: number;
  readonly copySeconds: number;
}

const SLASH = Buffer.from('/');
const NO_FILE = { refused: { zh: '不是普通文件', en: 'is no plain file' } } as const;
const OUTSIDE = { refused: { zh: '是指向目录之外的链接', en: 'is a link that leads out of the folder' } } as const;
const GONE = ['ENOENT', 'ENOTDIR'];

/** A folder of this machine's disk or of a share mounted on it. Paths are bytes, since names need not be UTF-8. */
export class FolderPlace implements Place<Buffer> {
  constructor(
    readonly system: Named,
    private readonly access: Access,
    private readonly limits: FolderLimits,
  ) {}

  async root(): Promise<Buffer> {
    const { path = '' } = this.access.settings;
    if (!isAbsolute(path)) {
      throw settingRefused('path', path, { zh: '应为绝对路径', en: 'it should be an absolute path' });
    }
    const found = await this.quickly(realpath(path, 'buffer').catch(goneAsUndefined));
    if (found === undefined) throw unreachable(this.system, `ENOENT ${shownName(path)}`);
    return found;
  }

  async list(folder: Buffer): Promise<readonly Name<Buffer>[]> {
    const names = await this.quickly(readdir(folder, 'buffer'));
    return names.map((name) => ({ name: decoded(name), path: Buffer.concat([folder, SLASH, name]) }));
  }

  async look(path: Buffer): Promise<Seen | Unreadable | undefined> {
    const root = await this.root();
    return this.quickly(this.seen(root, path));
  }

  async copy(path: Buffer, to: string): Promise<number | undefined> {
    const { lookSeconds, copySeconds } = this.limits;
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    const real = await this.quickly(realpath(path, 'buffer').catch(goneAsUndefined));
    if (real === undefined || !isBelow(await this.root(), real)) return undefined;
    const file = await this.quickly(open(real, flags).catch(goneAsUndefined), lookSeconds);
    if (file === undefined) return undefined;
    try {
      if (!(await file.stat()).isFile()) return undefined;
      const reading = file.createReadStream({ autoClose: false });
      const writing = createWriteStream(to, { mode: 0o600 });
      await this.quickly(pipeline(reading, writing, { signal: this.access.signal }), copySeconds);
      return writing.bytesWritten;
    } finally {
      await file.close();
    }
  }

  async close(): Promise<void> {
    // Nothing is held open between calls.
  }

  private async seen(root: Buffer, path: Buffer): Promise<Seen | Unreadable | undefined> {
    try {
      const isLink = (await lstat(path)).isSymbolicLink();
      if (isLink && !isBelow(root, await realpath(path, 'buffer'))) return OUTSIDE;
      const found = await stat(path);
      if (!found.isFile() && !found.isDirectory()) return NO_FILE;
      return { nature: found.isFile() ? 'file' : 'folder', bytes: found.size, at: found.mtime };
    } catch (error) {
      return goneAsUndefined(error);
    }
  }

  private async quickly<T>(work: Promise<T>, seconds = this.limits.lookSeconds): Promise<T> {
    try {
      return await withinSeconds(this.system, seconds, this.access.signal, work);
    } catch (error) {
      throw this.meaning(error);
    }
  }

  /** A share that is away says so in many ways; only a missing right is for a person at once. */
  private meaning(error: unknown): unknown {
    const { code } = error as { code?: unknown };
    if (typeof code !== 'string' || !/^E[A-Z]+$/.test(code)) return error;
    if (code === 'EACCES' || code === 'EPERM') return notAllowed(this.system, 'path', code);
    return unreachable(this.system, code);
  }
}

function isBelow(root: Buffer, path: Buffer): boolean {
  const inside = root.equals(SLASH) ? root : Buffer.concat([root, SLASH]);
  return path.subarray(0, inside.length).equals(inside);
}

function decoded(name: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(name);
  } catch {
    return new TextDecoder('gb18030').decode(name);
  }
}

function goneAsUndefined(error: unknown): undefined {
  if (GONE.includes(String((error as { code?: unknown }).code))) return undefined;
  throw error;
}
