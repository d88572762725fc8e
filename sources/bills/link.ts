import { notUnderstood, SourceWaits, type Named } from '../trouble';

const MOST_LINKS = 3;

/** What became of a download: the file is there, the link does not lead to it any more, or it leads to something else. */
export type Taken = 'taken' | 'expired' | 'no-bill';

/**
 * Asks for a link and takes the file from it at once, since it lives for seconds; a link that has expired is asked for anew.
 * @returns the link whose file was taken
 * @throws SourceWaits SOURCE_LINK_EXPIRED
 * @throws SourceStops SOURCE_NOT_UNDERSTOOD
 */
export async function takeByLink<L>(
  system: Named,
  ask: () => Promise<L>,
  take: (link: L) => Promise<Taken>,
): Promise<L> {
  let taken: Taken = 'expired';
  for (let asked = 0; asked < MOST_LINKS; asked += 1) {
    const link = await ask();
    taken = await take(link);
    if (taken === 'taken') return link;
  }
  throw taken === 'expired' ? linkExpired(system) : notUnderstood(system, 'a download that is no bill');
}

function linkExpired({ title }: Named): SourceWaits {
  return new SourceWaits('SOURCE_LINK_EXPIRED', {
    zh: `${title.zh}的下载链接 ${String(MOST_LINKS)} 次均已失效，稍后自动重试`,
    en: `the download link of ${title.en} had expired ${String(MOST_LINKS)} times; it is tried again`,
  });
}
