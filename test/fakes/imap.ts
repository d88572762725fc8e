import { createServer, type AddressInfo, type Socket } from 'node:net';
import { parseMail, type ParsedMail } from './imap-mail';
import { commandsOf, isInSet, wordsOf, type ImapCommand } from './imap-talk';

/** What goes wrong with the answer to a command: `LOGIN`, `EXAMINE`, `UID SEARCH`, `UID FETCH`, or `BODY` for the fetching of a part. */
export interface PlannedImapFault {
  readonly on: string;
  readonly fault:
    | { readonly kind: 'drop' | 'hang' }
    /** The answer breaks off in its middle. */
    | { readonly kind: 'cut' }
    | { readonly kind: 'delay'; readonly ms: number }
    /** `NO` with this text, as `[UNAVAILABLE] later`. */
    | { readonly kind: 'no'; readonly text: string };
  /** 1 by default. */
  readonly times?: number;
}

export interface FakeImapOptions {
  readonly user: string;
  readonly password: string;
  readonly port?: number;
}

export interface FakeImap {
  readonly port: number;
  /** Commands as they came, without what follows them. */
  readonly commands: readonly string[];
  /** Numbers of the mails that somebody marked as read. */
  readonly seen: ReadonlySet<number>;
  /** @returns the number the mail has */
  deliver(raw: Buffer | string, receivedAt: Date): number;
  remove(uid: number): void;
  /** As when a mailbox is restored: every mail gets another number. */
  renumber(): void;
  plan(fault: PlannedImapFault): void;
  stop(): Promise<void>;
}

interface Mail extends ParsedMail {
  readonly receivedAt: Date;
}

const CAPABILITIES = 'IMAP4rev1 ID NAMESPACE';

/** Starts an IMAP server (RFC 3501) with one mailbox, INBOX, on 127.0.0.1. */
export async function startFakeImap(options: FakeImapOptions): Promise<FakeImap> {
  const box = new Mailbox();
  const commands: string[] = [];
  const planned: { plan: PlannedImapFault; left: number }[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.setNoDelay(true));
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    const faultOf = (command: ImapCommand): PlannedImapFault['fault'] | undefined => {
      const names = [command.name, ...(/BODY(\.PEEK)?\[/.test(command.args) ? ['BODY'] : [])];
      const one = planned.find(({ plan, left }) => left > 0 && names.includes(plan.on));
      if (one) one.left -= 1;
      return one?.plan.fault;
    };
    talk(socket, new Session(box, options), commands, faultOf).catch(() => socket.destroy());
  });
  await new Promise<void>((done) => server.listen(options.port ?? 0, '127.0.0.1', done));
  return {
    port: (server.address() as AddressInfo).port,
    commands,
    seen: box.seen,
    deliver: (raw, receivedAt) => box.add({ ...parseMail(Buffer.from(raw)), receivedAt }),
    remove: (uid) => void box.mails.delete(uid),
    renumber: () => box.renumber(),
    plan: (plan) => void planned.push({ plan, left: plan.times ?? 1 }),
    stop: async () => {
      const closed = new Promise<void>((done) => server.close(() => done()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

class Mailbox {
  readonly mails = new Map<number, Mail>();
  readonly seen = new Set<number>();
  validity = 1_700_000_000;
  private next = 1;

  add(mail: Mail): number {
    this.mails.set(this.next, mail);
    return this.next++;
  }

  renumber(): void {
    const mails = [...this.mails.values()];
    this.mails.clear();
    this.validity += 1;
    this.next = 1_000;
    for (const mail of mails) this.add(mail);
  }

  get last(): number {
    return this.next - 1;
  }
}

async function talk(
  socket: Socket,
  session: Session,
  commands: string[],
  faultOf: (command: ImapCommand) => PlannedImapFault['fault'] | undefined,
): Promise<void> {
  socket.write('* OK ready\r\n');
  for await (const command of commandsOf(socket)) {
    commands.push(command.name);
    const fault = faultOf(command);
    if (fault?.kind === 'hang') continue;
    if (fault?.kind === 'drop') return void socket.destroy();
    if (fault?.kind === 'delay') await new Promise((done) => setTimeout(done, fault.ms));
    const answer = fault?.kind === 'no' ? `${command.tag} NO ${fault.text}\r\n` : session.answer(command);
    const bytes = Buffer.from(answer, 'latin1');
    if (fault?.kind === 'cut') {
      socket.write(bytes.subarray(0, bytes.length / 2), () => socket.destroy());
      return;
    }
    socket.write(bytes);
    if (command.name === 'LOGOUT') socket.end();
  }
}

/** One client's connection. */
class Session {
  private isSignedIn = false;
  private selected: 'SELECT' | 'EXAMINE' | undefined;

  constructor(
    private readonly box: Mailbox,
    private readonly options: FakeImapOptions,
  ) {}

  answer({ tag, name, args }: ImapCommand): string {
    const ok = `${tag} OK done\r\n`;
    switch (name) {
      case 'CAPABILITY':
        return `* CAPABILITY ${CAPABILITIES}\r\n${ok}`;
      case 'ID':
        return `* ID ("name" "fake")\r\n${ok}`;
      case 'NOOP':
        return ok;
      case 'LOGOUT':
        return `* BYE\r\n${ok}`;
      case 'LOGIN':
        return this.signIn(tag, wordsOf(args));
      default:
        return this.isSignedIn ? this.answerSignedIn(tag, name, args, ok) : `${tag} BAD sign in first\r\n`;
    }
  }

  private answerSignedIn(tag: string, name: string, args: string, ok: string): string {
    switch (name) {
      case 'NAMESPACE':
        return `* NAMESPACE (("" "/")) NIL NIL\r\n${ok}`;
      case 'LIST':
      case 'LSUB':
        return `* ${name} (\\HasNoChildren) "/" "INBOX"\r\n${ok}`;
      case 'SELECT':
      case 'EXAMINE':
        return this.select(tag, name, wordsOf(args)[0] ?? '');
      case 'CLOSE':
        this.selected = undefined;
        return ok;
      case 'UID SEARCH':
        return this.selected ? `* SEARCH${this.search(args)}\r\n${ok}` : `${tag} BAD no mailbox\r\n`;
      case 'UID FETCH':
        return this.selected ? `${this.fetch(args)}${ok}` : `${tag} BAD no mailbox\r\n`;
      default:
        return `${tag} BAD unknown command\r\n`;
    }
  }

  private signIn(tag: string, [user, password]: readonly string[]): string {
    this.isSignedIn = user === this.options.user && password === this.options.password;
    return this.isSignedIn ? `${tag} OK signed in\r\n` : `${tag} NO [AUTHENTICATIONFAILED] wrong\r\n`;
  }

  private select(tag: string, name: 'SELECT' | 'EXAMINE', mailbox: string): string {
    if (mailbox.toUpperCase() !== 'INBOX') return `${tag} NO no such mailbox\r\n`;
    this.selected = name;
    const { mails, validity, last } = this.box;
    const said = [
      '* FLAGS (\\Seen)',
      `* ${mails.size} EXISTS`,
      '* 0 RECENT',
      `* OK [UIDVALIDITY ${validity}] valid`,
      `* OK [UIDNEXT ${last + 1}] next`,
      `${tag} OK [${name === 'EXAMINE' ? 'READ-ONLY' : 'READ-WRITE'}] done`,
    ];
    return said.map((line) => `${line}\r\n`).join('');
  }

  /** By the day a mail was received, by this server's clock, which is UTC. */
  private search(args: string): string {
    const [, since] = /SINCE "?(\d{1,2}-\w{3}-\d{4})/i.exec(args) ?? [];
    const from = since === undefined ? 0 : Date.parse(`${since} UTC`);
    return [...this.box.mails]
      .filter(([, { receivedAt }]) => receivedAt.getTime() >= from)
      .map(([uid]) => ` ${uid}`)
      .join('');
  }

  private fetch(args: string): string {
    const [set = ''] = wordsOf(args);
    const { mails, last } = this.box;
    const wanted = [...mails].filter(([uid]) => isInSet(set, uid, last));
    return wanted.map(([uid, mail]) => this.fetchOne(uid, mail, args.slice(set.length))).join('');
  }

  private fetchOne(uid: number, mail: Mail, items: string): string {
    const said = [`UID ${uid}`];
    if (/\bINTERNALDATE\b/i.test(items)) said.push(`INTERNALDATE "${imapDate(mail.receivedAt)}"`);
    if (/\bENVELOPE\b/i.test(items)) said.push(`ENVELOPE ${mail.envelope}`);
    if (/\bBODYSTRUCTURE\b/i.test(items)) said.push(`BODYSTRUCTURE ${mail.bodyStructure}`);
    for (const [, peek, section = ''] of items.matchAll(/BODY(\.PEEK)?\[([\d.]+)\]/gi)) {
      if (peek === undefined && this.selected === 'SELECT') this.box.seen.add(uid);
      const part = mail.part(section);
      said.push(`BODY[${section}] ${part === undefined ? 'NIL' : `{${part.length}}\r\n${part}`}`);
    }
    const sequence = [...this.box.mails.keys()].indexOf(uid) + 1;
    return `* ${sequence} FETCH (${said.join(' ')})\r\n`;
  }
}

/** `02-Nov-2026 01:00:00 +0000` */
function imapDate(at: Date): string {
  const [, day = '', month = '', year = '', time = ''] =
    /^\w+, (\d\d) (\w{3}) (\d{4}) (\S+)/.exec(at.toUTCString()) ?? [];
  return `${day}-${month}-${year} ${time} +0000`;
}
