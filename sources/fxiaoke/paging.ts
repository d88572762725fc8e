import type { ExactJson } from '../records';
import type { Access, Page, SourceRecord } from '../system';
import { PAGE_ROWS, type Filter, type FxiaokeClient, type QueryAnswer } from './client';
import { nextSweep, readCursor, writeCursor, type Batch, type Place, type Sweep } from './cursor';
import { textOf } from './answers';
import { datedOf, objectOf, referenceOf, type Dated } from './month-scope';
import { partOf, type ObjectPart } from './parts';

/** One page and where it leads. */
interface Step {
  readonly records: readonly SourceRecord[];
  readonly place: Place;
  readonly isDone: boolean;
  readonly expected?: number;
}

/** The pages of one part of one month. */
export class Paging {
  private readonly dated: Dated | null;
  private readonly object: string;
  private readonly sweeps: readonly Sweep[];

  constructor(
    private readonly client: FxiaokeClient,
    private readonly access: Access,
    private readonly part: ObjectPart,
    month: string,
  ) {
    this.dated = datedOf(access, part, month);
    this.object = objectOf(access, part);
    const changes: Sweep[] = part.extent.by === 'children' ? ['parents', 'changed'] : ['changed'];
    this.sweeps = ['all', ...changes, ...(client.options.invalidated ? (['gone'] as const) : [])];
  }

  /** From a cursor on until nothing is left; what has come more than once comes in its latest form last. */
  async *pages(cursor: string | null): AsyncGenerator<Page> {
    let place = readCursor(cursor, this.access.now().getTime());
    for (;;) {
      const step = await this.step(place);
      if (step.records.length > 0 || step.isDone) yield pageOf(step);
      if (step.isDone) return;
      place = step.place;
    }
  }

  /** How many live records of the month the system counts; undefined where only the dates of others decide. */
  async count(): Promise<number | undefined> {
    if (this.part.extent.by === 'children') return undefined;
    const filters = this.dated?.filters ?? [];
    const { total } = await this.client.query({
      object: this.object,
      filters,
      limit: 1,
      fields: ['_id'],
      counts: true,
    });
    return total;
  }

  private step(place: Place): Promise<Step> {
    const { extent } = this.part;
    if (place.sweep === 'gone') return this.gone(place);
    if (extent.by !== 'children') return place.sweep === 'all' ? this.all(place) : this.changed(place);
    return place.sweep === 'changed' ? this.changedChildren(place, extent) : this.childrenOfParents(place, extent);
  }

  private async all(place: Place): Promise<Step> {
    const counts = place.after === '' ? ({ counts: true } as const) : {};
    const page = await this.page(place, this.dated?.filters ?? [], counts);
    const step = this.after(place, page, () => true);
    return page.total === undefined ? step : { ...step, expected: page.total };
  }

  /** A record that has left the month is none of its any more. */
  private async changed(place: Place): Promise<Step> {
    const page = await this.page(place, [changedSince(place.since)]);
    return this.after(place, page, (record) => this.dated?.holds(record) ?? true);
  }

  private async gone(place: Place): Promise<Step> {
    const { invalidated } = this.client.options;
    const mark: Filter[] = invalidated
      ? [{ field: invalidated.field, operator: 'EQ', values: [invalidated.value] }]
      : [];
    const page = await this.page(place, [changedSince(place.since), ...mark]);
    return this.after(place, page, () => false);
  }

  private async childrenOfParents(place: Place, extent: ChildrenExtent): Promise<Step> {
    const batch = place.batch ?? (await this.parents(place, extent));
    if (batch.ids.length === 0) return { records: [], ...nextSweep(place, this.sweeps) };
    const page = await this.page(place, [{ field: extent.field, operator: 'IN', values: batch.ids }]);
    const ours = new Set(batch.ids.slice(0, batch.ours));
    const isOurs = (record: ExactJson): boolean => ours.has(referenceOf(record, extent.field));
    const records = this.taken(page, isOurs, batch.newest);
    if (isFull(page)) return { records, place: { ...place, batch, after: page.ids.at(-1) ?? '' }, isDone: false };
    if (batch.isLast) return { records, ...nextSweep(place, this.sweeps) };
    const parentsAfter = [...batch.ids].sort().at(-1) ?? '';
    return { records, place: { ...place, parentsAfter, after: '', batch: null }, isDone: false };
  }

  /** The next parents: of the month, or changed since. */
  private async parents(place: Place, extent: ChildrenExtent): Promise<Batch> {
    const { dated } = this;
    const isAll = place.sweep === 'all';
    const page = await this.client.query({
      object: objectOf(this.access, partOf(extent.of)),
      filters: isAll ? (dated?.filters ?? []) : [changedSince(place.since)],
      after: place.parentsAfter,
      limit: PAGE_ROWS,
      fields: ['_id', 'last_modified_time', ...(dated ? [dated.field] : [])],
    });
    const isOurs = page.records.map((record) => isAll || (dated?.holds(record) ?? true));
    const ours = page.ids.filter((_, at) => isOurs[at]);
    const others = page.ids.filter((_, at) => !isOurs[at]);
    return {
      ids: [...ours, ...others],
      ours: ours.length,
      isLast: !isFull(page),
      newest: Math.max(0, ...page.records.map(changedAt)),
    };
  }

  private async changedChildren(place: Place, extent: ChildrenExtent): Promise<Step> {
    const page = await this.page(place, [changedSince(place.since)]);
    const parents = new Set(page.records.map((record) => referenceOf(record, extent.field)).filter((id) => id !== ''));
    const ours = new Set(parents.size === 0 ? [] : await this.ofTheMonth([...parents], extent));
    return this.after(place, page, (record) => ours.has(referenceOf(record, extent.field)));
  }

  /** Those of some parents that belong to the month. */
  private async ofTheMonth(parents: readonly string[], extent: ChildrenExtent): Promise<readonly string[]> {
    const { ids } = await this.client.query({
      object: objectOf(this.access, partOf(extent.of)),
      filters: [{ field: '_id', operator: 'IN', values: parents }, ...(this.dated?.filters ?? [])],
      limit: PAGE_ROWS,
      fields: ['_id'],
    });
    return ids;
  }

  private page(
    place: Place,
    filters: readonly Filter[],
    counts: { readonly counts?: true } = {},
  ): Promise<QueryAnswer> {
    return this.client.query({ object: this.object, filters, after: place.after, limit: PAGE_ROWS, ...counts });
  }

  /** The step a page of one query makes. */
  private after(place: Place, page: QueryAnswer, isOurs: (record: ExactJson) => boolean): Step {
    const records = this.taken(page, isOurs);
    if (!isFull(page)) return { records, ...nextSweep(place, this.sweeps) };
    return { records, place: { ...place, after: page.ids.at(-1) ?? '' }, isDone: false };
  }

  /** @param parents when a parent was changed last: its child comes into the month, or leaves it, with it */
  private taken({ records, ids }: QueryAnswer, isOurs: (record: ExactJson) => boolean, parents = 0): SourceRecord[] {
    return records.map((record, at) => {
      const id = ids[at] ?? '';
      const modifiedAt = new Date(Math.max(changedAt(record), parents)).toISOString();
      if (!isOurs(record) || this.isGone(record)) return { id, modifiedAt, deleted: true, text: '' };
      return { id, modifiedAt, text: record.text };
    });
  }

  private isGone(record: ExactJson): boolean {
    const { invalidated } = this.client.options;
    const isInvalid = invalidated !== undefined && textOf(record, invalidated.field) === invalidated.value;
    return isInvalid || ['true', '1'].includes(textOf(record, 'is_deleted'));
  }
}

type ChildrenExtent = Extract<ObjectPart['extent'], { by: 'children' }>;

function pageOf({ records, place, expected }: Step): Page {
  return { records, cursor: writeCursor(place), ...(expected === undefined ? {} : { expected }) };
}

function changedSince(since: number): Filter {
  return { field: 'last_modified_time', operator: 'GTE', values: [String(since)] };
}

/** A page that is not full is the last one. */
function isFull({ records }: QueryAnswer): boolean {
  return records.length >= PAGE_ROWS;
}

/** Milliseconds since 1970; the beginning of time where the record does not say. */
function changedAt(record: ExactJson): number {
  const ms = textOf(record, 'last_modified_time') || textOf(record, 'create_time');
  return /^\d{1,14}$/.test(ms) ? Number(ms) : 0;
}
