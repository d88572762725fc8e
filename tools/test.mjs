import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setUp } from './setup/index.mjs';
import { ROOT, say } from './setup/run.mjs';

const bin = (...path) => join(ROOT, 'node_modules', ...path);

/** Runs a check to its end, its output shown as it comes. */
function check(name, script, args) {
  say(`${name} …`);
  return new Promise((done) => {
    const child = spawn(process.execPath, [script, ...args], { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] });
    child.once('close', (code) => {
      say(`${name}: ${code === 0 ? 'passed' : 'failed'}`);
      done(code === 0);
    });
  });
}

/** Runs the tests. A file that cannot even be loaded counts as one failed test. */
async function runTests(args) {
  const folder = mkdtempSync(join(tmpdir(), 'salesclose-results-'));
  const results = join(folder, 'results.json');
  const passed = await check('tests', bin('jest', 'bin', 'jest.js'), ['--json', `--outputFile=${results}`, ...args]);
  try {
    const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(readFileSync(results, 'utf8'));
    const failed = numFailedTests + numRuntimeErrorTestSuites;
    return { passed: numPassedTests, failed: passed ? failed : Math.max(1, failed) };
  } catch {
    return { passed: 0, failed: 1 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `npm test`: format, lint and types, then every test. The last line counts them all. */
await setUp({ temporal: true });
const checks = await Promise.all([
  check('format', bin('prettier', 'bin', 'prettier.cjs'), ['--check', '--log-level', 'warn', '.']),
  check('lint', bin('eslint', 'bin', 'eslint.js'), ['--max-warnings', '0', '.']),
  check('types', bin('typescript', 'bin', 'tsc'), [
    '--noEmit',
    '--tsBuildInfoFile',
    bin('.cache', 'types.tsbuildinfo'),
  ]),
]);
const tests = await runTests(process.argv.slice(2));
const passed = checks.filter((ok) => ok).length + tests.passed;
const failed = checks.filter((ok) => !ok).length + tests.failed;
process.exitCode = failed === 0 ? 0 : 1;
say(`${passed} passed, ${failed} failed`);
