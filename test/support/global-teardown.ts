import { removeTestFolder } from './servers';

/** Stops what `global-setup` started. */
export default async function globalTeardown(): Promise<void> {
  const dir = process.env['SALESCLOSE_TEST_DIR'];
  if (dir) await removeTestFolder(dir);
}
