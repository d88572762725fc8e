import { fxiaokeSystem } from '../../sources/fxiaoke';
import type { Access, Connection, RecordsPart } from '../../sources/system';
import { CREDENTIALS, startFxiaokeFake, type FxiaokeFake, type FxiaokeFakeOptions } from '../fakes/fxiaoke';
import { accessOf, Kept } from './pulling';

export const MONTH = '2026-10';
export const QUERY = '/cgi/crm/v2/data/query';
export const SECRETS = { appSecret: CREDENTIALS.appSecret, permanentCode: CREDENTIALS.permanentCode };
const QUICK = { tries: 4, firstPauseMs: 5, longestPauseMs: 200 };

/** A fake with a connection to it, anew for each test. */
export class Desk {
  fake!: FxiaokeFake;
  connection!: Connection;

  async start(
    options: FxiaokeFakeOptions = {},
    settings: Record<string, string> = {},
    more: Partial<Access> = {},
  ): Promise<void> {
    this.fake = await startFxiaokeFake({ orders: 250, ...options });
    this.connection = this.connect(settings, more);
  }

  connect(settings: Record<string, string> = {}, more: Partial<Access> = {}, secrets = SECRETS): Connection {
    const { appId, userId } = CREDENTIALS;
    const access = accessOf({ baseUrl: this.fake.url, appId, userId, ...settings }, secrets, more);
    return fxiaokeSystem(QUICK).connect(access);
  }

  async part(key: string): Promise<RecordsPart> {
    return (await this.connection.parts(MONTH)).find((one) => one.key === key) as RecordsPart;
  }

  async pulled(key: string): Promise<Kept> {
    return new Kept().pull(this.connection, await this.part(key), MONTH);
  }

  async counted(key: string): Promise<number | undefined> {
    return this.connection.count?.(await this.part(key), MONTH);
  }

  ids(object: string): string[] {
    return [...this.fake.store(object).all()].map(({ _id }) => _id);
  }
}

/** An answer with this code, as errors come. */
export const code = (errorCode: number) => ({
  kind: 'answer' as const,
  change: (answer: { status: number }) => ({ ...answer, body: JSON.stringify({ errorCode, traceId: 'E-O.1' }) }),
});
