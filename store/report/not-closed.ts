import { Problem } from '../../domain/problem';

/** A report exists only of a closed month. */
export function notClosedYet(month: string): Problem {
  return new Problem('NOT_CLOSED_YET', {
    zh: `${month} 尚未结账，还没有报告。请用 close status 查看进度，结账完成后再取报告。`,
    en: `${month} is not closed yet, so there is no report: see close status, and ask again once the month is closed`,
  });
}
