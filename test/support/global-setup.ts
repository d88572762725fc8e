import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { migrate } from '../../store/migrate';
import { loadConfig } from '../../worker/config';
import { databaseAddress } from '../../worker/stack/secrets';
import { makeTestFolder, removeLeftFolders, startPostgres, startTemporal } from './servers';

/** Starts one PostgreSQL and one Temporal server for the whole run; tests find them through `test/support`. */
export default async function globalSetup(): Promise<void> {
  await removeLeftFolders();
  useCachedTemporal();
  const dir = makeTestFolder();
  process.env['SALESCLOSE_TEST_DIR'] = dir;
  process.env['TZ'] = 'UTC';
  const [postgres, temporal] = await Promise.all([startPostgres(dir), startTemporal(dir)]);
  await migrate(databaseAddress(postgres.secrets, 'salesclose_owner', postgres.port, 'salesclose_template'));
  process.env['SALESCLOSE_TEST_POSTGRES_PORT'] = String(postgres.port);
  process.env['SALESCLOSE_TEST_TEMPORAL'] = temporal.address;
}

/** Where nobody has named a server, as `npm test` does: the one that set-up has kept for this user, for this run and every stack it starts. */
function useCachedTemporal(): void {
  const cached = join(loadConfig(process.env).cacheDir, 'temporal');
  if (existsSync(cached)) process.env['TEMPORAL_CLI_PATH'] ??= cached;
}
