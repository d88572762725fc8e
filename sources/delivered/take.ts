import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bilingual } from '../../domain/words';
import type { Access, Arrival } from '../system';
import { notReady } from '../trouble';
import type { Delivery, Writing } from './delivery';
import type { Place, Seen } from './place';
import { fileChanging, fileRefused, fileTooLarge } from './refusals';
import type { Lying } from './walk';

/** Clocks of two machines that are kept differ by less. */
const CLOCK_DRIFT_MS = 2_000;

/**
 * Copies a file that is complete into the pull's own folder, and makes sure that it did not change meanwhile.
 * @throws SourceWaits SOURCE_NOT_READY (gone, empty, or without its marker), SOURCE_FILE_CHANGING
 * @throws SourceStops SOURCE_FILE_REFUSED, SOURCE_FILE_TOO_LARGE
 */
export async function takeFile<P>(
  place: Place<P>,
  file: Lying<P>,
  options: Delivery & Writing,
  { scratch, now, signal }: Pick<Access, 'scratch' | 'now' | 'signal'>,
): Promise<Arrival> {
  const { system } = place;
  const before = await lookAgain(place, file);
  if (before.bytes > options.mostMegabytes * 1_000_000) throw fileTooLarge(system, file.key, options.mostMegabytes);
  const retryAt = new Date(now().getTime() + Math.max(1, options.settleSeconds) * 1_000);
  if (options.marker !== '' && !file.marked) throw notReady(system, withoutMarker(file.key, options.marker));
  if (options.marker === '') await settled(place, file, before, options.settleSeconds, now, signal);
  if (before.bytes === 0) {
    if (!options.emptyIsNothing) throw notReady(system, withoutBytes(file.key), retryAt);
    return { state: 'empty', reason: isEmpty(file.key) };
  }
  const path = join(scratch, createHash('sha256').update(file.key).digest('hex').slice(0, 24));
  const copied = await place.copy(file.path, path);
  const after = await lookAgain(place, file);
  if (copied !== before.bytes || !isSame(before, after)) {
    await rm(path, { force: true });
    throw fileChanging(system, file.key, retryAt);
  }
  return { state: 'arrived', path, fileName: file.fileName };
}

/** Unchanged for long enough; where the file is from the future, which a clock that goes wrong makes it, that is watched here. */
async function settled<P>(
  place: Place<P>,
  file: Lying<P>,
  seen: Seen,
  seconds: number,
  now: () => Date,
  signal: AbortSignal,
): Promise<void> {
  const age = now().getTime() - seen.at.getTime();
  if (age >= seconds * 1_000) return;
  const readyAt = new Date(seen.at.getTime() + seconds * 1_000);
  if (age >= -CLOCK_DRIFT_MS) throw fileChanging(place.system, file.key, readyAt);
  await sleep(seconds * 1_000, undefined, { signal });
  const later = new Date(now().getTime() + seconds * 1_000);
  if (!isSame(seen, await lookAgain(place, file))) throw fileChanging(place.system, file.key, later);
}

async function lookAgain<P>(place: Place<P>, { path, key, refused }: Lying<P>): Promise<Seen> {
  if (refused) throw fileRefused(place.system, key, refused);
  const seen = await place.look(path);
  if (seen === undefined) throw notReady(place.system, isGone(key));
  if ('refused' in seen) throw fileRefused(place.system, key, seen.refused);
  if (seen.nature === 'folder') throw notReady(place.system, isGone(key));
  return seen;
}

const isSame = (one: Seen, other: Seen): boolean =>
  one.bytes === other.bytes && one.at.getTime() === other.at.getTime();

const isGone = (key: string): Bilingual => ({
  zh: `文件“${key}”（读取前已被移走）`,
  en: `the file ${key} (it went away before it was read)`,
});

const withoutBytes = (key: string): Bilingual => ({
  zh: `文件“${key}”（目前为 0 字节；如表示无数据，请设置 emptyFiles: nothing）`,
  en: `the file ${key} (0 bytes so far; if that means that there was nothing, set emptyFiles: nothing)`,
});

const withoutMarker = (key: string, marker: string): Bilingual => ({
  zh: `文件“${key}”的标志文件（${marker}）`,
  en: `the marker ${marker} of the file ${key}`,
});

const isEmpty = (key: string): Bilingual => ({
  zh: `文件“${key}”为 0 字节，按设置表示无数据`,
  en: `the file ${key} has 0 bytes, which by the settings means that there was nothing`,
});
