import { closeSync, lstatSync, openSync, readdirSync, readSync, realpathSync, statSync, type Stats } from 'node:fs';
import type { Socket } from 'node:net';
import { join, posix } from 'node:path';
import { utils, type Attributes, type Connection, type SFTPWrapper } from 'ssh2';

/** What can be asked of it, as the protocol calls it. */
export type Question = 'REALPATH' | 'LSTAT' | 'STAT' | 'OPENDIR' | 'READDIR' | 'OPEN' | 'READ' | 'CLOSE';

/** What goes wrong with an answer. */
export type SftpFault =
  /** The connection breaks off. */
  | { readonly kind: 'drop' }
  /** No answer comes. */
  | { readonly kind: 'hang' }
  | { readonly kind: 'delay'; readonly ms: number }
  /** Any status: 3 permission denied, 4 failure. */
  | { readonly kind: 'status'; readonly status: number }
  /** Something is done before the answer: a file grows, or goes. */
  | { readonly kind: 'meanwhile'; readonly act: () => void }
  /** A listing holds these names, too. */
  | { readonly kind: 'names'; readonly names: readonly string[] };

export interface PlannedSftpFault {
  readonly on: Question;
  readonly fault: SftpFault;
  /** 1 by default. */
  readonly times?: number;
  /** How many such questions pass before; 0 by default. */
  readonly skip?: number;
}

/** What a session is served with. */
export interface Served {
  readonly root: string;
  readonly next: (question: Question) => SftpFault | undefined;
  readonly questions: string[];
}

type Handle = { readonly file: number } | { readonly names: string[]; readonly folder: string };

const { STATUS_CODE } = utils.sftp;
const NAMES_AT_ONCE = 100;
const READ: number = utils.sftp.OPEN_MODE.READ;

/** Answers one session's questions from a real folder, read-only. */
export class ServedFolder {
  private readonly handles = new Map<number, Handle>();
  private count = 0;

  constructor(
    private readonly sftp: SFTPWrapper,
    private readonly client: Connection,
    private readonly served: Served,
  ) {}

  serve(): void {
    const { sftp } = this;
    sftp.on('error', () => undefined);
    sftp.on('REALPATH', (id, path) => this.answer('REALPATH', id, path, () => this.realpath(id, path)));
    sftp.on('LSTAT', (id, path) =>
      this.answer('LSTAT', id, path, () => sftp.attrs(id, attributesOf(lstatSync(this.local(path))))),
    );
    sftp.on('STAT', (id, path) =>
      this.answer('STAT', id, path, () => sftp.attrs(id, attributesOf(statSync(this.local(path))))),
    );
    sftp.on('OPENDIR', (id, path) => this.answer('OPENDIR', id, path, () => this.openFolder(id, path)));
    sftp.on('READDIR', (id, handle) => this.answer('READDIR', id, '', (fault) => this.list(id, handle, fault)));
    sftp.on('OPEN', (id, path, flags) => this.answer('OPEN', id, path, () => this.open(id, path, flags)));
    sftp.on('READ', (id, handle, offset, length) =>
      this.answer('READ', id, '', () => this.read(id, handle, offset, length)),
    );
    sftp.on('CLOSE', (id, handle) => this.answer('CLOSE', id, '', () => this.close(id, handle)));
  }

  private answer(question: Question, id: number, path: string, give: (fault?: SftpFault) => void): void {
    const { questions, next } = this.served;
    questions.push(path === '' ? question : `${question} ${path}`);
    const fault = next(question);
    const say = (): void => {
      try {
        give(fault);
      } catch (error) {
        const isGone = (error as { code?: unknown }).code === 'ENOENT';
        this.sftp.status(id, isGone ? STATUS_CODE.NO_SUCH_FILE : STATUS_CODE.FAILURE);
      }
    };
    if (fault?.kind === 'drop') return broken(this.client);
    if (fault?.kind === 'hang') return;
    if (fault?.kind === 'status') return this.sftp.status(id, fault.status);
    if (fault?.kind === 'meanwhile') fault.act();
    if (fault?.kind === 'delay') setTimeout(say, fault.ms);
    else say();
  }

  /** Where a link leads out of what is served, the server says so. */
  private realpath(id: number, path: string): void {
    const { root } = this.served;
    const real = realpathSync(this.local(path));
    const isInside = real === root || real.startsWith(`${root}/`);
    const filename = isInside ? real.slice(root.length) || '/' : real;
    this.sftp.name(id, [{ filename, longname: filename, attrs: attributesOf(statSync(real)) }]);
  }

  private openFolder(id: number, path: string): void {
    const folder = this.local(path);
    this.keep(id, { names: readdirSync(folder), folder });
  }

  private list(id: number, handle: Buffer, fault: SftpFault | undefined): void {
    const open = this.held(handle);
    if (!open || !('names' in open)) return this.sftp.status(id, STATUS_CODE.FAILURE);
    const names = open.names.splice(0, NAMES_AT_ONCE);
    const entries = [
      ...names.map((filename) => ({ filename, attrs: lstatSync(join(open.folder, filename)) })),
      ...(fault?.kind === 'names' ? fault.names : []).map((filename) => ({
        filename,
        attrs: lstatSync(this.served.root),
      })),
    ];
    if (entries.length === 0) return this.sftp.status(id, STATUS_CODE.EOF);
    this.sftp.name(
      id,
      entries.map(({ filename, attrs }) => ({ filename, longname: filename, attrs: attributesOf(attrs) })),
    );
  }

  private open(id: number, path: string, flags: number): void {
    if (flags !== READ) return this.sftp.status(id, STATUS_CODE.PERMISSION_DENIED);
    this.keep(id, { file: openSync(this.local(path), 'r') });
  }

  private read(id: number, handle: Buffer, offset: number, length: number): void {
    const open = this.held(handle);
    if (!open || !('file' in open)) return this.sftp.status(id, STATUS_CODE.FAILURE);
    const bytes = Buffer.alloc(length);
    const read = readSync(open.file, bytes, 0, length, offset);
    if (read === 0) this.sftp.status(id, STATUS_CODE.EOF);
    else this.sftp.data(id, bytes.subarray(0, read));
  }

  private close(id: number, handle: Buffer): void {
    const open = this.held(handle);
    if (open && 'file' in open) closeSync(open.file);
    this.handles.delete(handle.readUInt32BE());
    this.sftp.status(id, STATUS_CODE.OK);
  }

  private local(path: string): string {
    return join(this.served.root, posix.normalize(`/${path}`));
  }

  private keep(id: number, handle: Handle): void {
    const name = Buffer.alloc(4);
    name.writeUInt32BE((this.count += 1));
    this.handles.set(this.count, handle);
    this.sftp.handle(id, name);
  }

  private held(handle: Buffer): Handle | undefined {
    return this.handles.get(handle.readUInt32BE());
  }
}

function attributesOf({ mode, uid, gid, size, atimeMs, mtimeMs }: Stats): Attributes {
  return { mode, uid, gid, size, atime: Math.floor(atimeMs / 1_000), mtime: Math.floor(mtimeMs / 1_000) };
}

/** As when the network goes: no farewell. */
export function broken(client: Connection): void {
  socketOf(client)?.destroy();
}

/** The package keeps it to itself. */
export function socketOf(client: Connection): Socket | undefined {
  return (client as unknown as { _sock?: Socket })._sock;
}
