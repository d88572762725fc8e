import { existsSync } from 'node:fs';
import { posix, join } from 'node:path';
import { PROJECT_ROOT } from '../../worker/config';
import { filesIn, ROOMS, textOf } from './house';

const MOST_LINES = 400;
const sources = ROOMS.flatMap((room) => filesIn(room, '.ts'));
const scripts = [...filesIn('tools', '.mjs'), 'eslint.config.mjs', 'jest.config.js'];
const texts = [...sources, ...scripts, ...filesIn('', '.md'), ...filesIn('', '.yml'), ...filesIn('tools', '.mod')];

/** Files and lines that hold what they should not. */
function linesWith(files: readonly string[], pattern: RegExp): string[] {
  return files.flatMap((file) =>
    textOf(file)
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [])),
  );
}

describe('files', () => {
  it(`are short: no source has more than ${MOST_LINES} lines`, () => {
    const long = [...sources, ...scripts].filter((file) => textOf(file).split('\n').length > MOST_LINES + 1);
    expect(long).toEqual([]);
  });

  it('hold no mark of unfinished work', () => {
    const marks = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME'].join('|')})\\b`);
    expect(linesWith([...sources, ...scripts], marks)).toEqual([]);
  });

  it('skip, single out or silence nothing', () => {
    const skipped = /\b(it|test|describe)(\.each)?\.(skip|only|todo)\b|\bx(it|describe)\(|@ts-(ignore|nocheck)/;
    const others = sources.filter((file) => file !== 'test/tidy/files.test.ts');
    expect(linesWith(others, skipped)).toEqual([]);
  });

  it('name no path of one machine', () => {
    expect(linesWith(texts, /(^|[^A-Za-z0-9_.])\/(work|farm|root|home\/\w+)\//)).toEqual([]);
    expect(linesWith(texts, /(^|[\s'"`=(])\/tmp\//)).toEqual([]);
  });

  it('name no host of a package registry', () => {
    const hosts = /https?:\/\/[^/\s"']*(npmj|\.golang|pypi|pythonh|maven\.|deb\.deb|crates\.)/;
    expect(linesWith([...texts, 'package.json', 'package-lock.json', '.npmrc'], hosts)).toEqual([]);
  });

  it('export by name, never by default', () => {
    const byDefault = /^export default /;
    const allowed = /^(test\/support\/global-(setup|teardown)\.ts)$/; // jest asks for it
    expect(
      linesWith(
        sources.filter((file) => !allowed.test(file)),
        byDefault,
      ),
    ).toEqual([]);
  });
});

describe('activities', () => {
  const writes =
    /\b(transaction|INSERT|record[A-Z]\w*|send[A-Z]\w*|write[A-Z]\w*|save[A-Z]\w*|mark[A-Z]\w*|set[A-Z]\w*)\(/;
  const helpers = /\/(index|dependencies|errors)\.ts$/; // no activities of their own

  it('that write say why running twice does no harm', () => {
    const writing = filesIn('activities', '.ts').filter((file) => !helpers.test(file) && writes.test(textOf(file)));
    expect(writing.filter((file) => !textOf(file).includes('Idempotent because'))).toEqual([]);
  });
});

describe('readmes', () => {
  const readmes = filesIn('', '.md');

  it.each([...ROOMS, 'tools'])('%s/ has one', (room) => {
    expect(existsSync(join(PROJECT_ROOT, room, 'README.md'))).toBe(true);
  });

  it('have no dead relative link', () => {
    const dead = readmes.flatMap((file) =>
      [...textOf(file).matchAll(/\]\((?!https?:|mailto:|#)([^)\s#]+)(#[^)]*)?\)/g)]
        .map((link) => posix.join(posix.dirname(file), decodeURI(link[1] ?? '')))
        .filter((target) => !existsSync(join(PROJECT_ROOT, target)))
        .map((target) => `${file}: ${target}`),
    );
    expect(dead).toEqual([]);
  });
});
