/**
 * The customer's number in 核算项目, which names one or more dimensions of a line: `客户---001---青禾`,
 * `客户---001---青禾|部门---02---销售部`, `客户:001 青禾`. Empty where no customer is named.
 */
export function customerOf(items: string): string {
  if (!items.includes('客户') && !items.includes('购货单位')) return '';
  const dashed = /(?:客户|购货单位)\s*-{3}\s*(.+?)\s*(?:-{3}|[|;；\n]|$)/.exec(items);
  if (dashed !== null) return dashed[1] ?? '';
  const plain = /(?:客户|购货单位)(?:\]|\s*[:/\-\s])\s*([A-Za-z0-9_.-]*[A-Za-z0-9])/.exec(items.normalize('NFKC'));
  return plain?.[1] ?? '';
}
