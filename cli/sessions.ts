import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** A kept sign-in. */
interface KeptSession {
  readonly token: string;
  readonly expiresAt: string;
  /** The password it was made with, hashed with `salt`: another password is another sign-in. */
  readonly check: string;
  readonly salt: string;
}

interface KeptUrl {
  /** The login of the last `salesclose login`. */
  current?: string;
  logins: Record<string, KeptSession>;
}

type Kept = Record<string, KeptUrl>;

/** Tokens by address and login, in a file only this user can read. A token is as good as a password while it lasts. */
export class SessionCache {
  constructor(
    private readonly file: string,
    private readonly url: string,
  ) {}

  /** The token of the last `login` at this address. */
  current(): { login: string; token: string } | undefined {
    const kept = this.read()[this.url];
    const session = kept?.current === undefined ? undefined : kept.logins[kept.current];
    if (kept?.current === undefined || session === undefined || hasEnded(session)) return undefined;
    return { login: kept.current, token: session.token };
  }

  /** The token of a login, if it was got with this password. */
  find(login: string, password: string): string | undefined {
    const session = this.read()[this.url]?.logins[login];
    if (session === undefined || hasEnded(session)) return undefined;
    const check = Buffer.from(session.check, 'base64');
    const isSame = timingSafeEqual(hash(password, session.salt), check);
    return isSame ? session.token : undefined;
  }

  keep(login: string, password: string, signedIn: { token: string; expiresAt: string }, isCurrent: boolean): void {
    const salt = randomBytes(16).toString('base64');
    const session = { ...signedIn, salt, check: hash(password, salt).toString('base64') };
    this.change((kept) => {
      kept.logins[login] = session;
      if (isCurrent) kept.current = login;
    });
  }

  drop(login: string): void {
    this.change((kept) => {
      kept.logins = Object.fromEntries(Object.entries(kept.logins).filter(([name]) => name !== login));
    });
  }

  private read(): Kept {
    try {
      return JSON.parse(readFileSync(this.file, 'utf8')) as Kept;
    } catch {
      return {};
    }
  }

  /** A cache that cannot be written only means that the next command signs in again. */
  private change(edit: (kept: KeptUrl) => void): void {
    const all = this.read();
    const kept = all[this.url] ?? { logins: {} };
    edit(kept);
    all[this.url] = kept;
    const beside = `${this.file}.${process.pid}`;
    try {
      mkdirSync(dirname(this.file), { recursive: true, mode: 0o700 });
      writeFileSync(beside, JSON.stringify(all), { mode: 0o600 });
      renameSync(beside, this.file);
    } catch {
      return;
    }
  }
}

function hasEnded(session: KeptSession): boolean {
  return Date.parse(session.expiresAt) < Date.now() + 60_000;
}

function hash(password: string, salt: string): Buffer {
  return scryptSync(password, salt, 32, { N: 2 ** 14, r: 8, p: 1 });
}
