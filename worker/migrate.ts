import { Problem } from '../domain/problem';
import { migrate } from '../store/migrate';
import { loadConfig, loadEnvFile } from './config';

/** `npm run migrate`: brings the configured database up to date, as the owner's role. */
async function main(): Promise<void> {
  loadEnvFile();
  const adminUrl = loadConfig(process.env).adminDatabaseUrl;
  if (!adminUrl) {
    throw new Problem('NO_DATABASE', {
      zh: '没有数据库属主的地址：请设置 DATABASE_ADMIN_URL，或先运行 npm start',
      en: 'no address of the database owner: set DATABASE_ADMIN_URL, or run npm start first',
    });
  }
  const applied = await migrate(adminUrl, (name) => console.log(`applying ${name}`));
  console.log(applied.length === 0 ? 'the database is up to date' : `${applied.length} applied`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Problem ? `${error.reason.zh}\n${error.reason.en}` : error);
  process.exitCode = 1;
});
