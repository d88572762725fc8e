import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { setUp } from './setup/index.mjs';
import { ROOT } from './setup/run.mjs';

/** `npm run bench -- <args>`: the benchmark on servers of its own. */
await setUp({ temporal: true });
const { status } = spawnSync(process.execPath, [join(ROOT, 'dist', 'bench', 'main.js'), ...process.argv.slice(2)], {
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
