import { createPrivateKey, createPublicKey, generateKeyPairSync, randomUUID, sign, type KeyObject } from 'node:crypto';
import { chmod, link, mkdir, open, readFile, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';

const KEY_FILE = 'seal.key';
const PUBLIC_FILE = 'seal.pub';

/** What seals are signed with. */
export interface SealKeys {
  /** SPKI, base64: stands on the seal, the report and the mail. */
  readonly publicKey: string;
  /** Ed25519 over the seal's hash (its 32 bytes), base64. */
  sign(hash: string): string;
}

/**
 * The key pair of this installation. Made on first use; of two processes that make it at once one wins and both use it.
 * @param keysDir `<data>/keys`, mode 0700; the key file has 0600
 */
export async function sealKeys(keysDir: string): Promise<SealKeys> {
  await mkdir(keysDir, { recursive: true, mode: 0o700 });
  const file = join(keysDir, KEY_FILE);
  const pem = (await readIfThere(file)) ?? (await makeKey(keysDir, file));
  const key = createPrivateKey(pem);
  const publicKey = publicText(createPublicKey(key));
  if ((await readIfThere(join(keysDir, PUBLIC_FILE))) === undefined) {
    await placeWhole(keysDir, join(keysDir, PUBLIC_FILE), publicPem(publicKey), 0o644);
  }
  return { publicKey, sign: (hash) => sign(null, Buffer.from(hash, 'hex'), key).toString('base64') };
}

/**
 * The public keys this installation trusts: every `.pub` file in the folder. A key that was replaced stays trusted for
 * the months it signed while its `.pub` file stays, under any name.
 * @returns SPKI, base64; the current one first
 */
export async function trustedKeys(keysDir: string): Promise<string[]> {
  const names = await readdir(keysDir).catch(() => []);
  const files = names.filter((name) => name.endsWith('.pub')).sort((left) => (left === PUBLIC_FILE ? -1 : 1));
  const texts = await Promise.all(files.map((name) => readFile(join(keysDir, name), 'utf8')));
  return texts.map((text) => publicText(createPublicKey(text)));
}

/** A public key as a file. @param spki base64 */
export function publicPem(spki: string): string {
  return `-----BEGIN PUBLIC KEY-----\n${spki}\n-----END PUBLIC KEY-----\n`;
}

async function makeKey(keysDir: string, file: string): Promise<string> {
  const { privateKey } = generateKeyPairSync('ed25519');
  await placeWhole(keysDir, file, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), 0o600);
  return readFile(file, 'utf8');
}

/** Whole or not at all, on disk before it is used, and never over a file that is there. */
async function placeWhole(dir: string, file: string, text: string, mode: number): Promise<void> {
  const draft = join(dir, `.${randomUUID()}`);
  const handle = await open(draft, 'wx', mode);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await chmod(draft, mode);
  await link(draft, file).catch((error: unknown) => {
    if (!isError(error, 'EEXIST')) throw error;
  });
  await unlink(draft);
  const folder = await open(dir, 'r');
  await folder.sync().finally(() => folder.close());
}

async function readIfThere(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch((error: unknown) => {
    if (isError(error, 'ENOENT')) return undefined;
    throw error;
  });
}

function isError(error: unknown, code: string): boolean {
  return (error as { code?: unknown }).code === code;
}

function publicText(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'der' }).toString('base64');
}
