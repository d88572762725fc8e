import { Command } from 'commander';
import { Writable } from 'node:stream';
import { createInterface } from 'node:readline/promises';
import { readStdin, type Tools } from './shared';

/** `login`: signs in and keeps the token. */
export function loginCommand(tools: Tools): Command {
  return new Command('login')
    .description('登录并保存令牌 · sign in and keep the token')
    .argument('[login]', '登录名 · login; SALESCLOSE_USER by default')
    .option('--password-stdin', '从标准输入读取密码 · read the password from stdin')
    .action(async (login: string | undefined, options: { passwordStdin?: boolean }) => {
      const { given } = tools.settings;
      const name = login ?? given?.login ?? (await ask('登录名 login: ', false));
      const isGiven = given !== undefined && name === given.login && options.passwordStdin !== true;
      const password = isGiven ? given.password : await readPassword(options.passwordStdin === true);
      const person = await tools.client.signIn(name.trim().toLowerCase(), password);
      tools.output.note(
        `已登录：${person.name}（${person.login}）`,
        `signed in as ${person.login} at ${tools.settings.url}`,
      );
    });
}

async function readPassword(fromStdin: boolean): Promise<string> {
  return fromStdin || !process.stdin.isTTY ? readStdin() : ask('密码 password: ', true);
}

async function ask(question: string, isSecret: boolean): Promise<string> {
  process.stderr.write(question);
  const silence = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({
    input: process.stdin,
    output: isSecret ? silence : process.stderr,
    terminal: process.stdin.isTTY,
  });
  const answer = await lines.question('');
  lines.close();
  if (isSecret) process.stderr.write('\n');
  return answer;
}
