import { Problem } from '../../domain/problem';
import type { SealedMonth } from '../../domain/verify/seal';

/** The sealed months behind a bundle: those whose rows go in, and all seals up to the newest of them. */
export interface BundledMonths {
  readonly inside: readonly SealedMonth[];
  readonly chain: readonly SealedMonth[];
}

/**
 * @param locked the company's locked months, in the order of their seals
 * @param wanted YYYY-MM; undefined: all that are sealed
 * @throws Problem NOT_SEALED_YET
 */
export function chooseMonths(locked: readonly SealedMonth[], wanted: string | undefined): BundledMonths {
  const sealed = locked.filter(({ seal }) => seal !== null);
  const inside = wanted === undefined ? sealed : sealed.filter(({ month }) => month === wanted);
  const newest = inside.at(-1)?.seal?.sequence;
  if (newest === undefined) throw notSealedYet(wanted);
  return { inside, chain: sealed.filter(({ seal }) => seal !== null && seal.sequence <= newest) };
}

function notSealedYet(month: string | undefined): Problem {
  const [zh, en] = month === undefined ? ['', 'no month'] : [`${month} `, month];
  return new Problem('NOT_SEALED_YET', {
    zh: `${zh}尚未结账封存，没有可导出的证据包；请用 close status 查看进度，结账锁定后再导出`,
    en: `${en} is sealed yet, so there is no evidence bundle: see close status, and ask again once the month is locked`,
  });
}
