import { PAGE_LIMITS } from '../http/exchange';
import { PATIENCE } from '../http/patience';
import type { SourceMapping, SourceSystem } from '../system';
import { ZohoConnection, type Endurance } from './connection';
import { OBJECTS } from './objects';
import { SETTINGS } from './settings';
import { ZOHO } from './words';

/** Zoho CRM, API version 8. @param endurance how long and how often one call is tried within a pull */
export function zohoSystem(endurance: Partial<Endurance> = {}): SourceSystem {
  return {
    name: 'zoho',
    title: ZOHO.title,
    settings: SETTINGS,
    mapping: defaultMapping(),
    connect: (access) => new ZohoConnection(access, { ...PATIENCE, seconds: PAGE_LIMITS.seconds, ...endurance }),
  };
}

function defaultMapping(): SourceMapping {
  const mapped = OBJECTS.flatMap(({ key, module, gathering, rows }) => {
    if (gathering.by === 'named') return [];
    const object = module === undefined ? {} : { object: module };
    const words = rows?.words === undefined ? {} : { words: rows.words };
    return [[key, { ...object, columns: rows?.columns ?? {}, ...words }] as const];
  });
  return { objects: Object.fromEntries(mapped) };
}
