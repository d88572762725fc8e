import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setUp } from './setup/index.mjs';
import { ROOT } from './setup/run.mjs';

/** `npm run fakes -- [--month YYYY-MM] [--orders N] [--port P] [--folder F]`: outside systems to connect to by hand, until Ctrl-C. */
await setUp();
const compiler = join(ROOT, 'test', 'door', 'run-typescript.cjs');
const main = join(ROOT, 'test', 'fakes', 'main.ts');
const fakes = spawn(process.execPath, ['-r', compiler, main, ...process.argv.slice(2)], { stdio: 'inherit' });
// Ctrl-C reaches them both; the fakes end themselves.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => fakes.kill('SIGTERM'));
fakes.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
