import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildProduct } from './build.mjs';
import { generateClient } from './client.mjs';
import { installDependencies } from './dependencies.mjs';
import { alone } from './lock.mjs';
import { ROOT, SetUpError } from './run.mjs';
import { findTemporal } from './temporal.mjs';

/**
 * Brings a checkout up to date: dependencies, generated client, build and, where asked for, the Temporal server. Does
 * nothing twice. A failure is told in words and ends the process with exit code 1.
 */
export async function setUp({ temporal = false } = {}) {
  try {
    if (existsSync(join(ROOT, '.env'))) process.loadEnvFile(join(ROOT, '.env'));
    await alone(async () => {
      await installDependencies();
      await generateClient();
      await buildProduct();
      if (temporal) await findTemporal();
    });
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}
