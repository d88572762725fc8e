import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PROJECT_ROOT } from '../../worker/config';
import { testFolder } from '../support';

const SETUP = join(PROJECT_ROOT, 'tools', 'setup');

/** Runs a piece of set-up in a process of its own, with exactly these variables. */
function runModule(code: string, env: Record<string, string>): Promise<{ status: number | null; output: string }> {
  return new Promise((done) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], { env });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.once('close', (status) => done({ status, output }));
  });
}

function importOf(file: string): string {
  return JSON.stringify(pathToFileURL(join(SETUP, file)).href);
}

describe('the search for a Temporal server', () => {
  const dir = testFolder('temporal-search');
  const find = `import { findTemporal } from ${importOf('temporal.mjs')};
    await findTemporal().then(() => console.log(process.env.TEMPORAL_CLI_PATH ?? 'none needed'), (error) => { console.log(error.message); process.exitCode = 1; });`;

  function program(...path: string[]): string {
    const file = join(dir, ...path);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, '#!/bin/sh\necho "temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)"\n');
    chmodSync(file, 0o755);
    return file;
  }

  /** Nothing on PATH, nothing cached, and a network that refuses at once. */
  const nothing = {
    PATH: join(dir, 'no-programs'),
    HOME: dir,
    SALESCLOSE_CACHE: join(dir, 'no-cache'),
    HTTPS_PROXY: 'http://127.0.0.1:9',
    https_proxy: 'http://127.0.0.1:9',
  };

  it('is not made where an address is given', async () => {
    const { output } = await runModule(find, { ...nothing, TEMPORAL_ADDRESS: '127.0.0.1:7233' });
    expect(output.trim()).toBe('none needed');
  });

  it('takes TEMPORAL_CLI_PATH first, then PATH, then the cache', async () => {
    const named = program('named', 'temporal-cli');
    const onPath = program('bin', 'temporal');
    const cached = program('cache', 'temporal');
    const path = `${join(dir, 'bin')}:/bin`;
    const env = { ...nothing, PATH: path, SALESCLOSE_CACHE: join(dir, 'cache') };
    expect((await runModule(find, { ...env, TEMPORAL_CLI_PATH: named })).output.trim()).toBe(named);
    expect((await runModule(find, env)).output.trim()).toBe(onPath);
    expect((await runModule(find, { ...env, PATH: '/bin' })).output.trim()).toBe(cached);
  });

  it('goes on when the named program does not run', async () => {
    const onPath = program('bin', 'temporal');
    const env = { ...nothing, PATH: `${join(dir, 'bin')}:/bin`, TEMPORAL_CLI_PATH: '/bin/false' };
    expect((await runModule(find, env)).output.trim()).toBe(onPath);
  });

  it('names every way it tried, and what helps, where none works', async () => {
    const { status, output } = await runModule(find, nothing);
    expect(status).toBe(1);
    for (const way of ['TEMPORAL_CLI_PATH', 'PATH', 'cache', 'download', 'Go is not installed']) {
      expect(output).toContain(way);
    }
    expect(output).toContain('TEMPORAL_ADDRESS');
  });
});

describe('set-up', () => {
  it('does its work once for the same inputs, and again when they change', async () => {
    const stamp = join(testFolder('stamp'), 'stamp');
    const code = `import { oncePer } from ${importOf('stamps.mjs')};
      let done = 0;
      for (const inputs of ['a', 'a', 'b', 'b', 'a']) await oncePer(${JSON.stringify(stamp)}, inputs, () => done++);
      console.log(done);`;
    expect((await runModule(code, {})).output.trim()).toBe('3');
  });

  it('does not count work as done that was interrupted', async () => {
    const stamp = join(testFolder('stamp'), 'stamp');
    const code = `import { oncePer } from ${importOf('stamps.mjs')};
      await oncePer(${JSON.stringify(stamp)}, 'a', () => undefined);
      await oncePer(${JSON.stringify(stamp)}, 'b', () => { throw new Error('stopped'); }).catch(() => undefined);
      await oncePer(${JSON.stringify(stamp)}, 'a', () => console.log('again'));`;
    expect((await runModule(code, {})).output.trim()).toBe('again');
  });

  it('runs alone: two at once take turns, and a dead one does not hold up the next', async () => {
    const lock = join(testFolder('lock'), 'lock');
    const code = `import { alone } from ${importOf('lock.mjs')};
      const work = async () => { console.log(Date.now()); await new Promise((done) => setTimeout(done, 500)); };
      await alone(work, ${JSON.stringify(lock)});`;
    writeFileSync(lock, '999999999');
    const runs = await Promise.all([runModule(code, {}), runModule(code, {})]);
    const times = runs.map((run) => Number(/\d{13}/.exec(run.output)?.[0])).sort();
    expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(500);
    expect(existsSync(lock)).toBe(false);
  });
});
