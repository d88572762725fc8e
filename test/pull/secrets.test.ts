import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Secrets } from '../../sources/secrets';
import { testFolder } from '../support';

const PLACE = { company: 'qing-he', source: 'crm-1', settings: {}, env: {} };
const dataDir = testFolder('secrets');
const folder = join(dataDir, 'secrets/qing-he/crm-1');
mkdirSync(folder, { recursive: true });

const codeOf = (work: () => unknown): { code: string; en: string } => {
  try {
    work();
  } catch (error) {
    const { code, reason } = error as { code: string; reason: { en: string } };
    return { code, en: reason.en };
  }
  throw new Error('nothing was thrown');
};

test('a secret comes from the environment, from its own file, or from the file its setting names', () => {
  const path = join(folder, 'appSecret');
  writeFileSync(path, 'from a file\n', { mode: 0o600 });
  expect(new Secrets({ ...PLACE, dataDir }).read('appSecret')).toBe('from a file');
  const env = { SALESCLOSE_SOURCE_QING_HE_CRM_1_APPSECRET: 'from the environment' };
  expect(new Secrets({ ...PLACE, dataDir, env }).read('appSecret')).toBe('from the environment');
  const elsewhere = join(testFolder('elsewhere'), 'key.pem');
  writeFileSync(elsewhere, '-----BEGIN-----\nabc\n-----END-----\n', { mode: 0o600 });
  const settings = { appSecretFile: elsewhere };
  expect(new Secrets({ ...PLACE, dataDir, settings }).read('appSecret')).toBe('-----BEGIN-----\nabc\n-----END-----');
});

test('one that is missing is named with both ways to give it', () => {
  const { code, en } = codeOf(() => new Secrets({ ...PLACE, dataDir }).read('password'));
  expect(code).toBe('SECRET_MISSING');
  expect(en).toContain('SALESCLOSE_SOURCE_QING_HE_CRM_1_PASSWORD');
  expect(en).toContain('$SALESCLOSE_DATA/secrets/qing-he/crm-1/password');
});

test.each([0o640, 0o604, 0o660, 0o644])('a file of mode %o is refused with the command that mends it', (mode) => {
  const path = join(folder, 'token');
  writeFileSync(path, 'open to all');
  chmodSync(path, mode);
  const { code, en } = codeOf(() => new Secrets({ ...PLACE, dataDir }).read('token'));
  expect(code).toBe('SECRET_EXPOSED');
  expect(en).toContain(`chmod 600 ${path}`);
});

test('what was read is hidden in every form it travels in, line by line too', () => {
  const env = { SALESCLOSE_SOURCE_QING_HE_CRM_1_KEY: 'top/secret+1\nsecond line of it' };
  const secrets = new Secrets({ ...PLACE, dataDir, env });
  const key = secrets.read('key');
  const forms = [
    key,
    encodeURIComponent('top/secret+1'),
    Buffer.from(key).toString('base64'),
    'second line of it',
    JSON.stringify(key),
  ];
  for (const form of forms) expect(secrets.hide(`x ${form} y`)).toMatch(/^x "?\*\*\*"? y$/);
});

test('a path into other data of the installation is no secret of this source', () => {
  const foreign = join(dataDir, 'secrets/qing-he/other');
  mkdirSync(foreign, { recursive: true });
  writeFileSync(join(foreign, 'token'), 'of another source', { mode: 0o600 });
  symlinkSync(join(foreign, 'token'), join(folder, 'linked'));
  for (const path of [join(foreign, 'token'), join(folder, '../other/token'), join(folder, 'linked')]) {
    const secrets = new Secrets({ ...PLACE, dataDir, settings: { keyFile: path } });
    expect(codeOf(() => secrets.read('key')).code).toBe('SECRET_NOT_OWN');
  }
});
