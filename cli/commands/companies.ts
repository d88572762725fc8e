import { Command } from 'commander';
import { readFile } from 'node:fs/promises';
import { ROLES } from '../../domain/words';
import { parseYamlCode } from '../company-code';
import { table } from '../output';
import { companyPath, existingFile, readStdin, withJson, type Tools } from './shared';

interface Company {
  readonly code: string;
  readonly name: string;
  readonly currency: string;
  readonly timezone: string;
  readonly policyVersion: number;
  readonly source?: string;
}

/** `company add|show|set`. */
export function companyCommand(tools: Tools): Command {
  const company = new Command('company').description('公司与结账制度 · companies and their policy');
  withJson(
    company.command('add').description('新增公司 · add a company').argument('<file>', 'company.yaml', existingFile),
  ).action(async (file: string, options: { json?: boolean }) => {
    const yaml = await readFile(file, 'utf8');
    const added = await tools.client.json<Company>({ method: 'POST', path: '/api/v1/companies', yaml });
    tell(tools, added, options.json, ['已新增', 'added']);
  });
  withJson(company.command('show').description('公司与其制度 · a company and its policy').argument('[company]')).action(
    async (code: string | undefined, options: { json?: boolean }) => {
      if (code === undefined) return listAll(tools, options.json);
      const shown = await tools.client.get<Company>(companyPath(code));
      if (options.json) return tools.output.document(shown);
      tools.output.line(`# ${shown.code} ${shown.name} · 制度版本 policy version ${shown.policyVersion}`);
      tools.output.line(shown.source?.trimEnd());
    },
  );
  withJson(
    company.command('set').description('修改制度 · set the policy').argument('<file...>', '[company] company.yaml'),
  ).action(async (given: string[], options: { json?: boolean }) => {
    const yaml = await readFile(existingFile(given.at(-1) ?? ''), 'utf8');
    const code = given.length > 1 ? (given[0] ?? '') : parseYamlCode(yaml);
    const set = await tools.client.json<Company>({ method: 'PUT', path: companyPath(code), yaml });
    tell(tools, set, options.json, ['制度已生效', 'policy set']);
  });
  return company;
}

/** `person add`. */
export function personCommand(tools: Tools): Command {
  const person = new Command('person').description('人员与角色 · people and roles');
  withJson(
    person
      .command('add')
      .description('新增人员并授予角色 · add a person and grant roles')
      .argument('<company>')
      .argument('<login>')
      .requiredOption('--role <role...>', `角色 · roles: ${ROLES.join(' ')}`)
      .option('--name <name>', '姓名 · name')
      .option('--email <address>', '邮箱 · mail address')
      .option('--password-stdin', '从标准输入读取新登录名的密码 · read a new login’s password from stdin'),
  ).action(async (company: string, login: string, options: PersonOptions) => {
    const password = options.passwordStdin === true ? await readStdin() : undefined;
    const { role: roles, name, email } = options;
    const path = `${companyPath(company)}/people/${encodeURIComponent(login)}`;
    const json = { roles: [...new Set(roles)], name, email, password };
    const added = await tools.client.json<{ login: string; roles: string[]; created: boolean }>({
      method: 'PUT',
      path,
      json,
    });
    if (options.json) return tools.output.document(added);
    tools.output.line(`${added.login}: ${added.roles.join(', ')}`);
    if (!added.created)
      tools.output.note(
        '登录名已存在：角色已授予，密码不变',
        'the login was there: roles are granted, its password stays',
      );
  });
  return person;
}

interface PersonOptions {
  readonly role: string[];
  readonly name?: string;
  readonly email?: string;
  readonly passwordStdin?: boolean;
  readonly json?: boolean;
}

async function listAll(tools: Tools, json: boolean | undefined): Promise<void> {
  const all = await tools.client.get<{ code: string; name: string; roles: string[] }[]>('/api/v1/companies');
  if (json) return tools.output.document(all);
  const rows = all.map(({ code, name, roles }) => [code, name, roles.join(', ')]);
  tools.output.line(table(['公司 company', '名称 name', '我的角色 my roles'], rows));
}

function tell(tools: Tools, company: Company, json: boolean | undefined, [zh, en]: [string, string]): void {
  if (json) return tools.output.document(company);
  tools.output.line(`${company.code} ${company.name} · ${zh} ${en} · 制度版本 policy version ${company.policyVersion}`);
}
