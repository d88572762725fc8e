import { DeliveredFiles } from '../delivered/connection';
import { deliverySettings, WRITING_SETTINGS } from '../delivered/delivery';
import type { Setting, SourceSystem } from '../system';
import { FINGERPRINTS } from './host-key';
import { SftpPlace } from './place';
import type { SftpLimits } from './session';

const LIMITS: SftpLimits = { signInSeconds: 30, answerSeconds: 60, copySeconds: 900 };
const TITLE = { zh: 'SFTP 服务器', en: 'the SFTP server' };

const SETTINGS: readonly Setting[] = [
  { name: 'host', about: { zh: '服务器域名或地址', en: "the server's name or address" }, pattern: /^[\w.:-]+$/ },
  { name: 'port', about: { zh: '端口', en: 'its port' }, default: '22', pattern: /^\d{1,5}$/ },
  { name: 'user', about: { zh: '登录名', en: 'the login' } },
  {
    name: 'password',
    about: { zh: '密码；使用私钥时不必提供', en: 'the password; not needed with a private key' },
    secret: true,
    optional: true,
  },
  {
    name: 'privateKey',
    about: { zh: '私钥（OpenSSH 或 PEM 格式）', en: 'the private key, OpenSSH or PEM' },
    secret: true,
    optional: true,
  },
  { name: 'passphrase', about: { zh: '私钥的口令', en: "the private key's passphrase" }, secret: true, optional: true },
  {
    name: 'hostKey',
    about: {
      zh: '服务器主机密钥的指纹 SHA256:…，须与对方核对；未填写时 source test 会显示对方出示的指纹，但不登录',
      en: "the fingerprint of the server's host key, SHA256:…, as its owner says; without it source test shows what the server presents and does not sign in",
    },
    optional: true,
    pattern: FINGERPRINTS,
  },
  { name: 'path', about: { zh: '服务器上的目录', en: 'the folder on the server' }, default: '.' },
];

/** A bank's or acquirer's SFTP server. */
export function sftpSystem(limits: SftpLimits = LIMITS): SourceSystem {
  return {
    name: 'sftp',
    title: TITLE,
    settings: [
      ...SETTINGS,
      ...deliverySettings(
        '{yyyyMM}/statement_{yyyyMMdd}.sta -> mt940 working; pos_{yyyyMMdd+1}*.csv -> profile:lakala',
        '1024',
      ),
      ...WRITING_SETTINGS,
    ],
    connect: (access) => new DeliveredFiles(new SftpPlace({ title: TITLE }, access, limits), access),
  };
}
