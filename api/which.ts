import { Problem } from '../domain/problem';
import type { Which } from '../store/decisions/targets';
import type { ExceptionFilter } from '../store/exceptions/filter';

/**
 * Which exceptions a body means: those it lists, or every open one that its filter lets through.
 * @throws Problem BAD_REQUEST (400) unless it says exactly one of the two
 */
export function whichOf({ exceptions, ...filter }: { readonly exceptions?: string[] } & ExceptionFilter): Which {
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  if (exceptions !== undefined && !isFiltered) return { exceptions };
  if (exceptions === undefined && isFiltered) return { filter };
  throw new Problem(
    'BAD_REQUEST',
    {
      zh: '请给出 exceptions 或筛选条件（kind、cause 等），二者择一',
      en: 'give exceptions, or a filter (kind, cause and so on), one of them',
    },
    400,
  );
}
