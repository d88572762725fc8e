import { defineConfig } from 'prisma/config';

/** For `prisma generate` alone: migrations are applied by store/migrate, which wants no engine binary. */
export default defineConfig({ schema: 'prisma/schema.prisma', migrations: { path: 'prisma/migrations' } });
