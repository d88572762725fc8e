import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import type { Config } from './config';
import { pause } from './pause';
import { ensureSearchAttributes } from './search-attributes';

const RETRY_MS = 1_000;

/** The two connections of a worker: one polls for work, one starts and signals. */
export interface TemporalConnections {
  readonly native: NativeConnection;
  readonly client: Client;
  close(): Promise<void>;
}

/**
 * Connects to Temporal, however long it is away, and makes sure its search attributes are there.
 * @param say told once when the wait begins and once when it ends
 * @returns undefined when told to stop before Temporal answered
 */
export async function connectTemporal(
  config: Pick<Config, 'temporalAddress' | 'temporalNamespace'>,
  say: (line: string) => void,
  stop: AbortSignal,
): Promise<TemporalConnections | undefined> {
  const { temporalAddress: address, temporalNamespace: namespace } = config;
  for (let attempt = 1; !stop.aborted; attempt++) {
    try {
      const connections = await connectOnce(address, namespace);
      if (attempt > 1) say(`Temporal answers at ${address}`);
      return connections;
    } catch (error) {
      if (attempt === 1) say(`Temporal does not answer at ${address} (${(error as Error).message}); waiting for it`);
      await pause(RETRY_MS, stop);
    }
  }
  return undefined;
}

async function connectOnce(address: string, namespace: string): Promise<TemporalConnections> {
  const connection = await Connection.connect({ address, connectTimeout: 5_000 });
  try {
    await ensureSearchAttributes(connection, namespace);
    const native = await NativeConnection.connect({ address });
    const close = async (): Promise<void> => {
      await connection.close();
      await native.close();
    };
    return { native, client: new Client({ connection, namespace }), close };
  } catch (error) {
    await connection.close();
    throw error;
  }
}
