import { openAsBlob, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { generateSample } from '../../sample/generate';
import { type Ask, Person, Refused } from '../../sample/api';
import { COMPANY_FILE, PEOPLE } from '../../sample/company';
import type { SampleFile } from '../../sample/outputs';
import type { Stage } from '../../domain/words';
import { openPool } from '../../store/db';
import { startStack, testFolder, type Stack } from '../support';

export const MONTH = '2026-10';
const PASSWORD = 'lantern orchard 2026';
/** The fewest orders that tell every story of the sample. */
const ORDERS = 300;
const MONTH_TAKES_MS = 180_000;

export interface SampleFolder {
  readonly dir: string;
  readonly files: readonly SampleFile[];
}

export async function makeSample(): Promise<SampleFolder> {
  const dir = testFolder('sample');
  const { files } = await generateSample({ dir, month: MONTH, orders: ORDERS });
  return { dir, files };
}

/** The whole product with its people, and companies that close the sample's month. */
export class Office {
  private readonly people = new Map<string, Promise<Person>>();

  private constructor(
    readonly stack: Stack,
    readonly pool: Pool,
    readonly sample: SampleFolder,
  ) {}

  static async open(sample: SampleFolder, env: NodeJS.ProcessEnv = {}): Promise<Office> {
    const stack = await startStack({ env: { ...env, SALESCLOSE_ADMIN_PASSWORD: PASSWORD }, readyMs: 120_000 });
    const pool = openPool(addressIn(stack, 'app.url'), { max: 3 });
    return new Office(stack, pool, sample);
  }

  /** For `Hold`. */
  get urls(): { owner: string; app: string } {
    return { owner: addressIn(this.stack, 'owner.url'), app: addressIn(this.stack, 'app.url') };
  }

  async close(): Promise<void> {
    await this.pool.end();
    await this.stack.remove();
  }

  person(login: string): Promise<Person> {
    const known = this.people.get(login) ?? Person.signIn(this.stack.url, login, PASSWORD);
    this.people.set(login, known);
    return known;
  }

  /** Asks as a person. Where the answer was cut off, asks again with the same key, as a careful client does. */
  async ask<T>(login: string, ask: Ask): Promise<T> {
    const person = await this.person(login);
    for (const giveUp = Date.now() + MONTH_TAKES_MS; ; await new Promise((resolve) => setTimeout(resolve, 200))) {
      try {
        return await person.ask<T>(ask);
      } catch (error) {
        if (error instanceof Refused || Date.now() > giveUp) throw error;
      }
    }
  }

  /** Adds a company with the sample's policy and people. */
  async found(code: string): Promise<Company> {
    const content = COMPANY_FILE.replace(/^code: .*$/m, `code: ${code}`);
    const companyFile = { type: 'application/yaml', content };
    await this.ask('admin', { method: 'POST', path: '/companies', key: code, body: companyFile });
    for (const { login, name, email, roles } of PEOPLE.filter(({ login }) => login !== 'admin')) {
      const body = { type: 'application/json', content: JSON.stringify({ roles, name, email, password: PASSWORD }) };
      const path = `/companies/${code}/people/${login}`;
      await this.ask('admin', { method: 'PUT', path, key: `${code}-${login}`, body });
    }
    return new Company(this, code);
  }

  /** Asks until the answer is yes; a server that is away is no answer. */
  async sees(what: string, probe: () => Promise<boolean>, withinMs = MONTH_TAKES_MS): Promise<void> {
    for (const giveUp = Date.now() + withinMs; ; await new Promise((resolve) => setTimeout(resolve, 50))) {
      if (await probe().catch(() => false)) return;
      if (Date.now() > giveUp) throw new Error(`not within ${withinMs} ms: ${what}`);
    }
  }
}

interface Progress {
  readonly stage: Stage;
  readonly closedAt: string | null;
  readonly figuresHash: string | null;
  readonly blockers: readonly { readonly code: string }[];
}

/** One company's month, worked at by its people through the API. Each write has one key, so it may be repeated. */
export class Company {
  private readonly at: string;

  constructor(
    private readonly office: Office,
    readonly code: string,
  ) {
    this.at = `/companies/${code}/periods/${MONTH}`;
  }

  async periodId(): Promise<number> {
    const { rows } = await this.office.pool.query<{ id: number }>(
      'SELECT p.id FROM period p JOIN company c ON c.id = p.company_id WHERE c.code = $1 AND p.month = $2',
      [this.code, MONTH],
    );
    return rows[0]!.id;
  }

  /** Hands every file in; does not wait until it is read. */
  async handIn(only: (file: SampleFile) => boolean = () => true): Promise<void> {
    const { dir, files } = this.office.sample;
    for (const { file, kind } of files.filter(only)) {
      const query = new URLSearchParams({ kind, fileName: file });
      await this.office.ask('preparer', {
        method: 'POST',
        path: `${this.at}/imports?${query.toString()}`,
        key: `${this.code}-${file}`,
        body: { type: 'application/octet-stream', content: await openAsBlob(join(dir, file)) },
      });
    }
  }

  async settled(): Promise<void> {
    await this.office.sees(`every batch of ${this.code} is settled`, async () => {
      const { rows } = await this.office.pool.query<{ settled: number }>(
        'SELECT count(*)::int AS settled FROM batch WHERE period_id = $1 AND settled_at IS NOT NULL',
        [await this.periodId()],
      );
      return rows[0]!.settled === this.office.sample.files.length;
    });
  }

  start(): Promise<unknown> {
    return this.write('preparer', 'close/start', {});
  }

  /** Collects, starts and waits for the review. */
  async bringToReview(): Promise<void> {
    await this.handIn();
    await this.settled();
    await this.start();
    await this.reaches('review');
  }

  /** Accepts what is open, by id. */
  async resolveAll(): Promise<unknown> {
    return this.write('preparer', 'resolutions', await this.resolution());
  }

  async resolution(): Promise<{ exceptions: string[]; action: string; reason: string }> {
    const path = `${this.at}/exceptions?state=open`;
    const open = await this.office.ask<{ id: string }[]>('preparer', { method: 'GET', path });
    return { exceptions: open.map(({ id }) => id).sort(), action: 'accept', reason: '已核对' };
  }

  async signOff(verb: 'review' | 'approve'): Promise<void> {
    const person = verb === 'review' ? 'reviewer' : 'approver';
    await this.reaches(verb);
    await this.write(person, verb, { reason: '同意', seen: (await this.progress()).figuresHash });
  }

  /** Everything that people do from review on. */
  async decide(): Promise<void> {
    await this.resolveAll();
    await this.signOff('review');
    await this.signOff('approve');
  }

  /** A write with a key of its own, repeated with it until it is answered. */
  write<T>(login: string, path: string, body: object, key = path): Promise<T> {
    const content = { type: 'application/json', content: JSON.stringify(body) };
    return this.office.ask<T>(login, {
      ...{ method: 'POST', path: `${this.at}/${path}`, key: `${this.code}-${key}`, body: content },
    });
  }

  async progress(): Promise<Progress> {
    return this.office.ask<Progress>('auditor', { method: 'GET', path: `${this.at}/close/progress` });
  }

  async reaches(stage: Stage): Promise<void> {
    await this.office.sees(`${this.code} is in ${stage}`, async () => (await this.progress()).stage === stage);
  }

  async waitsFor(blocker: string): Promise<void> {
    await this.office.sees(`${this.code} waits for ${blocker}`, async () => {
      const { closedAt, blockers } = await this.progress();
      return closedAt === null && blockers.some(({ code }) => code === blocker);
    });
  }

  /** Says that the mails whose answers were lost arrived, which they did. */
  async settleMails(): Promise<void> {
    const path = `/companies/${this.code}/mails`;
    for (const { mail, state } of await this.office.ask<{ mail: number; state: string }[]>('preparer', {
      method: 'GET',
      path,
    })) {
      if (state !== 'UNCERTAIN') continue;
      const body = { type: 'application/json', content: JSON.stringify({ as: 'sent', reason: '已收到' }) };
      await this.office.ask('preparer', {
        method: 'POST',
        path: `${path}/${mail}/settle`,
        key: `settle-${mail}`,
        body,
      });
    }
  }

  async isClosed(): Promise<void> {
    await this.office.sees(`${this.code} is closed`, async () => (await this.progress()).closedAt !== null);
  }
}

function addressIn(stack: Stack, file: string): string {
  return readFileSync(join(stack.dataDir, file), 'utf8').trim();
}
