import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';

/** OWASP's strength for scrypt: 128 MiB and about half a second each. */
const STRENGTH = { logN: 17, r: 8, p: 1 } as const;
const SALT_BYTES = 16;
const KEY_BYTES = 32;

/** So many at once: memory stays bounded however many sign in together; the others wait their turn. */
const PARALLEL = 2;

/** What an unknown login is checked against, so that it takes as long as a known one. Nobody's password. */
const NOBODY = '$scrypt$ln=17,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

/** Hashes a password into a PHC string: `$scrypt$ln=17,r=8,p=1$<salt>$<hash>`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const key = await derive(password, salt, STRENGTH);
  return `$scrypt$ln=${STRENGTH.logN},r=${STRENGTH.r},p=${STRENGTH.p}$${encode(salt)}$${encode(key)}`;
}

/**
 * Checks a password in constant time.
 * @param phc undefined where there is no such login: takes as long and is false
 */
export async function verifyPassword(password: string, phc: string | undefined): Promise<boolean> {
  const parsed = parsePhc(phc ?? NOBODY);
  const key = await derive(password, parsed.salt, parsed);
  return timingSafeEqual(key, parsed.key) && phc !== undefined;
}

interface Strength {
  readonly logN: number;
  readonly r: number;
  readonly p: number;
}

function parsePhc(phc: string): Strength & { salt: Buffer; key: Buffer } {
  const found = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(phc);
  if (!found) throw new Error('a stored password hash is not a PHC string of scrypt');
  const [, logN, r, p, salt, key] = found;
  return {
    logN: Number(logN),
    r: Number(r),
    p: Number(p),
    salt: Buffer.from(salt ?? '', 'base64'),
    key: Buffer.from(key ?? '', 'base64'),
  };
}

let running = 0;
const waiting: (() => void)[] = [];

async function derive(password: string, salt: Buffer, strength: Strength): Promise<Buffer> {
  if (running >= PARALLEL) await new Promise<void>((resolve) => waiting.push(resolve));
  else running++;
  try {
    const N = 2 ** strength.logN;
    const options: ScryptOptions = { N, r: strength.r, p: strength.p, maxmem: 256 * N * strength.r };
    return await new Promise<Buffer>((resolve, reject) =>
      scrypt(password.normalize('NFKC'), salt, KEY_BYTES, options, (error, key) =>
        error ? reject(error) : resolve(key),
      ),
    );
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running--;
  }
}

function encode(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
