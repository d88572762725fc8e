import { join } from 'node:path';
import { startFakeAlipay } from '../alipay';
import { CREDENTIALS, startFxiaokeFake } from '../fxiaoke';
import { startFakeImap } from '../imap';
import { startFakeSftp } from '../sftp';
import { startFakeWechat } from '../wechat';
import { GRANTED, startZohoFake } from '../zoho';
import { branchMail, deliverDaily, deliverTill } from './deliveries';
import type { MadeSource } from './desk';

/** A fake that runs, and how a source is connected to it. */
export interface Stand {
  readonly source: MadeSource;
  /** What a person may like to know: where it listens, what to try. */
  readonly said: string;
  readonly stop: () => Promise<void>;
}

export interface StandOptions {
  readonly month: string;
  /** How many orders the CRMs have. */
  readonly orders: number;
  /** The CRMs count no calls: for measuring how much the product can take. */
  readonly unlimited?: boolean;
  /** Where the files lie that the SFTP server and the watched folder show. */
  readonly folder: string;
}

const MANY = 1_000_000;

export type Opening = (port: number, options: StandOptions) => Promise<Stand>;

/** Every fake there is, in the order of their ports. */
export const STANDS: readonly Opening[] = [
  openFxiaoke,
  openZoho,
  openAlipay,
  openWechat,
  openSftp,
  openMailbox,
  openFolder,
];

async function openFxiaoke(port: number, { month, orders, unlimited }: StandOptions): Promise<Stand> {
  const calls = unlimited === true ? { calls: MANY } : {};
  const fake = await startFxiaokeFake({ port, month, orders, ...calls });
  const { appId, userId, appSecret, permanentCode } = CREDENTIALS;
  const pace = unlimited === true ? { callsPer20s: String(MANY) } : {};
  const settings = { baseUrl: fake.url, appId, userId, ...pace };
  return {
    source: { system: 'fxiaoke', settings, secrets: { appSecret, permanentCode } },
    said: fake.url,
    stop: () => fake.stop(),
  };
}

async function openZoho(port: number, { month, orders, unlimited }: StandOptions): Promise<Stand> {
  const free = unlimited === true ? { credits: MANY, listsHoldLines: true } : {};
  const fake = await startZohoFake({ port, month, orders, ...free });
  const { clientId, clientSecret, refreshToken } = GRANTED;
  const lines = unlimited === true ? { lineItems: 'ids' } : {};
  const settings = { accountsUrl: fake.url, apiUrl: fake.url, clientId, ...lines };
  return {
    source: { system: 'zoho', settings, secrets: { clientSecret, refreshToken } },
    said: fake.url,
    stop: () => fake.server.stop(),
  };
}

async function openAlipay(port: number): Promise<Stand> {
  const fake = await startFakeAlipay({ port });
  const { settings, secrets } = fake;
  return { source: { system: 'alipay', settings, secrets }, said: fake.url, stop: () => fake.stop() };
}

async function openWechat(port: number): Promise<Stand> {
  const fake = await startFakeWechat({ port });
  const { settings, secrets } = fake;
  return { source: { system: 'wechat', settings, secrets }, said: fake.url, stop: () => fake.stop() };
}

async function openSftp(port: number, { month, folder }: StandOptions): Promise<Stand> {
  const root = join(folder, 'sftp');
  const missing = deliverDaily(join(root, 'out'), join(folder, 'not-delivered'), month);
  const [user, password] = ['acquirer', 'fake-sftp-password-41c7'];
  const fake = await startFakeSftp({ root, user, password, port });
  const settings = {
    ...{ host: '127.0.0.1', port: String(fake.port), user, hostKey: fake.fingerprint },
    ...{ path: 'out', files: 'pos_{yyyyMMdd}.csv -> channel-csv' },
  };
  return {
    source: { system: 'sftp', settings, secrets: { password } },
    said: `127.0.0.1:${fake.port}; one day is missing: cp ${missing} ${join(root, 'out')}`,
    stop: () => fake.stop(),
  };
}

async function openMailbox(port: number, { month }: StandOptions): Promise<Stand> {
  const [user, password] = ['finance', 'fake-mail-password-9b02'];
  const fake = await startFakeImap({ user, password, port });
  fake.deliver(branchMail(month), new Date(`${month}-28T09:00:00+08:00`));
  const settings = {
    ...{ host: '127.0.0.1', port: String(fake.port), tls: 'no', user },
    ...{ from: '@fakes.example', files: 'receipts_{yyyyMM}.csv -> receipts-csv' },
  };
  return {
    source: { system: 'mailbox', settings, secrets: { password } },
    said: `127.0.0.1:${fake.port}`,
    stop: () => fake.stop(),
  };
}

/** No server: a folder that a till writes into. */
async function openFolder(_port: number, { month, folder }: StandOptions): Promise<Stand> {
  const path = join(folder, 'till');
  deliverTill(path, month);
  const settings = { path, files: 'till_{yyyyMM}.csv -> channel-csv' };
  return { source: { system: 'folder', settings, secrets: {} }, said: path, stop: () => Promise.resolve() };
}
