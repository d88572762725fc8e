import type { Access, Connection, FilePart, Finding, Page, Part, RecordsPart } from '../system';
import { ZohoClient, type Tries } from './client';
import { countOf } from './counting';
import { readCursor, type Place } from './cursor';
import { hostsOf } from './data-centres';
import { findingsOf } from './findings';
import { namedRecords, wholeOrders } from './gathering';
import { Listing, type Listed } from './listing';
import { objectOf, type ObjectPart } from './objects';
import { digestOf, Plan } from './plan';

/** How long and how often one call is tried within a pull. */
export type Endurance = Tries & { readonly seconds: number };

export class ZohoConnection implements Connection {
  private readonly plan: Plan;
  private made: ZohoClient | null = null;

  constructor(
    private readonly access: Access,
    private readonly endurance: Endurance,
  ) {
    this.plan = new Plan(access);
  }

  async parts(): Promise<readonly Part[]> {
    return this.plan.objects.map(({ key, title, kind, uses }) => ({
      nature: 'records',
      key,
      title,
      ...(kind === undefined ? {} : { kind }),
      ...(uses === undefined ? {} : { uses }),
    }));
  }

  async *test(): AsyncGenerator<Finding> {
    yield* findingsOf(() => this.client(), this.plan, this.access);
  }

  async *pages({ key }: RecordsPart, month: string, cursor: string | null): AsyncGenerator<Page> {
    const object = objectOf(key);
    const listed = this.listedOf(object, month);
    const listing = new Listing(this.client(), listed, this.access.now);
    const place = readCursor(cursor, digestOf(listed.module, listed.fields)) ?? beginning(listed);
    const expected = cursor === null ? await this.count({ key }, month) : undefined;
    for await (const page of listing.pages(place)) {
      const records = await this.gathered(object, month, page.records);
      yield { cursor: page.cursor, records, ...(expected === undefined ? {} : { expected }) };
    }
  }

  count({ key }: Pick<RecordsPart, 'key'>, month: string): Promise<number | undefined> {
    return countOf(this.client(), this.plan, objectOf(key), month);
  }

  async fetch({ key }: FilePart): Promise<never> {
    throw new Error(`Zoho has no file ${key}`);
  }

  async close(): Promise<void> {
    this.made = null;
  }

  /** The list that is paged through: a part's own module, or that of the documents which name its records. */
  private listedOf(object: ObjectPart, month: string): Listed {
    const { gathering } = object;
    const of = gathering.by === 'named' ? objectOf(gathering.part) : object;
    return {
      module: this.plan.module(of),
      fields: this.plan.fieldsOf(object),
      from: this.plan.fromOf(object, month),
    };
  }

  private async gathered(object: ObjectPart, month: string, listed: Page['records']): Promise<Page['records']> {
    const { gathering, key } = object;
    const module = this.plan.module(object);
    if (gathering.by === 'named') {
      const wanted = { module, fields: this.plan.fieldsNeeded(key) };
      return namedRecords(this.client(), wanted, listed, this.plan.lookupWays(gathering));
    }
    const { lineItems } = this.plan.options;
    if (gathering.by !== 'whole' || lineItems === 'none') return listed;
    const zone = this.access.company.timezone;
    const fields = this.plan.orderFields();
    return wholeOrders(this.client(), { module, by: lineItems, fields, day: this.plan.dateWays, month, zone }, listed);
  }

  /** @throws SourceStops SOURCE_SETTING_INVALID */
  private client(): ZohoClient {
    if (this.made !== null) return this.made;
    const { settings, secret, now, signal } = this.access;
    const signIn = {
      hosts: hostsOf(settings),
      clientId: settings['clientId'] ?? '',
      clientSecret: () => secret('clientSecret'),
      refreshToken: () => secret('refreshToken'),
      now,
      signal,
    };
    const { concurrency, creditReserve } = this.plan.options;
    this.made = new ZohoClient(signIn, { ...this.endurance, concurrency, creditReserve });
    return this.made;
  }
}

function beginning({ from, module, fields }: Listed): Place {
  const digest = digestOf(module, fields);
  return { phase: 'list', since: from, page: 1, top: null, begun: null, deletedSince: null, fields: digest };
}
