import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';

/** A value that `global-setup` left in the environment. */
export function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: tests run through jest.config.js, which starts the servers`);
  return value;
}

/** Address of the run's Temporal server, namespace `default`. Each test uses a task queue of its own. */
export function temporalAddress(): string {
  return required('SALESCLOSE_TEST_TEMPORAL');
}

/** A new folder for one test's files, removed with the run. */
export function testFolder(name: string): string {
  return mkdtempSync(join(required('SALESCLOSE_TEST_DIR'), `${name}-`));
}
