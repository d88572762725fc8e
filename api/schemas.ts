import { Type, type TSchema } from '@sinclair/typebox';
import {
  EXCEPTION_KINDS,
  FILE_KINDS,
  RECONCILIATIONS,
  RESOLUTION_ACTIONS,
  ROLES,
  STAGES,
  type FileKind,
} from '../domain/words';

/** Shapes that several routes share. */

export const words = <const T extends string>(values: readonly T[]) =>
  Type.Unsafe<T>({ type: 'string', enum: [...values] });

const DECIMAL = '^[0-9]{1,15}(\\.[0-9]{1,5})?$';

export const StageWord = words(STAGES);
export const RoleWord = words(ROLES);
/** A standard kind, or `profile:` and the name of a mapping file. */
export const FileKindWord = Type.Unsafe<FileKind>({
  type: 'string',
  pattern: `^(${FILE_KINDS.join('|')}|profile:[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?)$`,
});
export const ReconciliationWord = words(RECONCILIATIONS);
export const ExceptionKindWord = words(EXCEPTION_KINDS);
export const ActionWord = words(RESOLUTION_ACTIONS);
export const format = <T extends string>(...values: T[]) =>
  Type.Unsafe<T>({ type: 'string', enum: values, default: values[0] });

export const CompanyCode = Type.String({ minLength: 1, maxLength: 64, description: '公司代码 · company code' });
export const Month = Type.String({ pattern: '^[0-9]{4}-(0[1-9]|1[0-2])$', description: '会计期间 · YYYY-MM' });
export const Login = Type.String({ minLength: 1, maxLength: 64 });
export const Reason = Type.String({
  minLength: 1,
  maxLength: 2000,
  pattern: '\\S',
  description: '原因 · in the person’s words',
});
export const Seen = Type.Optional(
  Type.String({ minLength: 1, maxLength: 128, description: '所见数字的哈希 · figures hash' }),
);
export const Moment = Type.String({ format: 'date-time' });

export const CompanyParams = Type.Object({ code: CompanyCode });
export const PeriodParams = Type.Object({ code: CompanyCode, month: Month });
export const BatchParams = Type.Object({ code: CompanyCode, month: Month, batch: Type.Integer({ minimum: 1 }) });

export const BilingualText = Type.Object({ zh: Type.String(), en: Type.String() });
export const Problem = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    code: Type.String({ description: 'docs/errors.md' }),
    reason: BilingualText,
  },
  { additionalProperties: true },
);

const Count = Type.Integer({ minimum: 0 });
const Amount = Type.String({ description: 'decimal' });
export const Batch = Type.Object(
  {
    batch: Type.Integer(),
    kind: FileKindWord,
    file: Type.String(),
    state: Type.String(),
    settled: Type.Boolean(),
    rowsRead: Count,
    rowsIn: Count,
    accepted: Count,
    rejected: Count,
    excluded: Count,
    parked: Count,
    totals: Type.Record(
      Type.String(),
      Type.Object({ rowsIn: Amount, accepted: Amount, rejected: Amount, excluded: Amount, parked: Amount }),
    ),
    evidence: Type.String({ description: 'SHA-256' }),
    channel: Type.Union([Type.String(), Type.Null()]),
    replaces: Type.Union([Type.Integer(), Type.Null()]),
    version: Type.Integer(),
    deferredFrom: Type.Union([Type.Integer(), Type.Null()]),
    importedBy: Type.Union([Type.String(), Type.Null()]),
    importedAt: Moment,
    duplicateOf: Type.Optional(Type.Integer()),
    refusal: Type.Optional(Type.Object({ code: Type.String(), reason: BilingualText }, { additionalProperties: true })),
  },
  { description: '批次 · one import' },
);

/** Which exceptions; as query and in bodies. Parts that are not given do not matter. */
export const ExceptionParts = {
  kind: Type.Optional(ExceptionKindWord),
  reconciliation: Type.Optional(ReconciliationWord),
  currency: Type.Optional(Type.String({ pattern: '^[A-Z]{3}$' })),
  owner: Type.Optional(RoleWord),
  assignee: Type.Optional(
    Type.String({ minLength: 1, maxLength: 64, description: '登录名，- 表示未分派 · login; - for nobody' }),
  ),
  customer: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  min: Type.Optional(Type.String({ pattern: DECIMAL, description: '差额绝对值下限 · least difference, without sign' })),
  max: Type.Optional(
    Type.String({ pattern: DECIMAL, description: '差额绝对值上限 · largest difference, without sign' }),
  ),
  text: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: '单号包含 · stands in a reference' })),
  cause: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: '原因代码 · key of a cause' })),
};
export const ExceptionIds = Type.Array(Type.String({ format: 'uuid' }), {
  minItems: 1,
  maxItems: 10_000,
  uniqueItems: true,
});
/** What an answer asks finance to book, and why it asks for nothing. */
export const JournalOutcome = Type.Object({
  proposals: Type.Integer(),
  notBooked: Type.Array(Type.Object({ count: Type.Integer(), reason: BilingualText })),
});
/** One page of a list; without a limit all of it is streamed. */
export const PageParts = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
  after: Type.Optional(
    Type.String({ maxLength: 2000, description: '上一页的 x-next-after 头 · header x-next-after of the page before' }),
  ),
};

const RecordSide = Type.Array(
  Type.Object(
    { source: Type.String(), reference: Type.String(), date: Type.String(), amount: Amount },
    { additionalProperties: true },
  ),
);
export const ExceptionRow = Type.Object(
  {
    id: Type.String(),
    reconciliation: ReconciliationWord,
    kind: ExceptionKindWord,
    currency: Type.String(),
    difference: Amount,
    left: RecordSide,
    right: RecordSide,
    rule: Type.String(),
    explanation: BilingualText,
    suggestedAction: Type.String(),
    owner: Type.String(),
    state: Type.String({ description: 'open | resolved | superseded' }),
    causedBy: Type.Array(Type.String()),
    assignee: Type.Union([Type.String(), Type.Null()]),
    customer: Type.Union([Type.String(), Type.Null()]),
  },
  { additionalProperties: true, description: '差异 · exception' },
);
export const MatchRow = Type.Object(
  {
    id: Type.String(),
    reconciliation: ReconciliationWord,
    rule: Type.String(),
    state: Type.String({ description: 'confirmed | suggested | apart' }),
    certainty: Type.String(),
    currency: Type.String(),
    difference: Amount,
    left: RecordSide,
    right: RecordSide,
  },
  { additionalProperties: true, description: '匹配 · match' },
);
export const BlockerRow = Type.Object(
  {
    code: Type.String(),
    count: Count,
    owner: Type.String(),
    since: Moment,
    severity: Type.String({ description: 'warn | block' }),
    remedy: BilingualText,
  },
  { additionalProperties: true },
);
export const CompanyView = Type.Object(
  {
    code: Type.String(),
    name: Type.String(),
    currency: Type.String(),
    timezone: Type.String(),
    policyVersion: Type.Integer(),
    settings: Type.Unknown({ description: '公司文件，默认值已补 · the company file with defaults filled in' }),
  },
  { additionalProperties: true },
);
/** A value whose shape the prose describes better than a schema would. */
export const Anything = Type.Unknown();

/** The `schema` of a route: everything OpenAPI shows of it. Every route may answer with a problem. */
export function described<S extends Record<string, unknown>>(
  summary: string,
  answer: { readonly status?: number; readonly of: TSchema; readonly types?: readonly string[] },
  shape: S,
): S & { summary: string; response: Record<string, unknown> } {
  const { status = 200, of, types = ['application/json'] } = answer;
  const content = Object.fromEntries(
    types.map((type) => [type, { schema: type === 'application/json' ? of : Type.String() }]),
  );
  return {
    ...shape,
    summary,
    response: {
      [status]: { description: summary, content },
      default: {
        description: '拒绝 · refused (RFC 9457)',
        content: { 'application/problem+json': { schema: Problem } },
      },
    },
  };
}
