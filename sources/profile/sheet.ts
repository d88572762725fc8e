import type { Profile } from '../../domain/profile';
import { wrongKind } from '../wire/refusal';
import { HEADER_WITHIN, isHeader } from './layout';
import type { Sheet } from './workbook';

/**
 * The sheet of a workbook that a profile reads: the one it names, else the first that has its header.
 * @throws FileRefused WRONG_KIND where it names one that is not there
 */
export function sheetOf(profile: Profile, sheets: readonly Sheet[]): Sheet {
  if (profile.sheet !== null) {
    const named = sheets.find(({ name }) => name.trim() === profile.sheet);
    if (named !== undefined) return named;
    const names = sheets.map(({ name }) => name).join('、');
    throw wrongKind(
      `工作簿中没有工作表“${profile.sheet}”；有：${names}`,
      `the workbook has no sheet ${profile.sheet}; it has ${names}`,
    );
  }
  const found = sheets.find(({ records }) =>
    records.slice(0, HEADER_WITHIN).some((record) => isHeader(profile, record)),
  );
  return found ?? sheets[0] ?? { name: '', records: [] };
}
