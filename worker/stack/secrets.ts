import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Passwords of the embedded PostgreSQL's roles, made once for each installation. */
export interface DatabaseSecrets {
  readonly postgres: string;
  readonly salesclose_owner: string;
  readonly salesclose_app: string;
}

export type DatabaseRole = keyof DatabaseSecrets;

/** The name of the database, the same in every installation. */
export const DATABASE_NAME = 'salesclose';

/** Reads `<data>/postgres.secrets`, or makes it (mode 0600). */
export function databaseSecrets(dataDir: string): DatabaseSecrets {
  const path = join(dataDir, 'postgres.secrets');
  if (!existsSync(path)) {
    const password = (): string => randomBytes(24).toString('base64url');
    const made: DatabaseSecrets = { postgres: password(), salesclose_owner: password(), salesclose_app: password() };
    writeFileSync(path, JSON.stringify(made), { mode: 0o600 });
  }
  return JSON.parse(readFileSync(path, 'utf8')) as DatabaseSecrets;
}

/** The address of one role of the embedded server. */
export function databaseAddress(secrets: DatabaseSecrets, role: DatabaseRole, port: number, database: string): string {
  return `postgres://${role}:${secrets[role]}@127.0.0.1:${port}/${database}`;
}

/** Writes `<data>/app.url` and `<data>/owner.url` (mode 0600), where other processes and tools find the database. */
export function writeAddresses(dataDir: string, secrets: DatabaseSecrets, port: number): void {
  for (const [file, role] of [
    ['app.url', 'salesclose_app'],
    ['owner.url', 'salesclose_owner'],
  ] as const) {
    const address = databaseAddress(secrets, role, port, DATABASE_NAME);
    writeFileSync(join(dataDir, file), `${address}\n`, { mode: 0o600 });
  }
}
