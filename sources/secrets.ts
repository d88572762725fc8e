import { existsSync, readFileSync, realpathSync, statSync, type Stats } from 'node:fs';
import { join, relative } from 'node:path';
import { fileSetting, secretFile, secretVariable, secretWays } from '../domain/source-secret';
import { SourceStops } from './trouble';

/** Where the secrets of one source are looked for. */
export interface SecretsPlace {
  /** The company's code. */
  readonly company: string;
  readonly source: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly dataDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Rights of the group and of others. */
const OTHERS = 0o077;
/** Shorter pieces stand in ordinary words, too. */
const SHORTEST_HIDDEN = 6;

/** The secrets of one source: read anew each time, kept nowhere but here, so that texts can be cleared of them. */
export class Secrets {
  private readonly seen = new Set<string>();

  constructor(private readonly place: SecretsPlace) {}

  /**
   * The environment first, then the file its setting names, then the file below the data folder.
   * @throws SourceStops SECRET_MISSING, SECRET_EXPOSED, SECRET_NOT_OWN
   */
  read(setting: string): string {
    const { env, settings, dataDir } = this.place;
    const place = { ...this.place, setting };
    const path = settings[fileSetting(setting)] ?? join(dataDir, secretFile(place));
    const value = env[secretVariable(place)] || readSecretFile(this.own(path));
    if (value === undefined || value.trim() === '') throw this.missing(setting);
    this.remember(value);
    return value;
  }

  /** A text in which no secret stands that was read here, in whatever form it travels. */
  hide(text: string): string {
    let hidden = text;
    for (const secret of this.seen) hidden = hidden.replaceAll(secret, '***');
    return hidden;
  }

  /** The data folder holds other secrets than this source's. */
  private own(path: string): string {
    const { dataDir, company, source } = this.place;
    const real = existsSync(path) ? realpathSync(path) : path;
    const home = existsSync(dataDir) ? realpathSync(dataDir) : dataDir;
    const isForeign = isBelow(home, real) && !isBelow(join(home, 'secrets', company, source), real);
    if (isForeign) throw foreign(path);
    return path;
  }

  private remember(value: string): void {
    const lines = value.split(/\r?\n/);
    for (const form of [value, ...lines].flatMap(formsOf)) if (form.length >= SHORTEST_HIDDEN) this.seen.add(form);
  }

  private missing(setting: string): SourceStops {
    const ways = secretWays({ ...this.place, setting });
    return new SourceStops('SECRET_MISSING', {
      zh: `来源 ${this.place.source} 缺少密钥 ${setting}。请提供${ways.zh}，并重启 worker（用环境变量时）`,
      en: `the secret ${setting} of source ${this.place.source} is missing: give ${ways.en}; a variable counts once the worker is started again`,
    });
  }
}

/** Longest first, so that nothing of a whole is left over when a piece is hidden. */
function formsOf(text: string): string[] {
  const bytes = Buffer.from(text, 'utf8');
  const forms = [
    text,
    encodeURIComponent(text),
    JSON.stringify(text).slice(1, -1),
    bytes.toString('base64'),
    bytes.toString('hex'),
  ];
  return forms.sort((a, b) => b.length - a.length);
}

/** A file's text without the line's end that editors add; undefined where there is none. */
function readSecretFile(path: string): string | undefined {
  const stats = statOf(path);
  if (stats?.isFile() !== true) return undefined;
  if ((stats.mode & OTHERS) !== 0) throw exposed(path);
  return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
}

function statOf(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}

function isBelow(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '' && !way.startsWith('..');
}

function foreign(path: string): SourceStops {
  return new SourceStops('SECRET_NOT_OWN', {
    zh: `${path} 属于本安装的其他数据，不作为此来源的密钥；请放在该来源自己的 secrets 目录或数据目录之外`,
    en: `${path} belongs to other data of this installation and is no secret of this source; put it into the source's own folder below secrets, or outside the data folder`,
  });
}

function exposed(path: string): SourceStops {
  return new SourceStops('SECRET_EXPOSED', {
    zh: `密钥文件可被他人读取，未使用。请执行：chmod 600 ${path}`,
    en: `others can read the file of a secret, so it is not used. Type: chmod 600 ${path}`,
  });
}
