import { readWord } from '../csv/word-table';
import { mappingOf, sampleRow, type ExactJson, type JsonObject, type MappingPlan, type RecordsKind } from '../records';
import type { Access, Finding } from '../system';
import { SourceStops, SourceWaits } from '../trouble';
import { dayIn } from '../../domain/periods';
import type { FxiaokeClient } from './client';
import { fieldNamed, fieldsOf, type Fields } from './described';
import { FXIAOKE_KINDS } from './kinds';
import { textOf } from './answers';
import { objectOf, referenceOf } from './month-scope';
import { partOf, PARTS, type ObjectPart } from './parts';

/** What `source test` tells: the sign-in, then each object with its mapping and one row as it would be read. */
export async function* findingsOf(client: FxiaokeClient, access: Access): AsyncGenerator<Finding> {
  try {
    const { company } = await client.signIn();
    yield { subject: 'sign-in', state: 'ok', said: { zh: `已登录企业 ${company}`, en: `signed in to ${company}` } };
  } catch (error) {
    yield missing('sign-in', error);
    return;
  }
  for (const part of PARTS.filter(({ key }) => client.options.parts.has(key))) {
    const object = objectOf(access, part);
    try {
      const fields = fieldsOf((await client.describe(object)).plain);
      yield* objectFindings(client, access, part, fields);
    } catch (error) {
      yield missing(object, error);
    }
  }
}

async function* objectFindings(
  client: FxiaokeClient,
  access: Access,
  part: ObjectPart,
  fields: Fields,
): AsyncGenerator<Finding> {
  const object = objectOf(access, part);
  const { records } = await client.query({ object, filters: [], limit: 1 });
  const kind = FXIAOKE_KINDS.find((one) => one.kind === part.kind);
  if (kind === undefined) {
    const count = records.length === 0 ? ['没有记录', 'no records'] : ['可以读取', 'can be read'];
    yield {
      subject: object,
      state: 'ok',
      said: { zh: `${part.title.zh}：${count[0]}`, en: `${part.title.en}: ${count[1]}` },
    };
    return;
  }
  const own = access.mapping?.objects[part.key];
  const plan = mappingOf({ kind, part: part.key, mapping: own });
  const [record] = records;
  const sample = record === undefined ? undefined : await sampleOf(client, access, kind, part, record);
  yield { subject: object, state: 'ok', said: mappingSaid(plan, fields), ...(sample === undefined ? {} : { sample }) };
  yield* warnings(object, plan, fields);
}

/** Column ← field, with the label people know it by. */
function mappingSaid(plan: MappingPlan, fields: Fields): Finding['said'] {
  const mapped = plan.plan.columns.flatMap(({ column }) => {
    const [way] = plan.paths.get(column.name)?.ways ?? [];
    if (way === undefined) return [];
    const label = fieldNamed(fields, way[0] ?? '')?.label ?? '?';
    return [
      {
        zh: `${column.chinese[0] ?? column.name} ← ${way.join('.')}（${label}）`,
        en: `${column.name} ← ${way.join('.')} (${label})`,
      },
    ];
  });
  return { zh: mapped.map(({ zh }) => zh).join('；'), en: mapped.map(({ en }) => en).join('; ') };
}

function* warnings(object: string, plan: MappingPlan, fields: Fields): Generator<Finding> {
  const lost = plan.plan.columns.filter(({ column }) => {
    const ways = plan.paths.get(column.name)?.ways ?? [];
    return ways.length > 0 && ways.every((way) => fieldNamed(fields, way[0] ?? '') === undefined);
  });
  if (lost.length > 0) {
    const [zh, en] = [
      lost.map(({ column }) => column.chinese[0] ?? column.name),
      lost.map(({ column }) => column.name),
    ];
    yield warning(
      object,
      `没有找到这些列的字段，请在映射中指定：${zh.join('、')}`,
      `no field is found for ${en.join(', ')}: name one in the mapping`,
    );
  }
  const unread = unreadOptions(plan, fields);
  if (unread.length > 0) {
    yield warning(
      object,
      `这些取值没有对应，请在映射的 words 中补上：${unread.join('、')}`,
      `these values have no word yet, add them to words of the mapping: ${unread.join(', ')}`,
    );
  }
  if (plan.idle.length > 0) {
    yield warning(
      object,
      `映射中这些列无用：${plan.idle.join('、')}`,
      `the mapping names columns that nothing asks for: ${plan.idle.join(', ')}`,
    );
  }
  const custom = [...fields.values()].filter(({ name }) => name.endsWith('__c') && !isMapped(plan, name));
  if (custom.length > 0) {
    const named = custom.map(({ name, label }) => `${label} ${name}`).join('、');
    yield {
      subject: object,
      state: 'ok',
      said: { zh: `可映射的自定义字段：${named}`, en: `custom fields that could be mapped: ${named}` },
    };
  }
}

/** Options of coded fields that would be rejected. */
function unreadOptions(plan: MappingPlan, fields: Fields): string[] {
  return plan.plan.columns.flatMap(({ column }) => {
    const ways = plan.paths.get(column.name)?.ways ?? [];
    if (column.type !== 'word') return [];
    const words = plan.words.get(column.name);
    const options = ways.flatMap((way) => (way.length === 1 ? (fieldNamed(fields, way[0] ?? '')?.options ?? []) : []));
    return options
      .filter(({ value, label }) => !words?.has(value) && !words?.has(label) && !readWord(label, column).ok)
      .map(({ value, label }) => `${column.name} ${value}（${label}）`);
  });
}

function isMapped(plan: MappingPlan, field: string): boolean {
  return [...plan.paths.values()].some(({ ways }) => ways.some((way) => way.includes(field)));
}

/** A record with those it refers to, one step far. */
async function sampleOf(
  client: FxiaokeClient,
  access: Access,
  kind: RecordsKind,
  part: ObjectPart,
  record: ExactJson,
): Promise<Record<string, string>> {
  const lines = [];
  for (const [field, of] of Object.entries(kind.references[part.key] ?? {})) {
    const id = referenceOf(record, field);
    if (id === '') continue;
    const filters = [{ field: '_id', operator: 'EQ', values: [id] } as const];
    const { records } = await client.query({ object: objectOf(access, partOf(of)), filters, limit: 1 });
    if (records[0]) lines.push(lineOf(of, records[0]));
  }
  const month = dayIn(access.now().getTime(), access.company.timezone).slice(0, 7);
  const of = { kind, part: part.key, mapping: access.mapping?.objects[part.key], company: access.company, month };
  return sampleRow(of, lineOf(part.key, record), lines);
}

function lineOf(part: string, record: ExactJson) {
  return { line: 1, part, id: textOf(record, '_id'), record: record.plain as JsonObject };
}

function missing(subject: string, error: unknown): Finding {
  if (error instanceof SourceStops || error instanceof SourceWaits)
    return { subject, state: 'missing', said: error.reason };
  throw error;
}

function warning(subject: string, zh: string, en: string): Finding {
  return { subject, state: 'warning', said: { zh, en } };
}
