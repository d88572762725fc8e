import { dayIn } from '../../domain/periods';
import { Problem } from '../../domain/problem';
import { isObject, sampleRow, type ExactJson, type JsonObject } from '../records';
import type { Access, Finding } from '../system';
import { readFound } from './answers';
import type { ZohoClient } from './client';
import { isRowsPart, kindOf } from './kinds';
import { OBJECTS, objectOf, type ObjectPart } from './objects';
import type { Plan } from './plan';

/** What `source test` tells: the sign-in, then each module with its mapping and one row as it would be read. */
export async function* findingsOf(connect: () => ZohoClient, plan: Plan, access: Access): AsyncGenerator<Finding> {
  let client: ZohoClient;
  try {
    client = connect();
    await client.enter();
  } catch (error) {
    yield missing('sign-in', error);
    return;
  }
  yield { subject: 'sign-in', state: 'ok', said: { zh: '已登录', en: 'signed in' } };
  for (const object of OBJECTS) {
    if (object.gathering.by === 'named') continue;
    const module = plan.moduleOf(object);
    if (module === undefined) yield absent(object);
    else yield await tried(client, plan, access, object, module);
  }
}

async function tried(
  client: ZohoClient,
  plan: Plan,
  access: Access,
  object: ObjectPart,
  module: string,
): Promise<Finding> {
  try {
    const record = await oneOf(client, plan, object, module);
    const said = mappingSaid(plan, object, record !== null);
    if (record === null) return { subject: module, state: 'warning', said };
    if (!isRowsPart(object)) return { subject: module, state: 'ok', said };
    const sample = await sampleOf(client, plan, access, object.key, record);
    return { subject: module, state: 'ok', said, sample };
  } catch (error) {
    return missing(module, error);
  }
}

/** One record as the pull would get it. */
async function oneOf(client: ZohoClient, plan: Plan, object: ObjectPart, module: string): Promise<ExactJson | null> {
  const query = { fields: plan.fieldsOf(object).join(','), per_page: '1', page: '1' };
  const reply = await client.ask({ module, path: module, query }, readFound);
  const [listed] = reply.state === 'data' ? reply.value : [];
  if (listed === undefined) return null;
  return object.gathering.by === 'whole' ? recordOf(client, module, listed.record.id) : listed.fields;
}

async function recordOf(client: ZohoClient, module: string, id: string): Promise<ExactJson | null> {
  const reply = await client.ask({ module, path: `${module}/${id}`, accepts: () => true }, readFound);
  return reply.state === 'data' ? (reply.value[0]?.fields ?? null) : null;
}

/** A record with those it refers to, one step far. */
async function sampleOf(
  client: ZohoClient,
  plan: Plan,
  access: Access,
  key: string,
  record: ExactJson,
): Promise<Record<string, string>> {
  const object = objectOf(key);
  if (!isRowsPart(object)) return {};
  const related = [];
  for (const [field, part] of Object.entries(plan.mappingOf(key).references[key] ?? {})) {
    const id = record.at(field)?.at('id')?.plain;
    if (typeof id !== 'string') continue;
    const found = await recordOf(client, plan.module(objectOf(part)), id);
    if (found !== null) related.push(lineOf(part, found));
  }
  const { company, mapping } = access;
  const month = dayIn(access.now().getTime(), company.timezone).slice(0, 7);
  const of = { kind: kindOf(object), part: key, mapping: mapping?.objects[key], company, month };
  return sampleRow(of, lineOf(key, record), related);
}

function lineOf(part: string, found: ExactJson) {
  const { plain } = found;
  const record: JsonObject = isObject(plain) ? plain : {};
  const { id } = record;
  return { line: 1, part, id: typeof id === 'string' ? id : '', record };
}

/** Column ← field, for each that is mapped. */
function mappingSaid(plan: Plan, object: ObjectPart, hasRecord: boolean): Finding['said'] {
  const none = hasRecord ? [] : [{ zh: '没有记录', en: 'no records' }];
  const columns = isRowsPart(object) ? plan.mappingOf(object.key) : undefined;
  const mapped = (columns?.plan.columns ?? []).flatMap(({ column }) => {
    const ways = columns?.paths.get(column.name)?.ways.map((way) => way.join('.')) ?? [];
    if (ways.length === 0) return [];
    const from = ways.join(' | ');
    return [{ zh: `${column.chinese[0] ?? column.name} ← ${from}`, en: `${column.name} ← ${from}` }];
  });
  const said = [object.title, ...none, ...mapped];
  return { zh: said.map(({ zh }) => zh).join('；'), en: said.map(({ en }) => en).join('; ') };
}

/** Zoho CRM has no module of its own for these: nothing of the kind is pulled until somebody names one. */
function absent({ key, title, setting }: ObjectPart): Finding {
  const name = setting ?? 'lineItems';
  return {
    subject: key,
    state: 'warning',
    said: {
      zh: `不读取${title.zh}：设置 ${name} 没有指明从哪里读`,
      en: `${title.en} are not read: setting ${name} does not say where from`,
    },
  };
}

function missing(subject: string, error: unknown): Finding {
  if (error instanceof Problem) return { subject, state: 'missing', said: error.reason };
  throw error;
}
