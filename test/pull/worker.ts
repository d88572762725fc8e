import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { createActivities } from '../../activities';
import { createProbeActivities } from '../../activities/probe-source';
import { createPullActivities } from '../../activities/pull-source';
import { runDispatcher } from '../../worker/outbox';
import { temporalAddress, workflowBundlePath } from '../support';
import type { PullHouse } from './house';

/** A worker of one house on a task queue of its own, and the dispatcher that tells it what people asked for. */
export interface HouseWorker {
  readonly client: Client;
  readonly taskQueue: string;
  stop(): Promise<void>;
}

export async function startHouseWorker(house: PullHouse): Promise<HouseWorker> {
  const address = temporalAddress();
  const taskQueue = `pull-${randomUUID()}`;
  const client = new Client({ connection: await Connection.connect({ address }) });
  const native = await NativeConnection.connect({ address });
  const pool = house.workerPool;
  const worker = await Worker.create({
    connection: native,
    taskQueue,
    workflowBundle: { codePath: await workflowBundlePath() },
    activities: {
      ...createActivities({ pool, dataDir: house.dataDir, keysDir: join(house.dataDir, 'keys'), systems: {}, env: {} }),
      ...createPullActivities(house.resources),
      ...createProbeActivities(house.resources),
    },
    shutdownGraceTime: '1s',
    shutdownForceTime: '3s',
  });
  const ended = worker.run();
  const stop = new AbortController();
  const mail = { smtpUrl: 'smtp://127.0.0.1:1', mailFrom: 'salesclose@localhost', dataDir: house.dataDir };
  const temporal = { client, pool, taskQueue };
  const dispatched = runDispatcher({ pool, temporal, mail, say: () => undefined }, stop.signal);
  return {
    ...{ client, taskQueue },
    stop: async () => {
      stop.abort();
      await dispatched;
      for await (const { workflowId, status } of client.workflow.list({ query: `TaskQueue = '${taskQueue}'` })) {
        if (status.name === 'RUNNING')
          await client.workflow
            .getHandle(workflowId)
            .terminate()
            .catch(() => undefined);
      }
      worker.shutdown();
      await ended;
      await client.connection.close();
      await native.close();
    },
  };
}
