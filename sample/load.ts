import { createHash } from 'node:crypto';
import { createReadStream, existsSync, openAsBlob } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SAMPLE_PASSWORD } from '../domain/passwords';
import { STAGES, type Stage } from '../domain/words';
import { Person, Refused } from './api';
import { COMPANY, COMPANY_FILE, PEOPLE } from './company';
import { generateSample } from './generate';
import type { SampleFile } from './outputs';

export interface LoadOptions {
  /** Where the API answers, without a path. */
  readonly apiUrl: string;
  /** The installation's data folder; the files go to `sample` in it. */
  readonly dataDir: string;
  /** Orders of the sample; 3,000 where nothing is said. */
  readonly orders?: number;
  /** The sample's own, unless `admin` was given another one (SALESCLOSE_ADMIN_PASSWORD). */
  readonly adminPassword?: string;
  readonly log?: (line: string) => void;
}

const MONTH = '2026-10';
const AT_COMPANY = `/companies/${COMPANY.code}`;
const AT_MONTH = `${AT_COMPANY}/periods/${MONTH}`;
const POLL_MS = 300;
const LONGEST_MS = 20 * 60_000;

/**
 * Does with the sample what its people would: the administrator adds company and people, the preparer imports every
 * file and starts the close. Returns when the close is in review.
 * Idempotent because the files come from one seed, the API knows bytes it has seen, and every write names a key made
 * of what it writes: killed anywhere and called again, it goes on.
 * @throws Refused, or Error when a file is refused or the close does not reach review
 */
export async function loadSample(options: LoadOptions): Promise<void> {
  const log = options.log ?? (() => undefined);
  const files = await filesIn(join(options.dataDir, 'sample'), options, log);
  await addCompany(options, log);
  const preparer = await Person.signIn(options.apiUrl, 'preparer', SAMPLE_PASSWORD);
  const stage = await stageOf(preparer);
  if (stage !== null && hasReached(stage, 'review')) return;
  if (stage === null || stage === 'open') {
    for (const file of files) await importFile(preparer, join(options.dataDir, 'sample'), file, log);
    await startClose(preparer);
  }
  await untilReview(preparer, log);
}

/** Generates the files, unless they are there already: the list of files is written last. */
async function filesIn(dir: string, options: LoadOptions, log: (line: string) => void): Promise<readonly SampleFile[]> {
  const list = join(dir, 'files.json');
  if (existsSync(list)) return JSON.parse(await readFile(list, 'utf8')) as SampleFile[];
  const made = await generateSample({
    dir,
    month: MONTH,
    ...(options.orders === undefined ? {} : { orders: options.orders }),
  });
  log(`样例文件已生成 · sample files written: ${made.orders} orders, ${made.vouchers} vouchers`);
  return made.files;
}

async function addCompany(options: LoadOptions, log: (line: string) => void): Promise<void> {
  const password = options.adminPassword ?? process.env['SALESCLOSE_ADMIN_PASSWORD'] ?? SAMPLE_PASSWORD;
  const admin = await Person.signIn(options.apiUrl, 'admin', password);
  const companyFile = { type: 'application/yaml', content: COMPANY_FILE };
  try {
    await admin.ask({ method: 'POST', path: '/companies', key: keyOf('company', COMPANY_FILE), body: companyFile });
    log(`公司已建立 · company added: ${COMPANY.name}`);
  } catch (error) {
    if (!(error instanceof Refused && error.code === 'COMPANY_EXISTS')) throw error;
  }
  for (const { login, name, email, roles } of PEOPLE) {
    if (login === 'admin') continue;
    const content = JSON.stringify({ roles, name, email, password: SAMPLE_PASSWORD });
    const body = { type: 'application/json', content };
    await admin.ask({
      method: 'PUT',
      path: `${AT_COMPANY}/people/${login}`,
      key: keyOf('person', login + content),
      body,
    });
  }
}

/** null: the month has not been opened by anything yet. */
async function stageOf(preparer: Person): Promise<Stage | null> {
  try {
    const { stage } = await preparer.ask<{ stage: Stage }>({ method: 'GET', path: `${AT_MONTH}/close/progress` });
    return stage;
  } catch (error) {
    if (error instanceof Refused && error.status === 404) return null;
    throw error;
  }
}

interface BatchView {
  readonly batch: number;
  readonly settled: boolean;
  readonly state: string;
  readonly rowsIn: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly excluded: number;
  readonly refusal?: { readonly code: string; readonly reason: { readonly en: string } } | null;
}

async function importFile(
  preparer: Person,
  dir: string,
  { file, kind }: SampleFile,
  log: (line: string) => void,
): Promise<void> {
  const path = join(dir, file);
  const query = new URLSearchParams({ kind, fileName: file });
  const sent = await preparer.ask<BatchView>({
    method: 'POST',
    path: `${AT_MONTH}/imports?${query.toString()}`,
    key: `sample-import-${kind}-${await sha256Of(path)}`,
    body: { type: 'application/octet-stream', content: await openAsBlob(path) },
  });
  const batch = await untilSettled(preparer, sent.batch);
  if (batch.state === 'refused')
    throw new Error(`${file} was refused: ${batch.refusal?.code ?? ''} ${batch.refusal?.reason.en ?? ''}`);
  log(`${file}: ${batch.accepted} accepted, ${batch.excluded} excluded, ${batch.rejected} rejected`);
}

async function untilSettled(preparer: Person, batch: number): Promise<BatchView> {
  const giveUp = Date.now() + LONGEST_MS;
  for (;;) {
    const seen = await preparer.ask<BatchView>({ method: 'GET', path: `${AT_MONTH}/batches/${batch}` });
    if (seen.settled || seen.state === 'refused') return seen;
    if (Date.now() > giveUp) throw new Error(`batch ${batch} is still ${seen.state}`);
    await sleep(POLL_MS);
  }
}

async function startClose(preparer: Person): Promise<void> {
  const body = { type: 'application/json', content: '{}' };
  await preparer.ask({ method: 'POST', path: `${AT_MONTH}/close/start`, key: `sample-start-${MONTH}`, body });
}

interface Progress {
  readonly stage: Stage;
  readonly blockers: readonly { readonly code: string; readonly count: number }[];
}

async function untilReview(preparer: Person, log: (line: string) => void): Promise<void> {
  const giveUp = Date.now() + LONGEST_MS;
  for (let said: Stage = 'open'; ;) {
    const { stage, blockers } = await preparer.ask<Progress>({ method: 'GET', path: `${AT_MONTH}/close/progress` });
    if (stage !== said) log(`结账阶段 · close stage: ${stage}`);
    said = stage;
    if (hasReached(stage, 'review')) return;
    if (Date.now() > giveUp) {
      const held = blockers.map(({ code, count }) => `${code} × ${count}`).join(', ');
      throw new Error(`the sample's close is still in ${stage}${held === '' ? '' : `, held by ${held}`}`);
    }
    await sleep(POLL_MS);
  }
}

function hasReached(stage: Stage, wanted: Stage): boolean {
  return STAGES.indexOf(stage) >= STAGES.indexOf(wanted);
}

function keyOf(what: string, content: string): string {
  return `sample-${what}-${createHash('sha256').update(content).digest('hex')}`;
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
