import type { createCloseActivities } from '../activities/close-activities';
import type { createImportActivities } from '../activities/import-batch';
import type { ProbeActivities } from '../activities/probe-source';
import type { PullActivities } from '../activities/pull-source';
import type { createReportActivities } from '../activities/report';
import { type ActivityInterfaceFor, type ActivityOptions, proxyActivities } from '@temporalio/workflow';

type Activities = ReturnType<typeof createCloseActivities> &
  ReturnType<typeof createReportActivities> &
  ReturnType<typeof createImportActivities> &
  PullActivities &
  ProbeActivities;

/** Used up after about three minutes; then a person is told, and the close waits. */
const PERSISTENT = {
  initialInterval: '1s',
  backoffCoefficient: 2,
  maximumInterval: '30s',
  maximumAttempts: 10,
} as const;
/** Never used up: what must be written is written as soon as the database can be reached. */
const UNTIRING = { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '20s' } as const;
/** Every step beats each 3 seconds: a worker that was killed is noticed after this. */
const BEAT = { heartbeatTimeout: '15s' } as const;

/** Looks at the books and moves a month on. */
const QUICK: ActivityOptions = { startToCloseTimeout: '1 minute', retry: PERSISTENT, ...BEAT };
/** Works through all rows of a month. */
const LONG: ActivityOptions = { startToCloseTimeout: '6 hours', retry: PERSISTENT, ...BEAT };
/** Writes what must not be lost. */
const SURE: ActivityOptions = { startToCloseTimeout: '1 minute', retry: UNTIRING, ...BEAT };
/**
 * Reads one file into the books; an outage is sat out for days. It beats while a statement runs, too, but a workbook is
 * unpacked in one go: that takes seconds, and is no death.
 */
const IMPORT: ActivityOptions = {
  startToCloseTimeout: '12 hours',
  scheduleToCloseTimeout: '14 days',
  retry: { ...UNTIRING, maximumInterval: '1 minute' },
  heartbeatTimeout: '20s',
};

/**
 * Fetches a source's month. What waits inside it is an answer, so it fails only where the database or the worker does: those are sat out.
 */
const PULL: ActivityOptions = {
  startToCloseTimeout: '12 hours',
  scheduleToCloseTimeout: '14 days',
  retry: { ...UNTIRING, maximumInterval: '1 minute' },
  heartbeatTimeout: '20s',
};

/** The steps with the words they have in a run's history. */
const step = (options: ActivityOptions, summary: string): ActivityInterfaceFor<Activities> =>
  proxyActivities<Activities>({ ...options, summary });

export const { claimMonth } = step(SURE, '开启会计期间 · open the month');
export const { beginClose } = step(QUICK, '按账上的阶段开始 · begin where the books stand');
export const { assessCollect } = step(QUICK, '收集：是否到齐 · collect: has everything settled');
export const { cutOff } = step(QUICK, '关账：不再接收 · cut off: shut the input');
export const { reconcile } = step(LONG, '对账：全部比对 · reconcile: compare everything');
export const { assessReview } = step(QUICK, '复核：重新查看账上决定 · review: read the decisions again');
export const { assessApproval } = step(QUICK, '审批：重新查看账上决定 · approve: read the decisions again');
export const { lockPeriod } = step(LONG, '结账：锁定并封存 · lock and seal the month');
export const { writeReport } = step(LONG, '报告：生成并交付发送 · write the report and queue its mail');
export const { assessReport } = step(QUICK, '报告：邮件是否送出 · report: has its mail left');
export const { finishClose } = step(QUICK, '完成 · finish');
export const { noteFailure } = step(SURE, '登记受阻的步骤 · write down the step that keeps failing');
export const { cancelClose } = step(SURE, '取消：退回未开始 · cancel: back to open');
export const { pullSource } = step(PULL, '拉取数据来源 · pull a source');
export const { probeSource } = step(LONG, '测试数据来源 · try a source');
export const { importBatch: readBatch } = step(IMPORT, '读取文件 · read the file');
