import { Type } from '@sinclair/typebox';
import { mkdir, rm } from 'node:fs/promises';
import { createWriteStream } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { TRIAL_BYTES_MAX } from '../../domain/profile-trial';
import { FACT_RELATIONS } from '../../domain/words';
import { enter } from '../../store/access';
import { newestPolicy } from '../../store/companies';
import { addProfile, listProfiles, loadProfile, showProfile } from '../../store/profiles';
import { answerOnce, who } from '../door';
import type { ApiOptions, Door } from '../options';
import { BilingualText, CompanyCode, CompanyParams, described, Moment, Month, words } from '../schemas';
import { bodyOf, encodingOf, limited, plainName } from '../upload';

const RelationWord = words(FACT_RELATIONS);
const ProfileName = Type.String({
  pattern: '^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$',
  description: '映射文件名 · name of a mapping file',
});
const Profile = Type.Object(
  {
    name: ProfileName,
    version: Type.Integer(),
    relation: RelationWord,
    channel: Type.Union([Type.String(), Type.Null()]),
    author: Type.String(),
    createdAt: Moment,
    source: Type.Optional(Type.String({ description: 'YAML' })),
  },
  { description: '映射文件 · mapping file (docs/profiles.md)' },
);
const Count = Type.Integer({ minimum: 0 });
const OddRow = Type.Object({ line: Type.Integer() }, { additionalProperties: true });
const Trial = Type.Object(
  {
    form: Type.Union([Type.String(), Type.Null()]),
    ...{ rowsIn: Count, accepted: Count, rejected: Count, excluded: Count, otherMonth: Count },
    totals: Type.Record(Type.String(), Type.String({ description: 'decimal' })),
    rows: Type.Array(
      Type.Object({
        line: Type.Integer(),
        inPeriod: Type.Boolean(),
        values: Type.Record(Type.String(), Type.String()),
      }),
    ),
    rejectedRows: Type.Array(OddRow),
    excludedRows: Type.Array(OddRow),
    refusal: Type.Union([
      Type.Object({ code: Type.String(), reason: BilingualText }, { additionalProperties: true }),
      Type.Null(),
    ]),
  },
  { description: '试读结果 · what a file would become' },
);
const Proposal = Type.Object({
  yaml: Type.String(),
  relation: RelationWord,
  unsure: Type.Array(BilingualText),
  trial: Type.Union([Trial, Type.Null()]),
});

const FileQuery = {
  fileName: Type.String({ minLength: 1, maxLength: 255 }),
  encoding: Type.Optional(Type.String({ maxLength: 20, description: 'utf-8 | gb18030 | utf-16' })),
  rows: Type.Integer({ minimum: 0, maximum: 200, default: 10, description: '显示的行数 · rows to show' }),
};
const asBytes = { consumes: ['application/octet-stream'] };

/** How a company reads the files of its banks, acquirers and ledgers. */
export function profileRoutes(door: Door, options: ApiOptions): void {
  const { pool } = options;
  door.get(
    '/api/v1/companies/:code/profiles',
    { schema: described('映射文件 · mapping files', { of: Type.Array(Profile) }, { params: CompanyParams }) },
    async (request) => {
      const { companyId } = await enter(pool, who(request), request.params.code, 'read');
      return listProfiles(pool, companyId);
    },
  );

  const show = {
    params: Type.Object({ code: CompanyCode, name: ProfileName }),
    querystring: Type.Object({ version: Type.Optional(Type.Integer({ minimum: 1 })) }),
  };
  door.get(
    '/api/v1/companies/:code/profiles/:name',
    { schema: described('一个映射文件 · one mapping file', { of: Profile }, show) },
    async (request) => {
      const { companyId } = await enter(pool, who(request), request.params.code, 'read');
      return showProfile(pool, companyId, request.params.name, request.query.version);
    },
  );

  const add = {
    params: CompanyParams,
    consumes: ['application/yaml'],
    body: Type.String({ minLength: 1, maxLength: 65_536, description: '映射文件 · mapping file (YAML)' }),
  };
  door.post(
    '/api/v1/companies/:code/profiles',
    {
      schema: described(
        '新增映射文件（或新版本） · add a mapping file, or a version of it',
        { status: 201, of: Profile },
        add,
      ),
    },
    async (request, reply) =>
      answerOnce(pool, request, reply, async (client) => {
        const { companyId } = await enter(client, who(request), request.params.code, 'map');
        const { view, isNew } = await addProfile(client, who(request), companyId, request.body);
        return { status: isNew ? 201 : 200, body: view };
      }),
  );
  trialRoutes(door, options);
}

/** Files that are read without being stored. */
function trialRoutes(door: Door, options: ApiOptions): void {
  const { pool, trials } = options;
  const propose = {
    ...asBytes,
    querystring: Type.Object({ ...FileQuery, relation: Type.Optional(RelationWord), name: Type.Optional(ProfileName) }),
  };
  door.post(
    '/api/v1/profiles/proposal',
    { schema: described('由文件生成映射 · propose a mapping file from a file', { of: Proposal }, propose) },
    async (request) => {
      const { relation, name } = request.query;
      const more = { ...(relation === undefined ? {} : { relation }), ...(name === undefined ? {} : { name }) };
      return withFile(options, request.body, async (path) =>
        trials.propose({ ...fileOf(request.query, path), ...more }),
      );
    },
  );

  const tryIt = {
    ...asBytes,
    params: Type.Object({ code: CompanyCode, month: Month, name: ProfileName }),
    querystring: Type.Object(FileQuery),
  };
  door.post(
    '/api/v1/companies/:code/periods/:month/profiles/:name/try',
    { schema: described('试读，不入库 · read a file without storing it', { of: Trial }, tryIt) },
    async (request) => {
      const { code, month, name } = request.params;
      const { companyId } = await enter(pool, who(request), code, 'read');
      const profile = await loadProfile(pool, companyId, name);
      const { settings: company } = await newestPolicy(pool, companyId);
      return withFile(options, request.body, (path) =>
        trials.try(fileOf(request.query, path), profile, { month, company }),
      );
    },
  );
}

function fileOf(
  query: { readonly fileName: string; readonly encoding?: string; readonly rows: number },
  path: string,
): { path: string; fileName: string; rows: number; encoding?: string } {
  const { fileName, encoding, rows } = query;
  return {
    path,
    fileName: plainName(fileName),
    rows,
    ...(encoding === undefined ? {} : { encoding: encodingOf(encoding) }),
  };
}

/** The body as a file for as long as it is looked at. */
async function withFile<T>({ dataDir }: ApiOptions, body: unknown, look: (path: string) => Promise<T>): Promise<T> {
  const folder = join(dataDir, 'tmp');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `trial-${randomUUID()}`);
  try {
    await pipeline(limited(bodyOf(body), TRIAL_BYTES_MAX), createWriteStream(path, { mode: 0o600 }));
    return await look(path);
  } finally {
    await rm(path, { force: true });
  }
}
