import { disagreements, resultsOf, totalOf, type Outcome, type Tally } from './outcome';
import type { PlantedFiles } from './plant';

/** One size, measured on both sides. */
export interface Measured {
  readonly orders: number;
  readonly files: PlantedFiles;
  readonly duckdb: Outcome;
  readonly product: Outcome;
}

const WIDTH = 26;
const STEPS_SHOWN = 20;
const cells = (...texts: readonly string[]): string =>
  texts.map((text, column) => (column === 0 ? text.padEnd(WIDTH) : text.padStart(WIDTH))).join('');
const counted = ({ count, difference }: Tally = { count: 0, difference: '0.00' }): string =>
  `${count} ${difference.padStart(16)}`;
const seconds = (value: number): string => `${value.toFixed(2)} s`;

/** One size: seconds of each part, the ratio, what was found, memory. */
export function describe({ orders, files, duckdb, product }: Measured): readonly string[] {
  const names = [...new Set([...product.parts, ...duckdb.parts].map(([name]) => name))];
  const part = (side: Outcome, name: string): string => {
    const found = side.parts.find(([other]) => other === name);
    return found ? seconds(found[1]) : '';
  };
  const sides = [files.planted, duckdb.tallies, product.tallies];
  const wrong = new Set(disagreements(sides));
  return [
    '',
    `${orders} orders, ${files.vouchers} postings (vouchers) of ${files.lines} ledger lines: ${orders + files.lines} rows`,
    '',
    cells('', 'DuckDB in memory', 'salesclose, durable'),
    ...names.map((name) => cells(name, part(duckdb, name), part(product, name))),
    cells('total', seconds(totalOf(duckdb)), seconds(totalOf(product))),
    cells('ratio', '1.00 ×', `${ratio(duckdb, product).toFixed(2)} ×`),
    cells('peak memory of Node', `${duckdb.peakMb} MB`, `${product.peakMb} MB`),
    '',
    cells('count and difference', 'planted', 'DuckDB', 'salesclose'),
    ...resultsOf(sides).map((result) =>
      cells(result, ...sides.map((side) => counted(side[result]))).concat(wrong.has(result) ? '  ← differ' : ''),
    ),
  ];
}

/** Late rows against the compared month; DuckDB has nothing like it, since it keeps nothing. */
export function describeLate({ product }: Measured): readonly string[] {
  if (product.late === undefined) return [];
  const { rows, seconds: took, indexSeconds, settled, raised } = product.late;
  return [
    '',
    cells('late rows', String(rows)),
    cells('against what is open', seconds(took)),
    cells('settled and raised', `${settled} and ${raised}`),
    cells('indexes of the month', seconds(indexSeconds)),
  ];
}

/** Where the product's match spends its time. */
export function describeSteps({ product }: Measured): readonly string[] {
  const steps = (product.steps ?? []).slice(0, STEPS_SHOWN);
  return ['', ...steps.map(([name, value]) => `${name.padEnd(2 * WIDTH)}${seconds(value).padStart(WIDTH)}`)];
}

/** Several sizes: what a row costs, against the smallest size. */
export function describeGrowth(all: readonly Measured[]): readonly string[] {
  const [first] = all;
  if (!first || all.length < 2) return [];
  const perRow = ({ orders, files, product }: Measured): number => totalOf(product) / (orders + files.lines);
  return [
    '',
    cells('orders', 'µs a row', 'growth a row', 'against DuckDB').concat('peak memory of Node'.padStart(WIDTH)),
    ...all.map((one) =>
      cells(
        String(one.orders),
        (perRow(one) * 1e6).toFixed(2),
        `${(perRow(one) / perRow(first)).toFixed(2)} ×`,
        `${ratio(one.duckdb, one.product).toFixed(2)} ×`,
        `${one.product.peakMb} MB`,
      ),
    ),
  ];
}

const ratio = (duckdb: Outcome, product: Outcome): number => totalOf(product) / totalOf(duckdb);
