import { posix } from 'node:path';
import { filesIn, importsOf, ROOMS } from './house';

/** Which rooms a room may import from, beside itself. Rooms that are not listed stand outside and may use any. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  workflows: ['domain'],
  activities: ['sources', 'documents', 'store', 'domain'],
  sources: ['domain'],
  store: ['domain'],
  documents: ['domain'],
  api: ['store', 'domain'],
  cli: ['domain'],
  worker: ['workflows', 'activities', 'api', 'store', 'documents', 'domain', 'sources', 'sample'],
};

/** Rooms of which a room may know the types, because they vanish when compiled. */
const TYPE_ARROWS: Readonly<Record<string, readonly string[]>> = {
  workflows: ['activities'],
  cli: ['api'],
};

/** Packages a room keeps to; node's own modules count. Rooms that are not listed choose freely. */
const PACKAGES: Readonly<Record<string, RegExp>> = {
  domain: /^(decimal\.js|chinese-days|yaml)$/,
  workflows: /^@temporalio\/(workflow|common)$/,
};

/** Packages that belong to one room, so that nothing reaches PostgreSQL, Temporal or a mail server by a side door. */
const OWNERS: readonly { readonly name: RegExp; readonly rooms: readonly string[] }[] = [
  { name: /^(pg|pg-copy-streams|@prisma\/.*)$/, rooms: ['store'] },
  { name: /^@temporalio\/(client|worker)$/, rooms: ['worker'] },
  { name: /^fastify$|^@fastify\//, rooms: ['api'] },
  { name: /^(pdfkit|write-excel-file|echarts)(\/.*)?$/, rooms: ['documents'] },
];

interface Edge {
  readonly file: string;
  readonly room: string;
  /** A path in the house for relative imports, else undefined. */
  readonly target: string | undefined;
  readonly from: string;
  readonly typeOnly: boolean;
}

const edges: Edge[] = ROOMS.flatMap((room) => filesIn(room, '.ts').map((file) => ({ room, file }))).flatMap(
  ({ room, file }) =>
    importsOf(file).map(({ from, typeOnly }) => ({
      ...{ file, room, from, typeOnly },
      target: from.startsWith('.') ? posix.join(posix.dirname(file), from) : undefined,
    })),
);

function isAllowed({ room, target, typeOnly }: Edge): boolean {
  const allowed = ARROWS[room];
  if (target === undefined || allowed === undefined) return true;
  const other = target.split('/')[0] ?? '';
  return other === room || allowed.includes(other) || (typeOnly && (TYPE_ARROWS[room] ?? []).includes(other));
}

function told({ file, from }: Edge): string {
  return `${file} imports ${from}`;
}

describe('imports', () => {
  it('are found at all', () => {
    expect(edges.length).toBeGreaterThan(100);
  });

  it('point one way between the rooms', () => {
    expect(edges.filter((edge) => !isAllowed(edge)).map(told)).toEqual([]);
  });

  it('of domain and workflows reach no package that does I/O', () => {
    const wrong = edges.filter(({ room, target, from }) => target === undefined && !(PACKAGES[room] ?? /^/).test(from));
    expect(wrong.map(told)).toEqual([]);
  });

  it('use PostgreSQL, Temporal, HTTP and document packages only in the room they belong to', () => {
    const inHouse = edges.filter(({ room, typeOnly }) => ARROWS[room] !== undefined && !typeOnly);
    const wrong = inHouse.filter(({ room, from }) =>
      OWNERS.some((owner) => owner.name.test(from) && !owner.rooms.includes(room)),
    );
    expect(wrong.map(told)).toEqual([]);
  });
});
