import { setUp } from './setup/index.mjs';

/** `npm run migrate`: what `prisma migrate deploy` does elsewhere. */
await setUp();
await import('../dist/worker/migrate.js');
