import { PrismaPg } from '@prisma/adapter-pg';
import type { Pool } from 'pg';
import { PrismaClient } from './generated/client';

export { Prisma } from './generated/client';
export type { PrismaClient };

const clients = new WeakMap<Pool, PrismaClient>();

/**
 * The typed client on the shared pool: for ordinary reads and single writes. Whatever must commit together with a raw
 * statement is raw as a whole: one transaction never uses both.
 */
export function prismaOn(pool: Pool): PrismaClient {
  const known = clients.get(pool);
  if (known !== undefined) return known;
  const client = new PrismaClient({ adapter: new PrismaPg(pool, { disposeExternalPool: false }) });
  clients.set(pool, client);
  return client;
}
