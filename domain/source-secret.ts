import type { Bilingual } from './words';

/** Whose secret it is. */
export interface SecretPlace {
  /** The company's code. */
  readonly company: string;
  readonly source: string;
  readonly setting: string;
}

/** The environment variable that holds a secret: upper case, what is no letter or digit becomes `_`. */
export function secretVariable({ company, source, setting }: SecretPlace): string {
  const words = [company, source, setting].map((word) => word.toUpperCase().replace(/[^A-Z0-9]/g, '_'));
  return `SALESCLOSE_SOURCE_${words.join('_')}`;
}

/** The file that holds a secret, below the data folder. */
export function secretFile({ company, source, setting }: SecretPlace): string {
  return `secrets/${company}/${source}/${setting}`;
}

/** The setting that may name a file elsewhere. */
export const fileSetting = (setting: string): string => `${setting}File`;

/** Both ways to give a secret, for whoever has to. */
export function secretWays(place: SecretPlace): Bilingual {
  const [variable, file] = [secretVariable(place), `$SALESCLOSE_DATA/${secretFile(place)}`];
  return {
    zh: `环境变量 ${variable}，或文件 ${file}（权限 0600）`,
    en: `the environment variable ${variable}, or the file ${file} (mode 0600)`,
  };
}
