import type { CompanySettings } from '../../domain/company';
import type { SourceReader } from '../reader';

interface ReadBill {
  readonly rows: number;
  /** The first row as it would be read: canonical column → value, without what is empty. */
  readonly first: Readonly<Record<string, string>> | null;
}

/** Reads a bill without storing it. @throws FileRefused as an import would */
export async function readBill(
  reader: SourceReader,
  file: { readonly path: string; readonly fileName: string; readonly date: string },
  company: CompanySettings,
): Promise<ReadBill> {
  let rows = 0;
  let first: ReadBill['first'] = null;
  const { path, fileName, date } = file;
  await reader.read(
    { path, fileName, month: date.slice(0, 7), company },
    {
      keep(_rowNo, _inPeriod, values) {
        rows += 1;
        first ??= named(reader.columns, values);
      },
      reject: () => void (rows += 1),
      exclude: () => void (rows += 1),
      room: () => Promise.resolve(),
    },
  );
  return { rows, first };
}

function named(columns: readonly string[], values: readonly (string | null)[]): Record<string, string> {
  const cells = columns.map((column, i) => [column, values[i] ?? ''] as const);
  return Object.fromEntries(cells.filter(([, value]) => value !== ''));
}
