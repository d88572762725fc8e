import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { COMPANY, openFair, type Fair } from './stand';

/** `npm run fakes`: every outside system the product can be connected to, on this machine, until Ctrl-C. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      folder: { type: 'string' },
      month: { type: 'string', default: '2026-10' },
      orders: { type: 'string', default: '500' },
      port: { type: 'string', default: '7090' },
      unlimited: { type: 'boolean', default: false },
    },
  });
  const folder = resolve(values.folder ?? mkdtempSync(join(tmpdir(), 'salesclose-fakes-')));
  const { month, unlimited } = values;
  const opening = openFair({ folder, month, unlimited, orders: Number(values.orders) }, Number(values.port));
  const end = async (): Promise<void> => {
    await opening.then((fair) => fair.stop());
    // A folder that was named is the person's own.
    if (values.folder === undefined) rmSync(folder, { recursive: true, force: true });
    process.exit(0);
  };
  process.once('SIGINT', () => void end()).once('SIGTERM', () => void end());
  console.log(told(await opening, values.month));
}

function told({ stands, companyFile, sourceFiles }: Fair, month: string): string {
  const { code, login, password } = COMPANY;
  return [
    '仿真系统已启动 · the fakes are running',
    ...stands.map(({ source, said }) => `  ${source.system.padEnd(8)} ${said}`),
    '',
    '另开终端 · in another terminal, beside npm start:',
    '  # 管理员 · as administrator',
    '  export SALESCLOSE_USER=admin SALESCLOSE_PASSWORD=salesclose-sample',
    `  bin/salesclose company add ${companyFile}`,
    `  printf %s ${password} | bin/salesclose person add ${code} ${login} --role preparer --password-stdin`,
    ...sourceFiles.map((file) => `  bin/salesclose source add ${code} ${file}`),
    ...stands.map(({ source }) => `  bin/salesclose source test ${code} ${source.system}`),
    '  # 经办 · as preparer: watch the month arrive',
    `  export SALESCLOSE_USER=${login} SALESCLOSE_PASSWORD=${password}`,
    ...stands.map(({ source }) => `  bin/salesclose source pull ${code} ${source.system} ${month}`),
    `  bin/salesclose source status ${code} ${month}`,
    '',
    'Ctrl-C 结束全部并删除以上文件 · ends all of them and removes these files (but not a folder given by --folder)',
  ].join('\n');
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
