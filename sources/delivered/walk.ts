import type { Bilingual } from '../../domain/words';
import { notUnderstood } from '../trouble';
import type { FileRule } from './file-rules';
import type { Found } from './month-plan';
import { isPassing, isPlainName, shownName } from './names';
import type { Name, Place } from './place';

/** A file, or what claims to be one, whose names fit a rule. */
export interface Lying<P> extends Found {
  readonly path: P;
  readonly fileName: string;
  readonly bytes: number;
  /** Why it is not to be read. */
  readonly refused?: Bilingual;
  /** Whether its marker file lies beside it. */
  readonly marked: boolean;
}

/** A folder with more names is not one of deliveries. */
const MOST_NAMES = 200_000;
const LEAVES: Bilingual = {
  zh: '的名称越出所在文件夹或无法辨认',
  en: 'has a name that leaves its folder or cannot be read',
};
const NO_FILE: Bilingual = { zh: '不是普通文件', en: 'is no plain file' };

/** Looks through the folders that rules lead to, and at nothing else. Hidden files and those with a name of something unfinished are passed over. */
export async function walk<P>(place: Place<P>, rules: readonly FileRule[], marker: string): Promise<Lying<P>[]> {
  const walker = new Walker(place, marker);
  const root = await place.root();
  for (const rule of rules) await walker.follow(rule, root, []);
  return [...walker.found.values()];
}

class Walker<P> {
  readonly found = new Map<string, Lying<P>>();
  private readonly listings = new Map<string, readonly Name<P>[]>();

  constructor(
    private readonly place: Place<P>,
    private readonly marker: string,
  ) {}

  async follow(rule: FileRule, folder: P, above: readonly string[]): Promise<void> {
    const listing = await this.listing(folder, above);
    const isLast = above.length === rule.pattern.depth - 1;
    for (const entry of listing) {
      if (isPassing(lastPiece(entry.name)) || !rule.pattern.fits(above.length, lastPiece(entry.name))) continue;
      if (isLast) await this.keep(entry, above, listing);
      else await this.descend(rule, entry, above);
    }
  }

  private async descend(rule: FileRule, entry: Name<P>, above: readonly string[]): Promise<void> {
    if (!isPlainName(entry.name)) return;
    const seen = await this.place.look(entry.path);
    if (seen === undefined || 'refused' in seen || seen.nature !== 'folder') return;
    await this.follow(rule, entry.path, [...above, entry.name]);
  }

  private async keep({ name, path }: Name<P>, above: readonly string[], listing: readonly Name<P>[]): Promise<void> {
    const key = [...above, name].map(shownName).join('/');
    if (this.found.has(key)) return;
    const base = { key, path, fileName: shownName(name), names: [...above, lastPiece(name)] };
    if (!isPlainName(name)) {
      this.found.set(key, { ...base, ...NOTHING_SEEN, refused: LEAVES });
      return;
    }
    const seen = await this.place.look(path);
    if (seen === undefined) return;
    if ('refused' in seen || seen.nature === 'folder') {
      this.found.set(key, { ...base, ...NOTHING_SEEN, refused: 'refused' in seen ? seen.refused : NO_FILE });
      return;
    }
    const { bytes, at } = seen;
    this.found.set(key, { ...base, bytes, at, marked: this.isMarked(name, listing) });
  }

  private isMarked(name: string, listing: readonly Name<P>[]): boolean {
    if (this.marker === '') return false;
    const markers = [name, name.replace(/\.[^.]*$/, '')].map((base) => `${base}${this.marker}`.toLowerCase());
    return listing.some((entry) => markers.includes(entry.name.toLowerCase()));
  }

  private async listing(folder: P, above: readonly string[]): Promise<readonly Name<P>[]> {
    const key = above.join('/');
    const known = this.listings.get(key);
    if (known) return known;
    const names = await this.place.list(folder);
    if (names.length > MOST_NAMES) throw notUnderstood(this.place.system, `more than ${MOST_NAMES} names in a folder`);
    this.listings.set(key, names);
    return names;
  }
}

const NOTHING_SEEN = { bytes: 0, marked: false } as const;

/** What a name that leaves its folder would be called where it leads. */
function lastPiece(name: string): string {
  return name.split(/[/\\]/).at(-1) ?? '';
}
