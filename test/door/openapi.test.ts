import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Door } from '../../api/options';
import { buildServer } from '../../api/server';
import { fileTrials } from '../../sources/profile/trials';
import { openPool } from '../../store/db';

/** The description and the router are told apart by asking each; no database is needed for either. */
const pool = openPool('postgres://nobody@127.0.0.1:1/none');
let door: Door;
let routes: string[];
interface Operation {
  readonly summary?: string;
  readonly parameters?: { readonly name: string; readonly in: string }[];
  readonly responses: Record<string, { readonly content?: Record<string, unknown> }>;
}
let described: Record<string, Record<string, Operation>>;

beforeAll(async () => {
  door = await buildServer({ pool, databaseUrl: '', dataDir: '/nowhere', version: '1.2.3', trials: fileTrials });
  await door.ready();
  routes = routesOf(door.printRoutes({ commonPrefix: false }));
  described = (door.swagger() as unknown as { paths: typeof described }).paths;
});
afterAll(async () => {
  await door.close();
  await pool.end();
});

test('every route is described and nothing else is', () => {
  const told = Object.entries(described).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(told.sort()).toEqual(routes.filter((route) => route !== 'GET /openapi.json'));
  expect(routes).toContain('POST /api/v1/companies/{code}/periods/{month}/close/start');
  expect(routes.length).toBeGreaterThan(35);
});

test('every description names its path parameters, its answer and how it refuses', () => {
  for (const [path, methods] of Object.entries(described)) {
    const wanted = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    for (const { summary, parameters = [], responses } of Object.values(methods)) {
      expect(summary).toMatch(/ · /);
      expect(
        parameters
          .filter((one) => one.in === 'path')
          .map(({ name }) => name)
          .sort(),
      ).toEqual(wanted.sort());
      expect(Object.keys(responses['default']?.content ?? {})).toEqual(['application/problem+json']);
    }
  }
});

test('the route table of api/README.md lists each route', () => {
  const readme = readFileSync(join(__dirname, '../../api/README.md'), 'utf8');
  const written = [...readme.matchAll(/`(GET|POST|PUT|DELETE) ([^`?]+)/g)].map(([, method, path]) => {
    const long = path!
      .replace(/^C\b/, '/api/v1/companies/:code')
      .replace(/^P\b/, '/api/v1/companies/:code/periods/:month')
      .replace(/:(\w+)/g, '{$1}');
    return `${method} ${long}`;
  });
  expect([...new Set(written)].sort()).toEqual(routes);
});

/** Fastify prints its routes as a tree; each full path stands on its own line without common prefixes. */
function routesOf(tree: string): string[] {
  const found: string[] = [];
  const above: string[] = [];
  for (const line of tree.split('\n')) {
    const match = /^([\s│├└─]*)(\S.*?) \(([A-Z, ]+)\)$/.exec(line) ?? /^([\s│├└─]*)(\S+)$/.exec(line);
    if (!match) continue;
    const depth = Math.floor(match[1]!.length / 4);
    above.length = Math.max(depth - 1, 0);
    above.push(match[2]!);
    const path = above.join('').replace(/:(\w+)/g, '{$1}');
    for (const method of (match[3] ?? '').split(', ').filter((one) => one !== '' && one !== 'HEAD'))
      found.push(`${method} ${path}`);
  }
  return found.sort();
}
