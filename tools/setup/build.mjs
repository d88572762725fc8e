import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { ROOT, run, step } from './run.mjs';
import { filesBelow, hashOf, oncePer } from './stamps.mjs';

const DIST = join(ROOT, 'dist');
/** The rooms that are compiled, see tsconfig.build.json. */
const ROOMS = [
  'workflows',
  'activities',
  'domain',
  'sources',
  'store',
  'documents',
  'api',
  'cli',
  'worker',
  'sample',
  'bench',
];
const CONFIGS = ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json'];

/** Compiles the sources into dist/ with what they read beside them, and bundles the workflows for the worker. */
export async function buildProduct() {
  const sources = [...ROOMS, 'prisma/migrations'].flatMap((room) => filesBelow(join(ROOT, room)));
  const inputs = hashOf([...sources, ...CONFIGS.map((name) => join(ROOT, name))]);
  await oncePer(join(DIST, '.stamp'), inputs, async () => {
    await step('compiling', () =>
      run(process.execPath, [join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.build.json']),
    );
    copyAssets(sources);
  });
  await bundleWorkflows();
}

/** Files that compiled code reads beside itself: migrations, templates, company files. */
function copyAssets(sources) {
  for (const path of sources.filter((file) => !/\.ts$|README\.md$|\.stamp$/.test(file))) {
    const target = join(DIST, relative(ROOT, path));
    mkdirSync(dirname(target), { recursive: true });
    cpSync(path, target);
  }
}

async function bundleWorkflows() {
  const require = createRequire(join(ROOT, 'package.json'));
  const parts = ['workflows', 'domain'].flatMap((room) => filesBelow(join(DIST, room)));
  const inputs = hashOf(parts, [require('@temporalio/worker/package.json').version]);
  await oncePer(join(DIST, '.bundle-stamp'), inputs, () =>
    step('bundling the workflows', async () => {
      const { bundleWorkflowCode, DefaultLogger } = require('@temporalio/worker');
      const { code } = await bundleWorkflowCode({
        workflowsPath: join(DIST, 'workflows', 'index.js'),
        logger: new DefaultLogger('WARN'),
      });
      writeFileSync(join(DIST, 'workflow-bundle.js'), code);
    }),
  );
}
