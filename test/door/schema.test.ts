import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { testPool } from '../support';

/** Prisma's types, as PostgreSQL calls them. */
const TYPES: Readonly<Record<string, string>> = {
  String: 'text',
  'String @db.Uuid': 'uuid',
  Int: 'int4',
  BigInt: 'int8',
  Boolean: 'bool',
  Json: 'jsonb',
  Bytes: 'bytea',
  'DateTime @db.Timestamptz': 'timestamptz',
  'DateTime @db.Date': 'date',
  'Decimal @db.Decimal': 'numeric',
};

test('schema.prisma says what the migrations made: every column of every table it names, with type and null', async () => {
  const { pool, close } = await testPool();
  try {
    const { rows } = await pool.query<{ column: string }>(
      `SELECT c.table_name || '.' || c.column_name || ' ' || c.udt_name || CASE c.is_nullable WHEN 'YES' THEN '?' ELSE '' END AS column
         FROM information_schema.columns c JOIN pg_class t ON t.relname = c.table_name AND t.relnamespace = 'public'::regnamespace
        WHERE c.table_schema = 'public' AND c.table_name = ANY ($1) AND NOT t.relispartition`,
      [[...modelled().keys()]],
    );
    const told = [...modelled()].flatMap(([table, columns]) => columns.map((column) => `${table}.${column}`));
    expect(told.sort()).toEqual(rows.map(({ column }) => column).sort());
    const tables = await pool.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
          AND NOT relispartition AND relname <> '_prisma_migrations'`,
    );
    expect([...modelled().keys()].sort()).toEqual(tables.rows.map(({ name }) => name).sort());
  } finally {
    await close();
  }
});

function modelled(): Map<string, string[]> {
  const schema = readFileSync(join(__dirname, '../../prisma/schema.prisma'), 'utf8');
  const models = [...schema.matchAll(/^model \w+ \{\n(.*?)^\}/gms)].map(([, body]) => body!);
  return new Map(
    models.map((body) => {
      const table = /@@map\("(\w+)"\)/.exec(body)![1]!;
      const columns = [...body.matchAll(/^ {2}(\w+) +(\w+)(\[\])?(\?)?(.*)$/gm)].flatMap(
        ([, name, type, list, optional, rest]) => {
          const db = /@db\.\w+/.exec(rest!)?.[0];
          const known = TYPES[db === undefined ? type! : `${type} ${db}`];
          if (known === undefined) return [];
          const column = /@map\("(\w+)"\)/.exec(rest!)?.[1] ?? name;
          return [`${column} ${list === undefined ? '' : '_'}${known}${optional ?? ''}`];
        },
      );
      return [table, columns] as const;
    }),
  );
}
