import { InvalidArgumentError, type Command } from 'commander';
import { accessSync, constants, createWriteStream, statSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { ChangedException } from '../../api/types';
import type { Client } from '../client';
import { table, type Output } from '../output';
import type { Settings } from '../settings';

/** What every command works with. */
export interface Tools {
  readonly client: Client;
  readonly output: Output;
  readonly settings: Settings;
}

/** A finding that ends the command with 1 although nothing was refused. */
export class Unfinished extends Error {}

/** The API's path of a month. */
export function periodPath(company: string, period: string): string {
  return `/api/v1/companies/${encodeURIComponent(company)}/periods/${encodeURIComponent(period)}`;
}

export function companyPath(company: string): string {
  return `/api/v1/companies/${encodeURIComponent(company)}`;
}

/** YYYY-MM, or wrong usage. */
export function parsePeriod(text: string): string {
  if (/^[0-9]{4}-(0[1-9]|1[0-2])$/.test(text)) return text;
  throw new InvalidArgumentError('期间应为 YYYY-MM · a period is YYYY-MM');
}

/** A whole number above zero, or wrong usage. */
export function parseId(text: string): number {
  if (/^[1-9][0-9]{0,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('应为正整数 · a whole number above zero');
}

/** For a variadic argument of ids. */
export function collectIds(text: string, before: number[] | undefined): number[] {
  return [...(before ?? []), parseId(text)];
}

/** A file that is there and can be read, or wrong usage. */
export function existingFile(path: string): string {
  try {
    accessSync(path, constants.R_OK);
    if (statSync(path).isFile()) return path;
  } catch (error) {
    const isGone = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new InvalidArgumentError(
      isGone
        ? `没有文件 ${path}，请检查路径 · there is no file ${path}, check the path`
        : `文件 ${path} 无法读取，请检查权限 · the file ${path} cannot be read, check its rights`,
    );
  }
  throw new InvalidArgumentError(`${path} 不是文件 · ${path} is not a file`);
}

/** For a variadic argument, or an option given several times. */
export function existingFiles(path: string, before: string[] | undefined): string[] {
  return [...(before ?? []), existingFile(path)];
}

/** `<company> <period>`, which most commands begin with. */
export function withMonth(command: Command): Command {
  return command.argument('<company>', '公司代码 · company code').argument('<period>', 'YYYY-MM', parsePeriod);
}

export function withJson(command: Command): Command {
  return command.option('--json', '只在标准输出写一个 JSON 文档 · one JSON document on stdout');
}

/** Copies a long answer to stdout as it comes. */
export async function copyToStdout(
  tools: Tools,
  path: string,
  query: Record<string, string | number | undefined>,
): Promise<void> {
  const answer = await tools.client.open({ method: 'GET', path, query });
  await pipeline(answer.body, process.stdout, { end: false });
}

/** Writes a long answer to a file, whole or not at all, and says its name; `-` is stdout. */
export async function saveAnswer(
  tools: Tools,
  path: string,
  query: Record<string, string | undefined>,
  out: string,
): Promise<void> {
  if (out === '-') return copyToStdout(tools, path, query);
  const answer = await tools.client.open({ method: 'GET', path, query });
  const beside = `${out}.part`;
  try {
    await pipeline(answer.body, createWriteStream(beside));
    await rename(beside, out);
  } finally {
    await rm(beside, { force: true });
  }
  tools.output.line(out);
}

/** Everything on stdin, without the line's end. */
export async function readStdin(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '');
}

/** Exceptions that would come or go. */
export const changedTable = (list: readonly ChangedException[]): string =>
  table(
    ['', '', '', ''],
    list.map((one) => [one.reconciliation, one.kind, `${one.difference} ${one.currency}`, one.references.join(' ')]),
  );
