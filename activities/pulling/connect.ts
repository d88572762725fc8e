import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { withDefaults } from '../../domain/source-file';
import { Secrets } from '../../sources/secrets';
import type { Connection } from '../../sources/system';
import { SourceStops } from '../../sources/trouble';
import type { ConnectedSource } from '../../store/sources/source-row';
import { guarded } from './guarded';
import type { PullResources } from './resources';

/** The secrets of a source, to be read and to be hidden. */
export function secretsOf({ dataDir, env }: PullResources, source: ConnectedSource): Secrets {
  return new Secrets({
    company: source.company.code,
    source: source.name,
    settings: source.settings,
    ...{ dataDir, env },
  });
}

/**
 * Connects a source for as long as `work` takes, with a scratch folder that goes with it.
 * @throws SourceStops SOURCE_SYSTEM_UNKNOWN
 */
export async function withConnection<T>(
  resources: PullResources,
  source: ConnectedSource,
  secrets: Secrets,
  signal: AbortSignal,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const system = resources.systems[source.system];
  if (system === undefined) throw unknownSystem(source);
  const scratch = join(resources.dataDir, 'tmp', `pull-${source.sourceId}-${randomUUID()}`);
  await mkdir(scratch, { recursive: true, mode: 0o700 });
  try {
    const connection = system.connect({
      settings: withDefaults(system, source.settings),
      secret: (name) => secrets.read(name),
      ...(source.mapping === null ? {} : { mapping: source.mapping }),
      company: source.company,
      now: resources.now,
      ...{ signal, scratch },
    });
    try {
      return await work(guarded(connection, signal));
    } finally {
      await connection.close().catch(() => undefined);
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function unknownSystem({ name, system }: ConnectedSource): SourceStops {
  return new SourceStops('SOURCE_SYSTEM_UNKNOWN', {
    zh: `来源 ${name} 的系统 ${system} 不在本安装中；请升级，或另建来源`,
    en: `this installation knows no system ${system}, which source ${name} is of: upgrade it, or add another source`,
  });
}
