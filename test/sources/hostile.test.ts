import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { READERS } from '../../sources';
import { FileRefused, type RowSink, type SourceReader } from '../../sources/reader';
import { contextOf } from './collect';
import { DAMAGES, HOSTILE } from './hostile-files';
import { validFile } from './valid-files';

/** A guard against hanging, counted in work done, so that a busy machine is no fault. */
const CPU_SECONDS_MAX = 5;
const GROWTH_MB_MAX = 256;

const folder = mkdtempSync(join(tmpdir(), 'hostile-'));
afterAll(() => rmSync(folder, { recursive: true }));

const readers = Object.values<SourceReader>(READERS);

/** What came of a file: the code it is refused with, or how many rows went which way. */
async function answerOf(
  reader: SourceReader,
  path: string,
): Promise<{ refused?: string; kept: number; rejected: number }> {
  const told = { kept: 0, rejected: 0 };
  const buffer = Buffer.alloc(256 << 10);
  const sink: RowSink = {
    keep: () => void (told.kept += 1),
    reject: ({ code, reason, cells }) => {
      if (code === '' || reason.zh === '' || Object.keys(cells).length === 0) throw new Error(`${code} says nothing`);
      told.rejected += 1;
    },
    exclude: () => undefined,
    room: () => Promise.resolve(),
    lane: {
      periodId: 1,
      batchId: 1,
      take: () => Promise.resolve(buffer),
      send: (_, __, tallies) => tallies.forEach(({ kept, context }) => void (told.kept += kept + context)),
    },
  };
  try {
    await reader.read(contextOf(path, {}), sink);
    return told;
  } catch (cause) {
    if (!(cause instanceof FileRefused)) throw cause;
    expect(cause.reason.zh).toMatch(/[\u4e00-\u9fff]/);
    return { ...told, refused: cause.code };
  }
}

async function expectAnAnswer(reader: SourceReader, path: string): Promise<void> {
  const cpu = process.cpuUsage();
  const before = process.resourceUsage().maxRSS;
  await answerOf(reader, path);
  const { user, system } = process.cpuUsage(cpu);
  expect((user + system) / 1e6).toBeLessThan(CPU_SECONDS_MAX);
  expect((process.resourceUsage().maxRSS - before) / 1024).toBeLessThan(GROWTH_MB_MAX);
}

describe.each(HOSTILE)('%s', (_, make) => {
  const path = join(folder, 'hostile');
  beforeAll(() => writeFileSync(path, make()));

  test.each(readers.map((reader) => [reader.kind, reader] as const))('has an answer as %s', async (_, reader) => {
    await expectAnAnswer(reader, path);
  });
});

const broken = readers.flatMap((reader) => {
  const valid = validFile(reader.kind);
  return valid === null ? [] : [[reader.kind, reader, valid] as const];
});

describe.each(broken)('a file of %s', (kind, reader, valid) => {
  const path = join(folder, kind);

  test('is taken as it is', async () => {
    writeFileSync(path, valid);
    const { refused, kept } = await answerOf(reader, path);
    expect([refused, kept > 0]).toEqual([undefined, true]);
  });

  test.each(DAMAGES)('has an answer %s', async (_, damage) => {
    writeFileSync(path, damage(valid));
    await expectAnAnswer(reader, path);
  });
});
