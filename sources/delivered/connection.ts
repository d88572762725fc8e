import type { Bilingual } from '../../domain/words';
import { Problem } from '../../domain/problem';
import type { Access, Arrival, Connection, FilePart, Finding, Page, Part } from '../system';
import { notReady } from '../trouble';
import { dayOf, deliveryOf, writingOf } from './delivery';
import type { FileRule } from './file-rules';
import { planMonth } from './month-plan';
import type { Place } from './place';
import { takeFile } from './take';
import { walk, type Lying } from './walk';

/** A listing serves the parts of a month that are fetched one after the other; a file that comes meanwhile waits for the next. */
const LISTING_LASTS_MS = 30_000;

/** A source whose files lie in folders, wherever those are. */
export class DeliveredFiles<P> implements Connection {
  private listed: { readonly at: number; readonly lying: readonly Lying<P>[] } | undefined;

  constructor(
    private readonly place: Place<P>,
    private readonly access: Access,
  ) {}

  async parts(month: string): Promise<readonly Part[]> {
    this.listed = undefined;
    const delivery = this.delivery();
    return planMonth(month, delivery.rules, await this.lying(), delivery).parts;
  }

  async fetch(part: FilePart, month: string): Promise<Arrival> {
    const options = { ...this.delivery(), ...writingOf(this.access) };
    const file = planMonth(month, options.rules, await this.lying(), options).found.get(part.key);
    if (file === undefined) throw notReady(this.place.system, missing(part.key));
    return takeFile(this.place, file, options, this.access);
  }

  async *test(): AsyncGenerator<Finding> {
    try {
      const delivery = this.delivery();
      await this.place.list(await this.place.root());
      yield { subject: 'sign-in', state: 'ok', said: { zh: '可以读取目录', en: 'the folder can be read' } };
      const lying = await this.lying();
      for (const rule of delivery.rules) yield findingOf(rule, lying, (at) => dayOf(at, delivery));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      yield { subject: 'sign-in', state: 'missing', said: error.reason };
    }
  }

  async *pages(): AsyncGenerator<Page> {
    throw new RangeError(`${this.place.system.title.en} has files, no records`);
  }

  async close(): Promise<void> {
    await this.place.close();
  }

  private delivery(): ReturnType<typeof deliveryOf> {
    return deliveryOf(this.access, '/');
  }

  private async lying(): Promise<readonly Lying<P>[]> {
    if (this.listed && Date.now() - this.listed.at < LISTING_LASTS_MS) return this.listed.lying;
    const lying = await walk(this.place, this.delivery().rules, writingOf(this.access).marker);
    this.listed = { at: Date.now(), lying };
    return lying;
  }
}

const missing = (key: string): Bilingual => ({ zh: `文件“${key}”`, en: `the file ${key}` });

function findingOf<P>(rule: FileRule, lying: readonly Lying<P>[], dayOfFile: (at: Date) => string): Finding {
  const subject = rule.pattern.text;
  const mine = lying.filter(({ names }) => rule.pattern.dateOf(names) !== undefined);
  const newest = mine.reduce<Lying<P> | undefined>((best, file) => (isLater(file, best) ? file : best), undefined);
  if (newest === undefined) {
    return { subject, state: 'warning', said: { zh: '目前没有符合的文件', en: 'no file fits it so far' } };
  }
  const day = newest.at === undefined ? '' : dayOfFile(newest.at);
  return {
    subject,
    state: newest.refused ? 'warning' : 'ok',
    said: {
      zh: `${String(mine.length)} 个文件按 ${rule.kind} 读取，最新：${newest.key}（${day}${newest.refused?.zh ?? ''}）`,
      en: `${String(mine.length)} files are read as ${rule.kind}; the newest: ${newest.key} (${day}${newest.refused?.en ?? ''})`,
    },
  };
}

function isLater<P>(file: Lying<P>, best: Lying<P> | undefined): boolean {
  return best === undefined || (file.at?.getTime() ?? 0) > (best.at?.getTime() ?? 0);
}
