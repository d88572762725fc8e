import type { CsvKind } from '../../domain/file-columns';
import type { Bilingual, StandardKind } from '../../domain/words';
import type { PartRows } from '../records';
import { INVOICES, ORDER_LINES, ORDERS, RECEIPTS, RETURNS } from './columns';

/**
 * How a part's records are got.
 * - `all`: the module's list, whatever the month
 * - `changed`: the module's list of what was changed since before the month
 * - `whole`: the same, each record by itself, since a list leaves out its line items
 * - `named`: records of this module that those of another part name
 */
export type Gathering =
  | { readonly by: 'all' | 'changed' | 'whole' }
  | { readonly by: 'named'; readonly part: string; readonly column: string };

/** One module of the CRM and what it is to a month. */
export interface ObjectPart {
  readonly key: string;
  readonly title: Bilingual;
  /** The standard module's API name; a mapping may name another. Absent where Zoho has no such module. */
  readonly module?: string;
  /** The setting that names the module a company made for it. */
  readonly setting?: string;
  readonly gathering: Gathering;
  readonly kind?: StandardKind;
  readonly as?: CsvKind;
  readonly rows?: PartRows;
  readonly uses?: readonly string[];
}

/** In the order they are fetched. */
export const OBJECTS: readonly ObjectPart[] = [
  { key: 'customers', title: { zh: '客户', en: 'customers' }, module: 'Accounts', gathering: { by: 'all' } },
  {
    key: 'orders',
    title: { zh: '销售订单', en: 'sales orders' },
    module: 'Sales_Orders',
    gathering: { by: 'changed' },
    kind: 'zoho-orders',
    as: 'orders-csv',
    rows: ORDERS,
    uses: ['customers'],
  },
  {
    key: 'order-lines',
    title: { zh: '订单明细', en: 'order lines' },
    module: 'Sales_Orders',
    gathering: { by: 'whole' },
    kind: 'zoho-order-lines',
    as: 'order-lines-csv',
    rows: ORDER_LINES,
  },
  ...billing(
    'invoices',
    { zh: '发票', en: 'invoices' },
    { module: 'Invoices' },
    'zoho-invoices',
    'invoices-csv',
    INVOICES,
  ),
  ...billing(
    'returns',
    { zh: '退货', en: 'returns' },
    { setting: 'returnsModule' },
    'zoho-returns',
    'returns-csv',
    RETURNS,
  ),
  ...billing(
    'receipts',
    { zh: '收款', en: 'receipts' },
    { setting: 'paymentsModule' },
    'zoho-receipts',
    'receipts-csv',
    RECEIPTS,
  ),
];

/** Documents that name an order: the orders they name, which may be of other months, and themselves. */
function billing(
  key: string,
  title: Bilingual,
  module: Pick<ObjectPart, 'module' | 'setting'>,
  kind: StandardKind,
  as: CsvKind,
  rows: PartRows,
): ObjectPart[] {
  const named = `${key}-orders`;
  return [
    {
      key: named,
      title: { zh: `${title.zh}所涉订单`, en: `orders of ${title.en}` },
      module: 'Sales_Orders',
      gathering: { by: 'named', part: key, column: 'order_no' },
    },
    { key, title, ...module, gathering: { by: 'changed' }, kind, as, rows, uses: ['customers', named] },
  ];
}

export function objectOf(key: string): ObjectPart {
  const object = OBJECTS.find((one) => one.key === key);
  if (object === undefined) throw new Error(`Zoho has no part ${key}`);
  return object;
}
