import { createServer } from 'node:net';
import { Desk } from './desk';
import { STANDS, type Stand, type StandOptions } from './servers';

export { COMPANY } from './desk';

/** All fakes, running, and the files that connect the product to them. */
export interface Fair {
  readonly stands: readonly Stand[];
  readonly companyFile: string;
  /** A file for `source add`, in the order of the stands. */
  readonly sourceFiles: readonly string[];
  stop(): Promise<void>;
}

/** Steps to another range where a port is taken. */
const RANGE = 10;
const RANGES = 20;

/** Starts every fake on ports that follow each other, and writes source files and secrets (0600) into `folder`. */
export async function openFair(options: StandOptions, firstPort = 7090): Promise<Fair> {
  const desk = new Desk(options.folder);
  const port = await freeRange(firstPort, STANDS.length);
  const stands: Stand[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(stands.splice(0).map((stand) => stand.stop()));
  };
  try {
    for (const [index, open] of STANDS.entries()) stands.push(await open(port + index, options));
  } catch (error) {
    await stop();
    throw error;
  }
  const settingOf = (system: string, name: string): string =>
    stands.find(({ source }) => source.system === system)?.source.settings[name] ?? '';
  const merchants = { alipay: `${settingOf('alipay', 'merchant')}0156`, wechat: settingOf('wechat', 'mchid') };
  return {
    stands: [...stands],
    companyFile: desk.company(merchants),
    sourceFiles: stands.map(({ source }) => desk.source(source)),
    stop,
  };
}

async function freeRange(first: number, count: number): Promise<number> {
  for (let range = 0; range < RANGES; range += 1) {
    const from = first + range * RANGE;
    const ports = Array.from({ length: count }, (_, index) => from + index);
    const free = await Promise.all(ports.map(isFree));
    if (free.every(Boolean)) return from;
  }
  throw new Error(`no ${count} free ports in a row from ${first} on`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((said) => {
    const probe = createServer();
    probe.once('error', () => said(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => said(true)));
  });
}
