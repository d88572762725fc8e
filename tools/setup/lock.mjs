import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT, say } from './run.mjs';

/**
 * Runs `work` while no other set-up of this checkout runs; a second one waits, and then finds everything done.
 * @param path the lock: a file that holds the pid of who runs
 */
export async function alone(work, path = join(ROOT, '.setup.lock')) {
  for (let told = false; !(await take(path)); told = true) {
    if (!told) say('another set-up of this checkout is running, waiting for it …');
    await sleep(300);
  }
  const release = () => rmSync(path, { force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

async function take(path) {
  if (isHeld(path)) return false;
  rmSync(path, { force: true });
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
  // Two that found the same dead holder may both have taken it: the one whose pid stands there now has it.
  await sleep(100);
  return read(path) === String(process.pid);
}

function isHeld(path) {
  const holder = read(path);
  if (holder === undefined) return false;
  if (holder === '') return Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) < 5_000;
  try {
    process.kill(Number(holder), 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
