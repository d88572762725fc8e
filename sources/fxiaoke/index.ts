import { PATIENCE } from '../http/patience';
import type { PartRows } from '../records';
import type { Access, Connection, ObjectMapping, RecordsPart, SourceMapping, SourceSystem } from '../system';
import { FxiaokeClient, type Tries } from './client';
import { findingsOf } from './findings';
import { FXIAOKE_KINDS } from './kinds';
import { Paging } from './paging';
import { partOf, PARTS, type ObjectPart } from './parts';
import { FXIAOKE, SETTINGS } from './settings';

/** 纷享销客. @param tries how often a call is tried again within one pull */
export function fxiaokeSystem(tries: Tries = PATIENCE): SourceSystem {
  return {
    name: 'fxiaoke',
    title: FXIAOKE.title,
    settings: SETTINGS,
    mapping: defaultMapping(),
    connect: (access) => connectionOf(access, tries),
  };
}

/** What a company may map otherwise: the object of every part, and the columns of those that become rows. */
function defaultMapping(): SourceMapping {
  const rowsOf = (key: string): PartRows | undefined =>
    FXIAOKE_KINDS.find(({ parts }) => parts[key] !== undefined)?.parts[key];
  const objects = PARTS.map(({ key, object }): [string, ObjectMapping] => {
    const { columns = {}, words } = rowsOf(key) ?? {};
    return [key, { object, columns, ...(words === undefined ? {} : { words }) }];
  });
  return { objects: Object.fromEntries(objects) };
}

function connectionOf(access: Access, tries: Tries): Connection {
  const client = new FxiaokeClient(access, tries);
  const paging = (part: RecordsPart, month: string): Paging => new Paging(client, access, partOf(part.key), month);
  return {
    parts: () => Promise.resolve(partsRead(client.options.parts)),
    test: () => findingsOf(client, access),
    pages: (part, month, cursor) => paging(part, month).pages(cursor),
    count: (part, month) => paging(part, month).count(),
    fetch: ({ key }) => Promise.reject(new Error(`Fxiaoke has no file ${key}`)),
    close: () => Promise.resolve(),
  };
}

function partsRead(read: ReadonlySet<string>): RecordsPart[] {
  return PARTS.filter(({ key }) => read.has(key)).map((part) => recordsPart(part, read));
}

/** A part without those it uses where the company does not read them: references to them are then known by their labels alone. */
function recordsPart({ key, title, kind, uses }: ObjectPart, read: ReadonlySet<string>): RecordsPart {
  const used = uses?.filter((use) => read.has(use)) ?? [];
  return {
    nature: 'records',
    key,
    title,
    ...(kind === undefined ? {} : { kind }),
    ...(used.length === 0 ? {} : { uses: used }),
  };
}
