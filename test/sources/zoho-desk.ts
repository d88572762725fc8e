import { zohoSystem } from '../../sources/zoho';
import type { Access, Connection, RecordsPart } from '../../sources/system';
import { GRANTED, startZohoFake, type ZohoFake, type ZohoFakeOptions } from '../fakes/zoho';
import { accessOf, Kept } from './pulling';

export const MONTH = '2026-10';
/** As in earnest, only faster. */
export const QUICK = { tries: 4, firstPauseMs: 5, longestPauseMs: 200, seconds: 5 };
export const ORDERS = '/crm/v8/Sales_Orders';
const SECRETS = { clientSecret: GRANTED.clientSecret, refreshToken: GRANTED.refreshToken };

/** A fake Zoho and a connection to it. */
export class ZohoDesk {
  private constructor(
    readonly fake: ZohoFake,
    readonly connection: Connection,
  ) {}

  static async open(
    options: ZohoFakeOptions = {},
    settings: Readonly<Record<string, string>> = {},
    more: Partial<Access> = {},
    secrets: Readonly<Record<string, string>> = SECRETS,
    endurance: Partial<typeof QUICK> = {},
  ): Promise<ZohoDesk> {
    const fake = await startZohoFake(options);
    return new ZohoDesk(fake, connectTo(fake, settings, more, secrets, endurance));
  }

  /** Another connection to the same fake: another pull. */
  again(settings: Readonly<Record<string, string>> = {}, more: Partial<Access> = {}): ZohoDesk {
    return new ZohoDesk(this.fake, connectTo(this.fake, settings, more, SECRETS));
  }

  async part(key: string): Promise<RecordsPart> {
    const found = (await this.connection.parts(MONTH)).find((part) => part.key === key);
    if (found?.nature !== 'records') throw new Error(`there is no part ${key}`);
    return found;
  }

  async pull(key: string, kept = new Kept(), mostPages = Infinity): Promise<Kept> {
    return kept.pull(this.connection, await this.part(key), MONTH, mostPages);
  }

  async count(key: string): Promise<number | undefined> {
    return this.connection.count?.(await this.part(key), MONTH);
  }

  /** Ids of a module's records, those that are there now. */
  ids(module: string): string[] {
    return [...this.fake.shelf(module).all(0)].map(({ id }) => id).sort();
  }

  /** Requests of a path so far. */
  asked(path: string): number {
    return this.fake.server.requests.filter((request) => request.path === path).length;
  }
}

function connectTo(
  { url }: ZohoFake,
  settings: Readonly<Record<string, string>>,
  more: Partial<Access>,
  secrets: Readonly<Record<string, string>>,
  endurance: Partial<typeof QUICK> = {},
): Connection {
  const own = { accountsUrl: url, apiUrl: url, clientId: GRANTED.clientId, ...settings };
  return zohoSystem({ ...QUICK, ...endurance }).connect(accessOf(own, secrets, more));
}

export const idsOf = (kept: Kept): string[] => kept.live().map(({ id }) => id);
