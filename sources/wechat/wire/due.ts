import { addDays, addMonths, daysOf } from '../../../domain/periods';
import { dayInBeijing, inBeijing } from '../../bills/moments';
import type { Named } from '../../trouble';
import { SourceStops } from '../../trouble';

const KEPT_MONTHS = 3;
const ASK_AGAIN_MS = 30 * 60_000;

/** Bills are made by ten the next morning; a day that has none then had nothing. */
export function readyAt(day: string): Date {
  return inBeijing(addDays(day, 1), '10:00');
}

/** A bill in the making is asked for every half hour, from ten on. */
export function askAgainAt(day: string, now: Date): Date {
  return new Date(Math.max(readyAt(day).getTime(), now.getTime() + ASK_AGAIN_MS));
}

/** @throws SourceStops SOURCE_TOO_OLD: WeChat Pay keeps bills for three months */
export function refuseTooOld({ title }: Named, day: string, now: Date): void {
  const today = dayInBeijing(now);
  const month = addMonths(today.slice(0, 7), -KEPT_MONTHS);
  const sameDay = `${month}${today.slice(7)}`;
  const { last } = daysOf(month);
  const oldest = sameDay > last ? last : sameDay;
  if (day >= oldest) return;
  throw new SourceStops('SOURCE_TOO_OLD', {
    zh: `${title.zh}只提供三个月内的账单（${oldest} 起），${day} 的账单请在商户平台下载后以文件导入`,
    en: `${title.en} hands out bills of three months only (since ${oldest}); download the bill of ${day} on the merchant platform and import the file`,
  });
}
