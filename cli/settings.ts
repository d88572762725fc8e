import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** Where the commands go and as whom. */
export interface Settings {
  /** The API's address, without a trailing slash. */
  readonly url: string;
  /** This installation's data folder: where `doctor` finds pid files when the API is away. */
  readonly dataDir: string;
  /** Where tokens are kept. */
  readonly sessionsFile: string;
  /** SALESCLOSE_USER and SALESCLOSE_PASSWORD, when both are set. */
  readonly given?: { readonly login: string; readonly password: string };
}

const DEFAULT_PORT = '7070';

/** Reads the environment; the checkout's `.env` fills what is not set. */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const root = projectRoot();
  try {
    process.loadEnvFile(join(root, '.env'));
  } catch {
    // No such file is the usual case.
  }
  const url = env['SALESCLOSE_URL'] || `http://127.0.0.1:${env['SALESCLOSE_PORT'] || DEFAULT_PORT}`;
  const configHome = env['XDG_CONFIG_HOME'] || join(env['HOME'] || homedir(), '.config');
  const login = env['SALESCLOSE_USER'];
  const password = env['SALESCLOSE_PASSWORD'];
  return {
    url: url.replace(/\/+$/, ''),
    dataDir: resolve(root, env['SALESCLOSE_DATA'] || '.data'),
    sessionsFile: join(configHome, 'salesclose', 'sessions.json'),
    ...(login && password ? { given: { login: login.trim().toLowerCase(), password } } : {}),
  };
}

/** The folder of package.json, from the sources and from dist/ alike. */
function projectRoot(): string {
  const above = join(__dirname, '..');
  return existsSync(join(above, 'package.json')) ? above : join(above, '..');
}
