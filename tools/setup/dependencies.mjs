import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, run, step } from './run.mjs';
import { hashOf, oncePer } from './stamps.mjs';

/** `npm ci` when node_modules is missing or was made from another lockfile. */
export async function installDependencies() {
  const inputs = hashOf([join(ROOT, 'package-lock.json')], [process.platform, process.arch]);
  await oncePer(join(ROOT, 'node_modules', '.salesclose-lock'), inputs, async () => {
    if (isInstalled()) return;
    await step('installing dependencies (npm ci)', () =>
      run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']),
    );
  });
}

/** Whether npm itself recorded, in node_modules, every package this machine needs in the version of the lockfile. */
function isInstalled() {
  const recorded = join(ROOT, 'node_modules', '.package-lock.json');
  if (!existsSync(recorded)) return false;
  const present = packagesOf(recorded);
  const wanted = Object.entries(packagesOf(join(ROOT, 'package-lock.json')));
  return wanted.every(([path, entry]) => path === '' || entry.optional || present[path]?.version === entry.version);
}

function packagesOf(path) {
  return JSON.parse(readFileSync(path, 'utf8')).packages;
}
