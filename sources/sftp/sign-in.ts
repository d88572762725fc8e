import { optionalSecret } from '../bills/settings';
import { wholeNumber } from '../delivered/delivery';
import { settingRefused } from '../delivered/refusals';
import type { Access } from '../system';
import { FINGERPRINTS } from './host-key';

/** Where to, and as whom. Secrets are read anew for each. */
export interface SignIn {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Fingerprints; empty where none is agreed on yet. */
  readonly hostKey: string;
  readonly password?: string;
  readonly privateKey?: string;
  readonly passphrase?: string;
}

/**
 * A private key or a password, or both; with neither it says that the password is missing.
 * @throws SourceStops SOURCE_SETTING_INVALID, SECRET_MISSING, SECRET_EXPOSED
 */
export function signInOf(access: Access): SignIn {
  const { host = '', user = '', hostKey = '' } = access.settings;
  if (hostKey !== '' && !FINGERPRINTS.test(hostKey)) {
    throw settingRefused('hostKey', hostKey, { zh: '应为 SHA256:…', en: 'it should be SHA256:…' });
  }
  const privateKey = optionalSecret(access, 'privateKey');
  const passphrase = optionalSecret(access, 'passphrase');
  const password = privateKey === undefined ? access.secret('password') : optionalSecret(access, 'password');
  return {
    ...{ host, user, hostKey },
    port: wholeNumber(access.settings, 'port', 22),
    ...(password === undefined ? {} : { password }),
    ...(privateKey === undefined ? {} : { privateKey: `${privateKey}\n` }),
    ...(passphrase === undefined ? {} : { passphrase }),
  };
}
