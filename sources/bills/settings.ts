import { Problem } from '../../domain/problem';
import type { Access, Setting } from '../system';
import { SourceStops } from '../trouble';

const HOST = String.raw`(?:https://[\w.-]+|http://(?:127\.0\.0\.1|localhost))(?::\d{1,5})?`;

/** An origin that requests may go to: encrypted, or on this machine. */
export const SAFE_ORIGIN = new RegExp(`^${HOST}$`);
/** Such an origin with a path. */
export const SAFE_ADDRESS = new RegExp(`^${HOST}/[\\w./-]+$`);

/**
 * A setting's value, its default where it has none, empty where it is optional.
 * @throws SourceStops SOURCE_SETTING_INVALID
 */
export function settingOf({ settings }: Access, all: readonly Setting[], name: string): string {
  const setting = all.find((one) => one.name === name);
  if (setting === undefined) throw new Error(`no setting is called ${name}`);
  const value = (settings[name] ?? '').trim() || (setting.default ?? '');
  const isLeftOut = value === '' && setting.optional === true;
  const isWrong = value === '' || (setting.pattern !== undefined && !setting.pattern.test(value));
  if (isWrong && !isLeftOut) throw settingInvalid(setting);
  return value;
}

/** A secret that need not be there. @throws SourceStops SECRET_EXPOSED */
export function optionalSecret({ secret }: Access, name: string): string | undefined {
  try {
    return secret(name).trim() || undefined;
  } catch (error) {
    if (error instanceof Problem && error.code === 'SECRET_MISSING') return undefined;
    throw error;
  }
}

function settingInvalid({ name, about }: Setting): SourceStops {
  return new SourceStops('SOURCE_SETTING_INVALID', {
    zh: `设置 ${name} 缺失或格式不符：${about.zh}`,
    en: `the setting ${name} is missing or not as it should be: ${about.en}`,
  });
}
