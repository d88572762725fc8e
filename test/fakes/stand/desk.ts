import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { fileSetting } from '../../../domain/source-secret';

/** A source as a person would set it up. */
export interface MadeSource {
  readonly system: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
}

export const COMPANY = { code: 'fakes', login: 'fakes-operator', password: 'watch-a-month-arrive' } as const;

/** The folder of one run: a company file, and for each source its file and its secrets. */
export class Desk {
  constructor(readonly path: string) {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  }

  file(name: string, content: string): string {
    const path = join(this.path, name);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, content);
    return path;
  }

  company(merchants: Readonly<Record<string, string>>): string {
    const settings = { code: COMPANY.code, name: '演示公司（仿真来源）', currency: 'CNY', timezone: 'Asia/Shanghai' };
    const accounts = {
      receivable: '1122',
      revenue: '6001',
      outputTax: '2221',
      bank: '1002',
      channels: '1012',
      cash: '1001',
      fees: '6603',
    };
    return this.file('company.yaml', stringify({ ...settings, accounts, merchants, banks: [] }));
  }

  /** @returns the path of the source's file, named after its system */
  source({ system, settings, secrets }: MadeSource): string {
    const files = Object.entries(secrets).map(([name, value]) => {
      const path = this.file(join('secrets', system, name), `${value}\n`);
      chmodSync(path, 0o600);
      return [fileSetting(name), path] as const;
    });
    const all = { ...settings, ...Object.fromEntries(files) };
    return this.file(`${system}.yaml`, stringify({ name: system, system, settings: all }, { lineWidth: 0 }));
  }
}
