import { createHash } from 'node:crypto';
import { daysOf, instantOf, nextMonth } from '../../domain/periods';
import { mappingOf, type MappingPlan } from '../records';
import type { Access, ObjectMapping } from '../system';
import { AROUND, LINE_LISTS } from './columns';
import { isoOf } from './instants';
import { isRowsPart, kindOf } from './kinds';
import { objectOf, OBJECTS, type Gathering, type ObjectPart } from './objects';
import { optionsOf, type Options } from './settings';

const DAY_MS = 24 * 60 * 60_000;
const ALWAYS = ['id', 'Modified_Time'];

/** What is read where, for one company: settings and mapping laid over the objects. */
export class Plan {
  readonly options: Options;

  constructor(private readonly access: Pick<Access, 'settings' | 'mapping' | 'company'>) {
    this.options = optionsOf(access);
  }

  /** The parts this company has; those whose module nobody named are none. */
  get objects(): readonly ObjectPart[] {
    return OBJECTS.filter((object) => this.moduleOf(object) !== undefined);
  }

  /** The module a part is read from, as its mapping, its setting or Zoho names it. */
  moduleOf({ key, setting, module, gathering }: ObjectPart): string | undefined {
    if (gathering.by === 'whole' && this.options.lineItems === 'none') return undefined;
    if (gathering.by === 'named' && this.moduleOf(objectOf(gathering.part)) === undefined) return undefined;
    const orders = gathering.by === 'whole' || gathering.by === 'named' ? this.own('orders')?.object : undefined;
    return this.own(key)?.object ?? orders ?? (setting === undefined ? module : this.access.settings[setting]);
  }

  /** The same of a part that exists. */
  module(object: ObjectPart): string {
    const module = this.moduleOf(object);
    if (module === undefined) throw new Error(`no module is named for ${object.key}`);
    return module;
  }

  mappingOf(key: string): MappingPlan {
    const object = objectOf(key);
    if (!isRowsPart(object)) throw new Error(`${key} has no rows`);
    return mappingOf({ kind: kindOf(object), part: key, mapping: this.own(key) });
  }

  /** The fields of a part's own list. A field through a lookup needs the lookup. */
  fieldsOf({ key, gathering }: ObjectPart): readonly string[] {
    switch (gathering.by) {
      case 'all':
        return this.fieldsNeeded(key);
      case 'changed':
        return fieldsOf([...this.mappingOf(key).paths.values()].flatMap(({ ways }) => ways));
      case 'whole':
        return fieldsOf(this.dateWays);
      case 'named':
        return fieldsOf(this.lookupWays(gathering));
    }
  }

  /** The fields that other parts need of this one's records. */
  fieldsNeeded(key: string): readonly string[] {
    const needs = this.objects.filter(isRowsPart).map((object) => this.mappingOf(object.key).needs.get(key) ?? []);
    return unique([...ALWAYS, ...needs.flatMap((fields) => [...fields])]);
  }

  /** What an order is asked for with its lines: the lines, and what they need of the order around them. */
  orderFields(): readonly string[] {
    const ways = [...this.mappingOf('order-lines').paths.values()].flatMap((path) => path.ways);
    const around = ways.filter(([name]) => name === AROUND).map((way) => way[1] ?? '');
    return unique([...ALWAYS, ...LINE_LISTS, ...around]);
  }

  /** Where the day of an order stands: its lines belong to the month it is in. */
  get dateWays(): readonly (readonly string[])[] {
    return this.mappingOf('orders').paths.get('order_date')?.ways ?? [];
  }

  /** Where a document names its order. */
  lookupWays({ part, column }: Extract<Gathering, { by: 'named' }>): readonly (readonly string[])[] {
    const ways = this.mappingOf(part).paths.get(column)?.ways ?? [];
    return ways.filter((way) => way.length > 1);
  }

  /** From when on changes are read for a month; null where everything is. */
  fromOf({ gathering }: ObjectPart, month: string): string | null {
    if (gathering.by === 'all') return null;
    const { begin } = this.spanOf(month);
    return isoOf(begin - this.options.lookBackDays * DAY_MS);
  }

  /** The month on the company's clocks, in milliseconds since 1970; its end is no longer in it. */
  spanOf(month: string): { begin: number; end: number } {
    const { timezone } = this.access.company;
    const at = (of: string): number => instantOf(daysOf(of).first, '00:00', timezone);
    return { begin: at(month), end: at(nextMonth(month)) };
  }

  private own(key: string): ObjectMapping | undefined {
    return this.access.mapping?.objects[key];
  }
}

/** The same text for the same module and fields: what was read with others is read again. */
export function digestOf(module: string, fields: readonly string[]): string {
  return createHash('sha256')
    .update([module, ...fields].join(','))
    .digest('hex')
    .slice(0, 16);
}

function fieldsOf(ways: readonly (readonly string[])[]): string[] {
  return unique([...ALWAYS, ...ways.map(([field = '']) => field).filter((field) => field !== '')]);
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}
