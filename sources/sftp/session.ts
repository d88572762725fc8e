import { Client, type SFTPWrapper } from 'ssh2';
import { withinSeconds } from '../delivered/deadline';
import {
  cutShort,
  notAllowed,
  notUnderstood,
  signInRefused,
  SourceStops,
  tooSlow,
  unreachable,
  type Named,
} from '../trouble';
import { fingerprintOf, hostKeyRefused, isExpectedKey } from './host-key';
import type { SignIn } from './sign-in';

export interface SftpLimits {
  /** From the first packet to the end of the sign-in. */
  readonly signInSeconds: number;
  /** For each answer: a listing, a look, a piece of a file. */
  readonly answerSeconds: number;
  /** For a whole file. */
  readonly copySeconds: number;
}

type Done<T> = (error: Error | null | undefined, value?: T) => void;

/** What ssh2 says of a failure: where it happened, and the socket's code. */
interface SshError extends Error {
  readonly level?: string;
  readonly code?: unknown;
}

const KEEP_ALIVE = { keepaliveInterval: 15_000, keepaliveCountMax: 3 } as const;

/** One signed-in connection. A failure of any kind ends it; the next use opens another. */
export class SftpSession {
  private lost: Error | undefined;
  private readonly ended: Promise<never>;

  private constructor(
    private readonly system: Named,
    private readonly client: Client,
    private readonly sftp: SFTPWrapper,
    private readonly limits: SftpLimits,
    private readonly signal: AbortSignal,
  ) {
    this.ended = new Promise((_, fail) => {
      const onLost = (): void => {
        this.lost = cutShort(system);
        fail(this.lost);
      };
      client.on('error', onLost).on('close', onLost);
      sftp.on('error', onLost).on('close', onLost);
    });
    this.ended.catch(() => undefined);
  }

  /** @throws SourceStops SOURCE_HOST_KEY, SOURCE_SIGN_IN_REFUSED, SOURCE_KEY_UNREADABLE, SOURCE_NOT_UNDERSTOOD; SourceWaits for the rest */
  static async open(system: Named, signIn: SignIn, limits: SftpLimits, signal: AbortSignal): Promise<SftpSession> {
    const client = new Client();
    try {
      const seconds = limits.signInSeconds;
      await withinSeconds(system, seconds, signal, ready(system, client, signIn, seconds));
      const sftp = await withinSeconds(system, limits.answerSeconds, signal, subsystem(system, client));
      return new SftpSession(system, client, sftp, limits, signal);
    } catch (error) {
      client.on('error', () => undefined).destroy();
      throw error;
    }
  }

  get isLost(): boolean {
    return this.lost !== undefined;
  }

  /** Asks one thing of the server. An SFTP status comes back as an error with its number as `code`. */
  async ask<T>(question: (sftp: SFTPWrapper, done: Done<T>) => void): Promise<T> {
    if (this.lost) throw this.lost;
    const answer = new Promise<T>((resolve, fail) => {
      question(this.sftp, (error, value) => (error ? fail(error) : resolve(value as T)));
    });
    answer.catch(() => undefined);
    try {
      return await withinSeconds(
        this.system,
        this.limits.answerSeconds,
        this.signal,
        Promise.race([answer, this.ended]),
      );
    } catch (error) {
      if (typeof (error as SshError).code === 'number') throw error;
      this.end();
      throw error instanceof Error && 'reason' in error ? error : this.signal.aborted ? error : cutShort(this.system);
    }
  }

  end(): void {
    this.lost ??= cutShort(this.system);
    this.client.destroy();
  }
}

/** Resolves once the server has taken the sign-in; rejects with what a person or the pull can act on. */
function ready(system: Named, client: Client, signIn: SignIn, seconds: number): Promise<void> {
  return new Promise((resolve, fail) => {
    let refusedKey: string | undefined;
    const failed = (error: SshError): void => {
      fail(
        refusedKey === undefined ? meaning(system, error, seconds) : hostKeyRefused(system, refusedKey, signIn.hostKey),
      );
    };
    // Questions are short, and each waits for its answer.
    client.on('connect', () => client.setNoDelay(true));
    client.on('ready', () => resolve());
    client.on('error', failed);
    client.on('close', () => failed(new Error('closed')));
    client.on('keyboard-interactive', (_name, _text, _language, prompts, answer) => {
      answer(prompts.map(() => signIn.password ?? ''));
    });
    const { host, port, user: username, hostKey, ...secrets } = signIn;
    try {
      client.connect({
        ...{ host, port, username, ...secrets, ...KEEP_ALIVE },
        readyTimeout: seconds * 1_000,
        tryKeyboard: secrets.password !== undefined,
        hostVerifier: (key: Buffer) => {
          const seen = fingerprintOf(key);
          const isRight = hostKey !== '' && isExpectedKey(seen, hostKey);
          if (!isRight) refusedKey = seen;
          return isRight;
        },
      });
    } catch {
      // It connects later; what it can refuse at once is the key it was given.
      fail(keyUnreadable(system));
    }
  });
}

function subsystem(system: Named, client: Client): Promise<SFTPWrapper> {
  return new Promise((resolve, fail) => {
    client.sftp((error, sftp) => (error ? fail(notAllowed(system, 'SFTP', 'no SFTP on this server')) : resolve(sftp)));
    client.once('close', () => fail(cutShort(system)));
  });
}

function meaning(system: Named, error: SshError, seconds: number): Error {
  switch (error.level) {
    case 'client-authentication':
      return signInRefused(system, 'SSH');
    case 'client-timeout':
      return tooSlow(system, seconds);
    case 'client-dns':
    case 'client-socket':
      return unreachable(system, typeof error.code === 'string' ? error.code : 'no answer');
    case 'handshake':
      return notUnderstood(system, error.message);
    case undefined:
    default:
      return cutShort(system);
  }
}

function keyUnreadable({ title }: Named): SourceStops {
  return new SourceStops('SOURCE_KEY_UNREADABLE', {
    zh: `${title.zh}的私钥（privateKey）无法读取，或口令（passphrase）不正确`,
    en: `the private key of ${title.en} cannot be read, or its passphrase is wrong`,
  });
}
