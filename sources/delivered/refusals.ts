import type { Bilingual } from '../../domain/words';
import { SourceStops, SourceWaits, type Named } from '../trouble';
import { shownName } from './names';

/** @param name a setting of the source */
export function settingRefused(name: string, value: string, why: Bilingual): SourceStops {
  const shown = shownName(value);
  return new SourceStops('SOURCE_SETTING_INVALID', {
    zh: `数据来源的设置 ${name} 不能用“${shown}”：${why.zh}。请更正后运行 source test`,
    en: `the source's setting ${name} cannot be "${shown}": ${why.en}. Correct it and run source test`,
  });
}

/** A file that is no file, or does not lie where it seems to. */
export function fileRefused({ title }: Named, key: string, why: Bilingual): SourceStops {
  return new SourceStops('SOURCE_FILE_REFUSED', {
    zh: `${title.zh}的文件“${key}”${why.zh}，不予读取。请让发送方以普通文件重新提供，或把它移走`,
    en: `the file ${key} of ${title.en} ${why.en}, and is not read. Have it delivered again as a plain file, or move it away`,
  });
}

export function fileTooLarge({ title }: Named, key: string, mostMegabytes: number): SourceStops {
  return new SourceStops('SOURCE_FILE_TOO_LARGE', {
    zh: `${title.zh}的文件“${key}”超过 ${String(mostMegabytes)} MB。请核对文件；确需读取时调大设置 maxMegabytes`,
    en: `the file ${key} of ${title.en} is larger than ${String(mostMegabytes)} MB. Check it; if it is right, raise the setting maxMegabytes`,
  });
}

/** Somebody is still writing it. */
export function fileChanging({ title }: Named, key: string, retryAt: Date): SourceWaits {
  return new SourceWaits(
    'SOURCE_FILE_CHANGING',
    {
      zh: `${title.zh}的文件“${key}”仍在写入，写完后再读取`,
      en: `the file ${key} of ${title.en} is still being written; it is read when that has ended`,
    },
    retryAt,
  );
}
