import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { ROOT } from './run.mjs';

/** One hash over names and contents of files, and over any further words the result depends on. */
export function hashOf(paths, words = []) {
  const hash = createHash('sha256');
  for (const word of words) hash.update(`${word}\0`);
  for (const path of [...paths].sort()) {
    hash.update(`${relative(ROOT, path)}\0`);
    hash.update(readFileSync(path));
  }
  return hash.digest('hex');
}

/** Every file below a folder; none where it is missing. */
export function filesBelow(dir) {
  try {
    return readdirSync(dir, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  } catch {
    return [];
  }
}

/** Does `work` unless the stamp says that it was done for these very inputs. An interrupted run leaves no stamp. */
export async function oncePer(stampPath, inputs, work) {
  if (read(stampPath) === inputs) return;
  rmSync(stampPath, { force: true });
  await work();
  mkdirSync(dirname(stampPath), { recursive: true });
  writeFileSync(stampPath, inputs);
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
