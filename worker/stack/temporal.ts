import type { Config } from '../config';
import type { Command } from './postgres';

/** Search attributes every Temporal server of the product has registered. */
export const SEARCH_ATTRIBUTES = {
  SalesCompany: 'Keyword',
  SalesPeriod: 'Keyword',
  SalesCloseStage: 'Keyword',
  SalesOpenExceptions: 'Int',
} as const;

/** What of the configuration a Temporal server needs; `databaseFile` undefined keeps everything in memory. */
export interface TemporalPlace extends Pick<Config, 'temporalCli' | 'temporalNamespace'> {
  readonly port: number;
  /** Undefined: no web page. */
  readonly uiPort?: number;
  readonly databaseFile?: string;
}

/** The command that runs the Temporal server in the foreground, on 127.0.0.1 only. */
export function temporalCommand(place: TemporalPlace): Command {
  const attributes = Object.entries(SEARCH_ATTRIBUTES).flatMap(([name, type]) => [
    '--search-attribute',
    `${name}=${type}`,
  ]);
  return {
    program: place.temporalCli,
    args: [
      ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(place.port), '--log-level', 'warn'],
      ...(place.uiPort === undefined ? ['--headless'] : ['--ui-port', String(place.uiPort)]),
      ...(place.databaseFile === undefined ? [] : ['--db-filename', place.databaseFile]),
      ...['--namespace', place.temporalNamespace],
      ...attributes,
    ],
  };
}

/** Whether the server answers for the namespace and knows the product's search attributes. */
export async function temporalAnswers(address: string, namespace: string): Promise<boolean> {
  const { Connection } = await import('@temporalio/client');
  let connection: Awaited<ReturnType<typeof Connection.connect>> | undefined;
  try {
    connection = await Connection.connect({ address, connectTimeout: 2_000 });
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    await connection.workflowService.describeNamespace({ namespace });
    return Object.keys(SEARCH_ATTRIBUTES).every((name) => customAttributes && name in customAttributes);
  } catch {
    return false;
  } finally {
    await connection?.close();
  }
}
