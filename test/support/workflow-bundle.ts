import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { PROJECT_ROOT } from '../../worker/config';
import { until } from '../../worker/stack/ports';
import { required } from './environment';

/**
 * Path of the workflows' bundle, for `workflowBundle: { codePath }`. Made from the sources once for the whole run; test
 * files that ask at the same time wait for the first.
 */
export async function workflowBundlePath(): Promise<string> {
  const path = join(required('SALESCLOSE_TEST_DIR'), 'workflow-bundle.js');
  if (existsSync(path)) return path;
  if (!isFirst(`${path}.lock`)) {
    if (await until(() => existsSync(path), 60_000)) return path;
    throw new Error('the workflow bundle was not made: the test file that began it says why');
  }
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(PROJECT_ROOT, 'workflows', 'index.ts'),
    logger: new DefaultLogger('WARN'),
  });
  writeFileSync(`${path}.partial`, code);
  renameSync(`${path}.partial`, path);
  return path;
}

function isFirst(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    return false;
  }
}
