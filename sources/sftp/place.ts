import { open } from 'node:fs/promises';
import { posix } from 'node:path';
import type { Stats } from 'ssh2';
import type { Name, Place, Seen, Unreadable } from '../delivered/place';
import type { Access } from '../system';
import { busy, notAllowed, tooSlow, unreachable, type Named } from '../trouble';
import { shownName } from '../delivered/names';
import { SftpSession, type SftpLimits } from './session';
import { signInOf } from './sign-in';

const NO_SUCH_FILE = 2;
const PERMISSION_DENIED = 3;
const END_OF_FILE = 1;
/** What servers must take, and how many pieces are under way at once, since the way there is long. */
const PIECE_BYTES = 32_768;
const PIECES = 8;
const NO_FILE = { refused: { zh: '不是普通文件', en: 'is no plain file' } } as const;
const OUTSIDE = { refused: { zh: '是指向目录之外的链接', en: 'is a link that leads out of the folder' } } as const;

/** A folder of an SFTP server, over one connection that is opened when it is needed. */
export class SftpPlace implements Place<string> {
  private session: SftpSession | undefined;
  private realRoot: string | undefined;

  constructor(
    readonly system: Named,
    private readonly access: Access,
    private readonly limits: SftpLimits,
  ) {}

  async root(): Promise<string> {
    const { path = '.' } = this.access.settings;
    this.realRoot ??= await this.unlessGone(this.realpath(path));
    if (this.realRoot === undefined) throw unreachable(this.system, `no folder ${shownName(path)}`);
    return this.realRoot;
  }

  async list(folder: string): Promise<readonly Name<string>[]> {
    const session = await this.signedIn();
    const entries = await this.unlessGone(
      session.ask<{ filename: string }[]>((sftp, done) => sftp.readdir(folder, done)),
    );
    if (entries === undefined) throw unreachable(this.system, `no folder ${shownName(folder)}`);
    const names = entries.map(({ filename }) => filename).filter((name) => name !== '.' && name !== '..');
    return names.map((name) => ({ name, path: posix.join(folder, name) }));
  }

  async look(path: string): Promise<Seen | Unreadable | undefined> {
    const session = await this.signedIn();
    const own = await this.unlessGone(session.ask<Stats>((sftp, done) => sftp.lstat(path, done)));
    if (own === undefined) return undefined;
    if (!own.isSymbolicLink()) return seenAs(own);
    const target = await this.unlessGone(this.realpath(path));
    if (target === undefined) return undefined;
    if (!target.startsWith(posix.join(await this.root(), '/'))) return OUTSIDE;
    const led = await this.unlessGone(session.ask<Stats>((sftp, done) => sftp.stat(path, done)));
    return led === undefined ? undefined : seenAs(led);
  }

  async copy(path: string, to: string): Promise<number | undefined> {
    const session = await this.signedIn();
    const handle = await this.unlessGone(session.ask<Buffer>((sftp, done) => sftp.open(path, 'r', done)));
    if (handle === undefined) return undefined;
    const bytes = await this.meant(this.copyOpen(session, handle, to));
    await this.unlessGone(session.ask<undefined>((sftp, done) => sftp.close(handle, done)));
    return bytes;
  }

  async close(): Promise<void> {
    this.session?.end();
    this.session = undefined;
  }

  private async copyOpen(session: SftpSession, handle: Buffer, to: string): Promise<number> {
    const until = Date.now() + this.limits.copySeconds * 1_000;
    const file = await open(to, 'w', 0o600);
    try {
      for (let at = 0; ;) {
        if (Date.now() > until) throw tooSlow(this.system, this.limits.copySeconds);
        const offsets = Array.from({ length: PIECES }, (_, index) => at + index * PIECE_BYTES);
        const pieces = await Promise.all(offsets.map((offset) => pieceOf(session, handle, offset)));
        // Behind a short piece the others begin at the wrong place.
        const short = pieces.findIndex((piece) => piece.length < PIECE_BYTES);
        const whole = Buffer.concat(short === -1 ? pieces : pieces.slice(0, short + 1));
        await file.write(whole);
        at += whole.length;
        if (whole.length === 0) return at;
      }
    } finally {
      await file.close();
    }
  }

  private async realpath(path: string): Promise<string> {
    const session = await this.signedIn();
    return session.ask<string>((sftp, done) => sftp.realpath(path, done));
  }

  private async signedIn(): Promise<SftpSession> {
    if (this.session?.isLost !== false) {
      const { system, access, limits } = this;
      this.session = await SftpSession.open(system, signInOf(access), limits, access.signal);
    }
    return this.session;
  }

  private async unlessGone<T>(answer: Promise<T>): Promise<T | undefined> {
    try {
      return await this.meant(answer);
    } catch (error) {
      if ((error as { code?: unknown }).code === NO_SUCH_FILE) return undefined;
      throw error;
    }
  }

  /** SFTP statuses as what they mean for the pull; that nothing is there goes on as it is. */
  private async meant<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      const { code } = error as { code?: unknown };
      if (typeof code !== 'number' || code === NO_SUCH_FILE) throw error;
      throw code === PERMISSION_DENIED
        ? notAllowed(this.system, 'path', 'SFTP 3')
        : busy(this.system, `SFTP ${String(code)}`);
    }
  }
}

function seenAs(stats: Stats): Seen | Unreadable {
  if (!stats.isFile() && !stats.isDirectory()) return NO_FILE;
  return { nature: stats.isFile() ? 'file' : 'folder', bytes: stats.size, at: new Date(stats.mtime * 1_000) };
}

/** Empty behind the end. */
async function pieceOf(session: SftpSession, handle: Buffer, offset: number): Promise<Buffer> {
  const piece = Buffer.alloc(PIECE_BYTES);
  try {
    const length = await session.ask<number>((sftp, done) => sftp.read(handle, piece, 0, PIECE_BYTES, offset, done));
    return piece.subarray(0, length);
  } catch (error) {
    if ((error as { code?: unknown }).code === END_OF_FILE) return Buffer.alloc(0);
    throw error;
  }
}
