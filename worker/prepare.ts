import { openPool } from '../store/db';
import { migrate } from '../store/migrate';
import { bootstrapAdmin } from '../store/people';
import { loadConfig } from './config';

/** What an installation on servers of its own needs before worker and API start; run again, it changes nothing. */
async function main(): Promise<void> {
  const config = loadConfig(process.env);
  if (config.adminDatabaseUrl) await migrate(config.adminDatabaseUrl, (name) => console.log(`applying ${name}`));
  const pool = openPool(config.databaseUrl, { max: 1, applicationName: 'salesclose prepare' });
  try {
    const made = await bootstrapAdmin(pool, config.adminPassword ? { password: config.adminPassword } : {});
    if (made.oneTimeSecret) console.log(`one-time secret of admin, shown once: ${made.oneTimeSecret}`);
  } finally {
    await pool.end();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
