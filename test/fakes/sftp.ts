import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { Server, utils, type AuthContext, type Connection } from 'ssh2';
import { broken, ServedFolder, socketOf, type PlannedSftpFault, type Question, type SftpFault } from './sftp-folder';

export interface FakeSftpOptions {
  /** The folder that is served; its contents may change at any time. */
  readonly root: string;
  readonly user: string;
  readonly password?: string;
  /** In OpenSSH's form. */
  readonly publicKey?: string;
  /** Takes the password by keyboard-interactive only, as some banks do. */
  readonly asksByKeyboard?: boolean;
  readonly port?: number;
}

export interface FakeSftp {
  readonly port: number;
  /** SHA256:… of its host key. */
  readonly fingerprint: string;
  /** Every question in the order it came, with the path where it has one. */
  readonly questions: readonly string[];
  /** How often a password was shown to it. */
  readonly passwordsSeen: () => number;
  plan(fault: PlannedSftpFault): void;
  stop(): Promise<void>;
}

/** Starts a read-only SFTP server on 127.0.0.1. */
export async function startFakeSftp(options: FakeSftpOptions): Promise<FakeSftp> {
  const hostKey = utils.generateKeyPairSync('ed25519');
  const planned: { plan: PlannedSftpFault; skip: number; left: number }[] = [];
  const questions: string[] = [];
  const clients = new Set<Connection>();
  let passwords = 0;
  const next = (question: Question): SftpFault | undefined => {
    const one = planned.find(({ plan, left }) => plan.on === question && left > 0);
    if (one === undefined) return undefined;
    if (one.skip-- > 0) return undefined;
    one.left -= 1;
    return one.plan.fault;
  };
  const server = new Server({ hostKeys: [hostKey.private] }, (client) => {
    clients.add(client);
    socketOf(client)?.setNoDelay(true);
    client.on('error', () => undefined).on('close', () => clients.delete(client));
    client.on('authentication', (context) => {
      if (context.method === 'password') passwords += 1;
      admit(context, options);
    });
    client.on('session', (accept) => {
      accept().on('sftp', (acceptSftp) => {
        new ServedFolder(acceptSftp(), client, { root: realpathSync(options.root), next, questions }).serve();
      });
    });
  });
  await new Promise<void>((done) => server.listen(options.port ?? 0, '127.0.0.1', done));
  const parsed = utils.parseKey(hostKey.public);
  if (parsed instanceof Error) throw parsed;
  const digest = createHash('sha256').update(parsed.getPublicSSH()).digest('base64');
  return {
    port: (server.address() as AddressInfo).port,
    fingerprint: `SHA256:${digest.replace(/=+$/, '')}`,
    questions,
    passwordsSeen: () => passwords,
    plan: (plan) => planned.push({ plan, skip: plan.skip ?? 0, left: plan.times ?? 1 }),
    stop: async () => {
      const closed = new Promise<void>((done) => server.close(() => done()));
      for (const client of clients) broken(client);
      await closed;
    },
  };
}

function admit(context: AuthContext, { user, password, publicKey, asksByKeyboard = false }: FakeSftpOptions): void {
  const methods = [
    ...(password === undefined ? [] : [asksByKeyboard ? 'keyboard-interactive' : 'password']),
    ...(publicKey === undefined ? [] : ['publickey']),
  ] as ('password' | 'publickey' | 'keyboard-interactive')[];
  const refuse = (): void => context.reject(methods);
  if (context.username !== user) return refuse();
  if (context.method === 'password' && !asksByKeyboard && context.password === password) return context.accept();
  if (context.method === 'keyboard-interactive' && asksByKeyboard) {
    context.prompt([{ prompt: 'Password: ', echo: false }], (answers) => {
      if (answers[0] === password) context.accept();
      else refuse();
    });
    return;
  }
  if (context.method === 'publickey' && publicKey !== undefined) {
    const known = utils.parseKey(publicKey);
    if (known instanceof Error || !known.getPublicSSH().equals(context.key.data)) return refuse();
    if (!context.signature || known.verify(context.blob!, context.signature, context.hashAlgo)) return context.accept();
  }
  return refuse();
}
