import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, run, step } from './run.mjs';
import { hashOf, oncePer } from './stamps.mjs';

/** Generates the Prisma client into store/generated when the schema changed. */
export async function generateClient() {
  const inputs = ['prisma/schema.prisma', 'prisma.config.ts', 'node_modules/prisma/package.json'];
  const hash = hashOf(inputs.map((path) => join(ROOT, path)));
  await oncePer(join(ROOT, 'store', 'generated', '.stamp'), hash, generate);
}

async function generate() {
  await step('generating the database client', () =>
    run(process.execPath, [join(ROOT, 'node_modules', 'prisma', 'build', 'index.js'), 'generate'], {
      env: {
        ...process.env,
        // Generating needs no schema engine, but Prisma looks for one and would download it: any program will do.
        PRISMA_SCHEMA_ENGINE_BINARY: existsSync('/bin/true') ? '/bin/true' : '/usr/bin/true',
        PRISMA_HIDE_UPDATE_MESSAGE: '1',
        CHECKPOINT_DISABLE: '1',
      },
    }),
  );
}
