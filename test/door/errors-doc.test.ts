import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codesInSource } from './problem-codes';

const written = new Set(
  [...readFileSync(join(__dirname, '../../docs/errors.md'), 'utf8').matchAll(/`([A-Z][A-Z0-9_]+)`/g)].map(
    ([, code]) => code!,
  ),
);
/** Codes that stand inside SQL. */
const IN_SQL = ['DUPLICATE_KEY'];
/** Words of the page that are no codes. */
const NO_CODES = ['CODE', 'CNY', 'SALESCLOSE_USER', 'SALESCLOSE_PASSWORD', 'SALESCLOSE_URL', 'SALESCLOSE_PORT'];

test('docs/errors.md lists every code of the source', () => {
  const codes = codesInSource();
  expect(codes.size).toBeGreaterThan(100);
  const missing = [...codes].filter(([code]) => !written.has(code)).map(([code, file]) => `${code} (${file})`);
  expect(missing).toEqual([]);
});

test('docs/errors.md lists no code that is gone', () => {
  const codes = codesInSource();
  const gone = [...written].filter((code) => !codes.has(code) && ![...IN_SQL, ...NO_CODES].includes(code));
  expect(gone).toEqual([]);
});
