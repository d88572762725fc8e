import { Command, Option } from 'commander';
import type { MailView } from '../../api/types';
import { table } from '../output';
import { companyPath, parseId, withJson, type Tools } from './shared';

const STATES: Readonly<Record<MailView['state'], string>> = {
  PENDING: '等待发送 waits',
  SENDING: '发送中 sending',
  SENT: '已送出 sent',
  FAILED: '被拒 refused',
  UNCERTAIN: '结果不明 uncertain',
};

/** `mail list|settle`. */
export function mailCommand(tools: Tools): Command {
  const mail = new Command('mail').description('发出的邮件 · mails');
  const list = mail
    .command('list')
    .description('未送出的邮件 · mails that have not left')
    .argument('<company>')
    .option('--all', '连同已送出的 · those that have left too');
  withJson(list).action(async (company: string, options: { all?: boolean; json?: boolean }) => {
    const query = { all: options.all === true ? 'true' : undefined };
    const mails = await tools.client.get<MailView[]>(`${companyPath(company)}/mails`, query);
    if (options.json) return tools.output.document(mails);
    tools.output.line(mails.length === 0 ? '没有未送出的邮件 · no mail waits' : mailTable(mails));
  });
  const settle = mail
    .command('settle')
    .description('处置结果不明或被拒的邮件 · settle a mail that is uncertain or was refused')
    .argument('<company>')
    .argument('<mail>', '邮件编号 · its number', parseId)
    .addOption(
      new Option('--as <outcome>', 'sent 已收到，不再发 · it arrived; resend 再发一次 · send it again')
        .choices(['sent', 'resend'])
        .makeOptionMandatory(),
    )
    .requiredOption('--reason <reason>', '原因 · reason');
  withJson(settle).action(
    async (company: string, number: number, options: { as: string; reason: string; json?: boolean }) => {
      const { as, reason } = options;
      const path = `${companyPath(company)}/mails/${number}/settle`;
      const settled = await tools.client.post<Pick<MailView, 'mail' | 'state'>>(path, { as, reason });
      if (options.json) return tools.output.document(settled);
      tools.output.line(`邮件 mail ${settled.mail}: ${STATES[settled.state]}`);
    },
  );
  return mail;
}

function mailTable(mails: readonly MailView[]): string {
  const head = ['编号 mail', '期间 period', '状态 state', '收件人 to', '主题 subject', '次数 tries', '原因 error'];
  const rows = mails.map(({ mail, period, state, to, subject, attempts, error }) => [
    ...[mail, period, STATES[state], to.join(' '), subject, attempts, error],
  ]);
  return table(head, rows);
}
