import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { setUp } from './setup/index.mjs';
import { ROOT } from './setup/run.mjs';

/**
 * `npm run bench -- <args>` measures speed, `npm run bench:quality -- <args>` how well is matched, `npm run bench:match -- <args>` the match against
 * DuckDB in memory, `npm run bench:pulls -- <args>` what comes from CRMs by wire; all on servers of their own.
 */
const [first, ...rest] = process.argv.slice(2);
const isNamed = ['quality', 'match', 'pulls'].includes(first);
const [program, args] = isNamed ? [join(first, 'main.js'), rest] : ['main.js', process.argv.slice(2)];
await setUp({ temporal: true });
const { status } = spawnSync(process.execPath, [join(ROOT, 'dist', 'bench', program), ...args], { stdio: 'inherit' });
process.exitCode = status ?? 1;
