/** What tests build on: real servers, fresh databases, whole stacks. */
export { freshDatabase, testPool, type TestDatabase } from './database';
export { temporalAddress, testFolder } from './environment';
export { startStack, type Stack, type StackOptions } from './stack';
export { workflowBundlePath } from './workflow-bundle';
export { freePort, until } from '../../worker/stack/ports';
