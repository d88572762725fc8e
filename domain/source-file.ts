import { invalidFile } from './file-faults';
import { SettingsReader, type Expected } from './settings-reader';
import { matches } from './settings-checks';
import { fileSetting, secretWays } from './source-secret';
import { SOURCE_NAME } from './source-words';
import type { SourceMapping } from './source-mapping';
import type { Bilingual } from './words';
import { readYaml } from './yaml-tree';

/** One setting of a source, as `source add` asks for it and its README explains it. */
export interface Setting {
  readonly name: string;
  readonly about: Bilingual;
  /** Its value comes from the environment or a file of mode 0600 each time it is needed; nowhere is it kept. */
  readonly secret?: true;
  readonly optional?: true;
  readonly default?: string;
  readonly pattern?: RegExp;
}

/** What a person is told of an outside system, and what his files are held against. */
export interface SystemInfo {
  readonly name: string;
  readonly title: Bilingual;
  readonly settings: readonly Setting[];
  /** Its own mapping: every object and column a company may map otherwise. Absent where nothing can be mapped. */
  readonly mapping?: SourceMapping;
}

/** A source as its file says: no secrets. */
export interface SourceFile {
  readonly name: string;
  readonly system: string;
  /** The settings given; those left out have their defaults. */
  readonly settings: Readonly<Record<string, string>>;
}

const LONGEST_VALUE = 4_000;

/**
 * Reads a source file: `name`, `system`, `settings`. A secret in it is refused: secrets stand where the worker reads them.
 * @throws Problem SOURCE_FILE_INVALID with `details.faults`: [{line, path, reason}]
 */
export function parseSourceFile(
  source: string,
  company: string,
  systems: Readonly<Record<string, SystemInfo>>,
): SourceFile {
  const { tree, faults } = readYaml(source);
  const file = new SettingsReader(tree, '', faults);
  const name = file.text(
    'name',
    matches(SOURCE_NAME, '1 至 32 个小写字母、数字或连字符', '1 to 32 of a-z, 0-9 and -, not - at an end'),
  );
  const systemName = file.text('system', isSystem(systems));
  const section = file.section('settings');
  const system = systems[systemName];
  const settings = system === undefined ? {} : readSettings(section, system, { company, source: name });
  file.done();
  if (faults.length > 0) throw invalidFile('SOURCE_FILE_INVALID', { zh: '来源文件', en: 'the source file' }, faults);
  return { name, system: systemName, settings };
}

/** A source's settings with the defaults of its system filled in. */
export function withDefaults(system: SystemInfo, settings: SourceFile['settings']): Readonly<Record<string, string>> {
  const defaults = system.settings.flatMap(({ name, default: value }) => (value === undefined ? [] : [[name, value]]));
  return { ...(Object.fromEntries(defaults) as Record<string, string>), ...settings };
}

function readSettings(
  section: SettingsReader,
  system: SystemInfo,
  of: { company: string; source: string },
): Record<string, string> {
  const found: Record<string, string> = {};
  for (const setting of system.settings) {
    const value = setting.secret ? readSecret(section, setting, of) : readPlain(section, setting);
    if (value !== undefined) found[value.name] = value.text;
  }
  section.done();
  return found;
}

function readPlain(section: SettingsReader, setting: Setting): { name: string; text: string } | undefined {
  const { name, optional, default: fallback } = setting;
  if (optional !== true && fallback === undefined) return { name, text: section.text(name, isValueOf(setting)) };
  const text = section.optionalText(name, isValueOf(setting));
  return text === undefined ? undefined : { name, text };
}

/** The secret itself is refused; the path of a file that holds it is a setting like others. */
function readSecret(
  section: SettingsReader,
  setting: Setting,
  of: { company: string; source: string },
): { name: string; text: string } | undefined {
  const { name } = setting;
  if (section.keys().includes(name)) {
    const ways = secretWays({ ...of, setting: name });
    section.text(name, () => null, '');
    section.fault(section.lineOf(name), name, `密钥不写在文件里：${ways.zh}`, `a secret has no place here: ${ways.en}`);
  }
  const path = section.optionalText(fileSetting(name), isPath);
  return path === undefined ? undefined : { name: fileSetting(name), text: path };
}

function isValueOf({ pattern, about }: Setting): (text: string) => Expected | null {
  return (text) => {
    if (text.length > LONGEST_VALUE || /\p{Cc}/u.test(text)) {
      return { zh: `至多 ${LONGEST_VALUE} 个字符的一行文本`, en: `one line of at most ${LONGEST_VALUE} characters` };
    }
    return pattern === undefined || pattern.test(text) ? null : about;
  };
}

function isPath(text: string): Expected | null {
  const isAbsolute = /^\/[^\p{Cc}]{1,1000}$/u.test(text);
  return isAbsolute ? null : { zh: '密钥文件的绝对路径', en: 'the absolute path of a file' };
}

function isSystem(systems: Readonly<Record<string, SystemInfo>>): (text: string) => Expected | null {
  const names = Object.keys(systems).sort();
  return (text) =>
    Object.hasOwn(systems, text) ? null : { zh: names.join('、'), en: `one of ${names.join(', ') || 'none yet'}` };
}
