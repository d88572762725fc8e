import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseCompanyFile } from '../../domain/company-file';
import { parseSourceFile, withDefaults } from '../../domain/source-file';
import { Secrets } from '../../sources/secrets';
import type { Connection, Finding } from '../../sources/system';
import { SYSTEMS } from '../../sources/systems';
import { COMPANY, openFair, type Fair } from './stand';

const MONTH = '2026-10';

let folder: string;
let fair: Fair;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fair-'));
  fair = await openFair({ folder, month: MONTH, orders: 20 }, 17_090);
});
afterAll(async () => {
  await fair.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** As the product connects to a source whose file a person added. */
function connect(file: string): Connection {
  const made = parseSourceFile(readFileSync(file, 'utf8'), COMPANY.code, SYSTEMS);
  const system = SYSTEMS[made.system]!;
  const secrets = new Secrets({
    company: COMPANY.code,
    source: made.name,
    settings: made.settings,
    dataDir: join(folder, 'data'),
    env: {},
  });
  return system.connect({
    settings: withDefaults(system, made.settings),
    secret: (name) => secrets.read(name),
    company: parseCompanyFile(readFileSync(fair.companyFile, 'utf8')),
    now: () => new Date(),
    signal: new AbortController().signal,
    scratch: folder,
  });
}

describe('the fakes that a person starts', () => {
  it('are one for each system there is', () => {
    expect(fair.stands.map(({ source }) => source.system).sort()).toEqual(Object.keys(SYSTEMS).sort());
  });

  it('can be connected to by the files that were written', async () => {
    for (const file of fair.sourceFiles) {
      const connection = connect(file);
      const findings: Finding[] = [];
      for await (const finding of connection.test()) findings.push(finding);
      await connection.close();
      expect([file, findings.filter(({ state }) => state === 'missing')]).toEqual([file, []]);
      expect(findings.length).toBeGreaterThan(0);
    }
  });

  it('deliver a month of files, one day of which is missing', async () => {
    const connection = connect(join(folder, 'sftp.yaml'));
    const parts = await connection.parts(MONTH);
    expect(parts).toHaveLength(31);
    const arrivals: string[] = [];
    for (const part of parts) {
      if (part.nature !== 'file') continue;
      arrivals.push(
        await connection.fetch(part, MONTH).then(
          ({ state }) => state,
          (error: unknown) => `${part.key} ${(error as { code: string }).code}`,
        ),
      );
    }
    await connection.close();
    expect(arrivals.filter((state) => state !== 'arrived')).toEqual(['pos_20261017.csv SOURCE_NOT_READY']);
  });

  it('keep secrets in files that nobody else may read, and none in the files that are added', () => {
    const paths = readdirSync(join(folder, 'secrets'), { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    expect(paths.length).toBeGreaterThan(5);
    for (const { parentPath, name } of paths) {
      const path = join(parentPath, name);
      expect([path, statSync(path).mode & 0o777]).toEqual([path, 0o600]);
      const secret = readFileSync(path, 'utf8').trim();
      for (const file of fair.sourceFiles) expect(readFileSync(file, 'utf8')).not.toContain(secret);
    }
  });

  it('take other ports where one is in use, and give all back', async () => {
    const inTheWay = createServer();
    await new Promise<void>((done) => inTheWay.listen(17_303, '127.0.0.1', done));
    const other = await openFair({ folder: join(folder, 'other'), month: MONTH, orders: 1 }, 17_300);
    const ports = other.stands
      .map(({ said }) => Number(/127\.0\.0\.1:(\d+)/.exec(said)?.[1]))
      .filter((port) => port > 0);
    expect(ports).toEqual([17_310, 17_311, 17_312, 17_313, 17_314, 17_315]);
    await other.stop();
    await new Promise<void>((done) => inTheWay.close(() => done()));
    for (const port of ports) await expect(fetch(`http://127.0.0.1:${port}`)).rejects.toThrow();
  });
});
