import type { BatchLine, DecisionKind, DecisionsSection, ReportModel } from '../domain/report-model';
import { ANSWER_NAMES, ROLE_NAMES, STAGE_NAMES, type Bilingual, type Role } from '../domain/words';
import { amountColumn, column, CURRENCY } from './columns';
import { both, count } from './format';
import { estimateTables } from './outline-estimates';
import type { CellKind, Row, Section, Table } from './outline';

/** The first page: which month, under which rules, and its figures in a few lines. */
export function summarySection(model: ReportModel): Section {
  const { sales, receipts, receivables } = model;
  const currencies = [
    ...new Set([...sales.totals, ...receipts.totals, ...receivables.totals].map((total) => total.currency)),
  ].sort();
  const figures = currencies.map((currency): Row => {
    const sold = sales.totals.find((total) => total.currency === currency);
    const received = receipts.totals.find((total) => total.currency === currency);
    const owed = receivables.totals.find((total) => total.currency === currency);
    return {
      cells: [
        currency,
        String(sold?.count ?? 0),
        sold?.gross ?? null,
        sold?.returns ?? null,
        sold?.netSales ?? null,
        received?.amount ?? null,
        owed?.closing ?? null,
      ],
    };
  });
  return {
    name: { zh: '概要', en: 'Summary' },
    tables: [
      {
        name: { zh: '本月数字', en: 'The month in figures' },
        columns: [
          CURRENCY,
          column('订单', 'Orders', 'count', 0.8),
          amountColumn('销售含税', 'Sales gross'),
          amountColumn('退货', 'Returns'),
          amountColumn('销售净额', 'Less returns'),
          amountColumn('净收款', 'Net received'),
          amountColumn('期末应收', 'Receivable'),
        ],
        rows: figures,
      },
      ...estimateTables(model),
      factsTable(model),
      hashesTable(model),
    ],
  };
}

function factsTable(model: ReportModel): Table {
  const facts: [Bilingual, string][] = [
    [{ zh: '公司', en: 'Company' }, `${model.company.name} (${model.company.code})`],
    [{ zh: '会计期间', en: 'Period' }, model.month],
    [{ zh: '结账制度', en: 'Policy' }, `v${model.policyVersion}`],
    [{ zh: '对账规则', en: 'Rules' }, model.ruleVersion],
    [{ zh: '差异', en: 'Exceptions' }, count(model.exceptions.total)],
    [{ zh: '拒收行', en: 'Rejected rows' }, count(model.leftOut.rejectedRows)],
    [{ zh: '未处理迟到行', en: 'Rows still parked' }, count(model.leftOut.parkedRows)],
    [{ zh: '转下月的行', en: 'Rows sent to the next month' }, count(model.leftOut.deferredRows)],
  ];
  return factTable({ zh: '依据', en: 'On what it rests' }, 'text', facts);
}

function hashesTable(model: ReportModel): Table {
  return factTable({ zh: '指纹', en: 'Hashes' }, 'hash', [
    [{ zh: '数字指纹', en: 'Figures hash' }, model.figuresHash],
    [{ zh: '封存指纹', en: 'Seal hash' }, model.seal.hash],
  ]);
}

function factTable(name: Bilingual, kind: CellKind, facts: readonly [Bilingual, string][]): Table {
  return {
    name,
    columns: [column('项目', 'Item', 'text', 1), column('内容', 'Content', kind, 3)],
    rows: facts.map(([item, value]) => ({ cells: [both(item), value] })),
  };
}

const DECISION_NAMES: Readonly<Record<DecisionKind, Bilingual>> = {
  start: { zh: '开始结账', en: 'start' },
  cancel: { zh: '取消', en: 'cancel' },
  retry: { zh: '重试', en: 'retry' },
  resolve: { zh: '处理差异', en: 'resolve' },
  review: { zh: '复核', en: 'review' },
  approve: { zh: '审批', en: 'approve' },
  reject: { zh: '退回', en: 'reject' },
  admit: { zh: '补入', en: 'admit' },
  defer: { zh: '转下月', en: 'defer' },
};

/** 决定: who decided what, when and why. */
export function decisionSection({ decisions }: ReportModel): Section {
  return { name: { zh: '决定', en: 'Decisions' }, tables: [decisionsTable(decisions), answersTable(decisions)] };
}

function decisionsTable({ list, total }: DecisionsSection): Table {
  return {
    name: { zh: '复核、审批与其他', en: 'Review, approval and others' },
    columns: [
      column('时间', 'Time', 'time', 1.3),
      column('决定', 'Decision', 'text', 1.1),
      column('人员', 'Person', 'text', 1),
      column('角色', 'Role', 'text', 1),
      column('理由', 'Reason', 'text', 2.4),
      column('所见数字', 'Figures seen', 'hash', 1.2),
    ],
    rows: list.map((one) => ({
      cells: [
        one.at,
        both(DECISION_NAMES[one.kind]),
        one.person ?? '自动计划 schedule',
        roleName(one.role),
        one.reason,
        one.figuresHash?.slice(0, 12) ?? null,
      ],
    })),
    ...(total > list.length
      ? {
          note: {
            zh: `共 ${total} 条，列出最近 ${list.length} 条。`,
            en: `${total} in all, the newest ${list.length} are listed.`,
          },
        }
      : {}),
  };
}

function answersTable({ answers, answersTotal }: DecisionsSection): Table {
  return {
    name: { zh: '差异的答复', en: 'Answers to exceptions' },
    columns: [
      column('人员', 'Person', 'text', 1),
      column('处理', 'Action', 'text', 1.3),
      column('理由', 'Reason', 'text', 2.4),
      CURRENCY,
      column('笔数', 'Count', 'count', 0.7),
      amountColumn('差额绝对值', 'Absolute'),
      column('最近一次', 'Last', 'time', 1.3),
    ],
    rows: answers.map((one) => ({
      cells: [
        one.person,
        both(ANSWER_NAMES[one.action]),
        one.reason,
        one.currency,
        String(one.count),
        one.absolute,
        one.lastAt,
      ],
    })),
    ...(answersTotal > answers.length
      ? {
          note: {
            zh: `共 ${answersTotal} 组，列出最大的 ${answers.length} 组。`,
            en: `${answersTotal} groups, the largest ${answers.length} are listed.`,
          },
        }
      : {}),
  };
}

function roleName(role: string): string {
  const name = ROLE_NAMES[role as Role] as Bilingual | undefined;
  return name === undefined ? role : both(name);
}

/** 阶段: when the close entered and left each, against the policy's deadlines. */
export function stageSection({ stages }: ReportModel): Section {
  return {
    name: { zh: '阶段时间', en: 'Stage times' },
    tables: [
      {
        name: { zh: '阶段', en: 'Stages' },
        columns: [
          column('阶段', 'Stage', 'text', 1.2),
          column('进入', 'Entered', 'time', 1.4),
          column('离开', 'Left', 'time', 1.4),
          column('截止', 'Deadline', 'time', 1.4),
          column('按时', 'In time', 'text', 0.8),
        ],
        rows: stages.map((one) => ({
          cells: [
            both(STAGE_NAMES[one.stage]),
            one.enteredAt,
            one.leftAt,
            one.deadline,
            inTime(one.deadline, one.late),
          ],
        })),
      },
    ],
  };
}

function inTime(deadline: string | null, late: boolean): string | null {
  if (deadline === null) return null;
  return late ? '逾期 late' : '是 yes';
}

/** 批次: every file, its control totals and the hash of its bytes. */
export function batchSection({ batches }: ReportModel): Section {
  return {
    name: { zh: '数据批次与凭据', en: 'Batches and evidence' },
    tables: [
      {
        name: { zh: '批次', en: 'Batches' },
        columns: [
          column('批次', 'Batch', 'count', 0.7),
          column('种类', 'Kind', 'text', 1.1),
          column('文件', 'File', 'text', 1.6),
          column('状态', 'State', 'text', 0.9),
          column('读入', 'In', 'count', 0.8),
          column('接受', 'Accepted', 'count', 0.8),
          column('拒收', 'Rejected', 'count', 0.8),
          column('排除', 'Excluded', 'count', 0.8),
          CURRENCY,
          amountColumn('接受金额', 'Accepted amount'),
          column('凭据 SHA-256', 'Evidence', 'hash', 2.2),
        ],
        rows: batches.flatMap(batchRows),
        note: {
          zh: '读入 = 接受 + 拒收 + 排除；排除的是其他月份的行、合计行与未记账分录。',
          en: 'In = accepted + rejected + excluded; excluded are rows of other months, total rows and entries not booked.',
        },
      },
    ],
  };
}

function batchRows(batch: BatchLine): Row[] {
  const { id, kind, file, state, rowsIn, kept, rejected, excluded, evidence } = batch;
  const first = [String(id), kind, file, state, String(rowsIn), String(kept), String(rejected), String(excluded)];
  if (batch.totals.length === 0) return [{ cells: [...first, null, null, evidence] }];
  return batch.totals.map((total, index) => ({
    cells:
      index === 0
        ? [...first, total.currency, total.kept, evidence]
        : [...first.map(() => null), total.currency, total.kept, null],
  }));
}

/** 封存: what verifies the month, offline. */
export function sealSection({ seal, lockedAt }: ReportModel): Section {
  const table = factTable({ zh: '封存', en: 'Seal' }, 'hash', [
    [{ zh: '序号', en: 'Sequence' }, String(seal.sequence)],
    [{ zh: '封存指纹', en: 'Seal hash' }, seal.hash],
    [{ zh: '上月指纹', en: 'Previous' }, seal.previous],
    [{ zh: '签名 Ed25519', en: 'Signature' }, seal.signature],
    [{ zh: '公钥', en: 'Public key' }, seal.publicKey],
    [{ zh: '结账时间 UTC', en: 'Locked at' }, lockedAt],
    [{ zh: '封存时间 UTC', en: 'Sealed at' }, seal.sealedAt],
  ]);
  const note = {
    zh: '请另行保存本页的指纹与公钥：audit verify 会重算全部数据块、链与签名，并与之比对。',
    en: 'Keep the hash and the key of this page elsewhere too: audit verify recomputes every block, the chain and the signature.',
  };
  return { name: { zh: '封存', en: 'Seal' }, tables: [{ ...table, note }] };
}
