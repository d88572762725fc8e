import { stringify } from 'yaml';
import { invalidFile } from './file-faults';
import { matches } from './settings-checks';
import { SettingsReader } from './settings-reader';
import { readYaml } from './yaml-tree';

/** Where each canonical column comes from, object by object: what differs from the system's own defaults. */
export interface SourceMapping {
  readonly objects: Readonly<Record<string, ObjectMapping>>;
}

export interface ObjectMapping {
  /** The object or module this company keeps such records in, where it is not the standard one. */
  readonly object?: string;
  /** Canonical column → field, or a path of fields joined by dots; `a|b` the first of them that holds something, `=x` a fixed value. */
  readonly columns: Readonly<Record<string, string>>;
  /** Canonical column → value in the system → canonical word (statuses, methods, currencies). */
  readonly words?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const isObject = matches(/^[A-Za-z0-9_$]{1,100}$/, '对象或模块的 API 名', 'the API name of an object or module');
const WAY = String.raw`[\p{L}\p{N}_$]{1,100}(?:\.[\p{L}\p{N}_$]{1,100}){0,5}`;
/** Nothing is a path too: the column is filled from nowhere. */
const isField = matches(
  new RegExp(String.raw`^(?:=[^\p{Cc}]{1,100}|${WAY}(?:\|${WAY}){0,9})?$`, 'u'),
  '字段名，或以点连接的路径；以 | 并列的几个取第一个有值的；=值 为固定值',
  'a field, or a path of fields joined by dots; the first that holds something of several joined by |; a fixed value after =',
);
const isWord = matches(/^[^\p{Cc}]{1,200}$/u, '1 至 200 个字符', '1 to 200 characters');

/**
 * Reads a mapping file: `objects: {orders: {object, columns: {order_no: name}, words: {status: {已交付: delivered}}}}`.
 * @param defaults the system's own mapping, which knows every object and column
 * @throws Problem SOURCE_MAPPING_INVALID with `details.faults`: [{line, path, reason}]
 */
export function parseSourceMapping(source: string, defaults: SourceMapping | undefined): SourceMapping {
  const { tree, faults } = readYaml(source);
  const file = new SettingsReader(tree, '', faults);
  const section = file.section('objects');
  const objects: Record<string, ObjectMapping> = {};
  for (const name of section.keys()) {
    const known = defaults?.objects[name];
    if (known === undefined) faultUnknown(section, name, Object.keys(defaults?.objects ?? {}));
    objects[name] = readObject(section.section(name), known);
  }
  section.done();
  file.done();
  if (faults.length > 0) {
    throw invalidFile('SOURCE_MAPPING_INVALID', { zh: '字段映射文件', en: 'the mapping file' }, faults);
  }
  return { objects };
}

/** A mapping as the file a person edits. */
export function renderSourceMapping(mapping: SourceMapping): string {
  return stringify(mapping, { lineWidth: 0, aliasDuplicateObjects: false });
}

/** The defaults with what the company maps otherwise. */
export function mergeMappings(defaults: SourceMapping | undefined, own: SourceMapping | undefined): SourceMapping {
  const names = new Set([...Object.keys(defaults?.objects ?? {}), ...Object.keys(own?.objects ?? {})]);
  const merged = [...names].map((name): [string, ObjectMapping] => {
    const [base, over] = [defaults?.objects[name], own?.objects[name]];
    const object = over?.object ?? base?.object;
    const words = { ...base?.words, ...over?.words };
    return [
      name,
      {
        ...(object === undefined ? {} : { object }),
        columns: { ...base?.columns, ...over?.columns },
        ...(Object.keys(words).length === 0 ? {} : { words }),
      },
    ];
  });
  return { objects: Object.fromEntries(merged) };
}

function readObject(section: SettingsReader, known: ObjectMapping | undefined): ObjectMapping {
  const object = section.optionalText('object', isObject);
  const columns = readColumns(section.section('columns'), known);
  const words = readWords(section.section('words'), known);
  section.done();
  return {
    ...(object === undefined ? {} : { object }),
    columns,
    ...(Object.keys(words).length === 0 ? {} : { words }),
  };
}

function readColumns(section: SettingsReader, known: ObjectMapping | undefined): Record<string, string> {
  const found: Record<string, string> = {};
  for (const column of section.keys()) {
    if (known !== undefined && !(column in known.columns)) faultUnknown(section, column, Object.keys(known.columns));
    found[column] = section.text(column, isField);
  }
  return found;
}

function readWords(
  section: SettingsReader,
  known: ObjectMapping | undefined,
): Record<string, Readonly<Record<string, string>>> {
  const found: Record<string, Readonly<Record<string, string>>> = {};
  for (const column of section.keys()) {
    if (known !== undefined && !(column in known.columns)) faultUnknown(section, column, Object.keys(known.columns));
    const values = section.section(column);
    found[column] = Object.fromEntries(values.keys().map((value) => [value, values.text(value, isWord)]));
  }
  return found;
}

function faultUnknown(section: SettingsReader, key: string, known: readonly string[]): void {
  const names = known.join(', ') || '–';
  section.fault(section.lineOf(key), key, `没有这一项；可用：${names}`, `unknown here; known: ${names}`);
}
