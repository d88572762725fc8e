import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** What a person is told, one line. */
export function say(line) {
  process.stdout.write(`${line}\n`);
}

/**
 * Does one piece of set-up. Says so only when it takes more than a second: first that it began, then how long it took.
 */
export async function step(name, work) {
  const begun = Date.now();
  let said = false;
  const timer = setTimeout(() => {
    said = true;
    say(`${name} …`);
  }, 1_000);
  try {
    return await work();
  } finally {
    clearTimeout(timer);
    if (said) say(`${name}: ${((Date.now() - begun) / 1_000).toFixed(0)} s`);
  }
}

/** A failure of set-up that a person can read: no stack is shown for it. */
export class SetUpError extends Error {}

/**
 * Runs a program to its end, quietly.
 * @returns what it printed
 * @throws SetUpError with what it printed when it fails or takes longer than `timeoutMs`
 */
export function run(program, args, { env = process.env, cwd = ROOT, timeoutMs = 0 } = {}) {
  return new Promise((done, fail) => {
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    const timer = timeoutMs > 0 ? setTimeout(() => child.kill('SIGKILL'), timeoutMs) : undefined;
    child.once('error', (error) => fail(new SetUpError(error.message)));
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      if (code === 0) return done(output);
      const why = signal ? `was ended by ${signal}` : `exit ${code}`;
      fail(new SetUpError(`${program} ${args.join(' ')} (${why})\n${output.trim()}`));
    });
  });
}
