import { Type } from '@sinclair/typebox';
import { PARTS, type PartName } from '../domain/explanation/parts';
import { BilingualText, ExceptionKindWord, ExceptionRow, FileKindWord, MatchRow, ReconciliationWord } from './schemas';

/** Shapes of one exception or match explained. */

const Amount = Type.String({ description: 'decimal' });
const Nullable = <T extends ReturnType<typeof Type.String> | ReturnType<typeof Type.Integer>>(type: T) =>
  Type.Union([type, Type.Null()]);
const Text = Nullable(Type.String());
const Line = Nullable(Type.Integer({ description: '文件行号 · line of the file' }));

const Certainty = Type.Object(
  {
    word: Type.String({ description: 'certain | probable | possible' }),
    label: BilingualText,
    reason: BilingualText,
  },
  { description: '确定程度 · how sure, and why' },
);
const FoundBy = Type.Object(
  {
    code: Type.String(),
    name: BilingualText,
    agrees: Type.Array(Type.String({ description: 'fields' })),
    differs: Type.Array(Type.String()),
  },
  { description: '规则 · the rule that found it' },
);
const Field = Type.Object({
  field: Type.String(),
  label: BilingualText,
  left: Text,
  right: Text,
  mark: Type.String({ description: 'equal | differs | absent' }),
});
const Row = Type.Object(
  {
    id: Type.String(),
    source: Type.String(),
    reference: Type.String(),
    date: Type.String(),
    amount: Amount,
    batch: Type.Integer(),
    kind: FileKindWord,
    file: Type.String(),
    row: Type.Integer(),
    line: Line,
    original: Nullable(Type.String({ description: '原文 · the line as it came' })),
    fields: Type.Array(Type.Object({ name: Type.String(), label: BilingualText, value: Text })),
  },
  { description: '原始记录 · a row of a file' },
);
const Candidate = Type.Object(
  {
    id: Type.String(),
    source: Type.String(),
    reference: Type.String(),
    date: Type.String(),
    amount: Amount,
    file: Text,
    line: Line,
    agrees: Type.Array(Type.String()),
    slip: Nullable(Type.String({ description: 'same | replaced | transposed | left_out | added' })),
    reasons: Type.Array(Type.Object({ code: Type.String(), text: BilingualText })),
    state: Type.String({ description: 'free | matched | exception' }),
    match: Text,
    exception: Text,
  },
  { description: '相近记录 · what nearly matched, and why not' },
);
const Part = Type.Object({
  part: Type.Unsafe<PartName>({ type: 'string', enum: Object.keys(PARTS) }),
  label: BilingualText,
  amount: Amount,
  note: BilingualText,
});
const Cause = Type.Object({
  id: Type.String(),
  reconciliation: ReconciliationWord,
  kind: ExceptionKindWord,
  currency: Type.String(),
  difference: Amount,
  state: Type.String(),
  explanation: BilingualText,
  references: Type.Array(Type.String()),
});

const SHARED = {
  foundBy: FoundBy,
  certainty: Certainty,
  fields: Type.Array(Field),
  leftRows: Type.Array(Row),
  rightRows: Type.Array(Row),
  nearly: Type.Array(Candidate),
  parts: Type.Array(Part, { description: '差额构成，合计等于差额 · they add up to the difference' }),
};

export const ExceptionDetailRow = Type.Object(
  { ...ExceptionRow.properties, ...SHARED, steps: Type.Array(BilingualText), causes: Type.Array(Cause) },
  { additionalProperties: true, description: '差异说明 · one exception explained' },
);
export const MatchDetailRow = Type.Object(
  { ...MatchRow.properties, ...SHARED },
  { additionalProperties: true, description: '匹配说明 · one match explained' },
);
