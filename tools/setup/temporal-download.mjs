import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ROOT } from './run.mjs';

/** Lets the Temporal SDK download its development server into the folder given as argument. Run as a process of its own: it may hang. */
const { Runtime } = createRequire(join(ROOT, 'package.json'))('@temporalio/worker');
const { version } = createRequire(join(ROOT, 'package.json'))('@temporalio/worker/package.json');

const runtime = Runtime.instance();
const server = await runtime.createEphemeralServer({
  type: 'dev-server',
  exe: {
    type: 'cached-download',
    downloadDir: process.argv[2],
    version: 'default',
    ttl: 0,
    sdkName: 'sdk-typescript',
    sdkVersion: version,
  },
  namespace: 'default',
  ip: '127.0.0.1',
  port: null,
  uiPort: null,
  dbFilename: null,
  ui: false,
  log: { format: 'pretty', level: 'warn' },
  extraArgs: [],
});
await runtime.shutdownEphemeralServer(server);
