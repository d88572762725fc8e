import { Command } from 'commander';
import type { AdmissionPreview, BatchView } from '../../api/types';
import { RECONCILIATION_NAMES } from '../../domain/words';
import { table } from '../output';
import { settleClose } from '../wait';
import { batchTable, settled } from './imports';
import { changedTable, collectIds, periodPath, withJson, withMonth, type Tools } from './shared';

interface ParkedOptions {
  readonly preview?: boolean;
  readonly json?: boolean;
}

/** `parked`: what came after the cut-off, and with `--preview` what it would settle. */
export function parkedCommand(tools: Tools): Command {
  const command = withMonth(new Command('parked').description('待处理迟到单据 · parked documents'))
    .argument('[batch...]', '只试算这些批次 · only these, with --preview', collectIds)
    .option('--preview', '试算：纳入本月后哪些差异消除、哪些新增 · what admitting them would settle and raise');
  return withJson(command).action(async (company: string, period: string, asked: number[], options: ParkedOptions) => {
    const path = `${periodPath(company, period)}/parked`;
    const parked = await tools.client.get<BatchView[]>(path);
    if (options.preview === true && parked.length > 0) {
      const batches = asked.length > 0 ? asked : parked.map(({ batch }) => batch);
      const preview = await tools.client.get<AdmissionPreview>(`${path}/preview`, { batches: batches.join(',') });
      return options.json ? tools.output.document(preview) : tellPreview(tools, preview);
    }
    if (options.json) return tools.output.document(parked.map(settled));
    tools.output.line(parked.length === 0 ? '没有待处理迟到单据 · nothing is parked' : batchTable(parked));
  });
}

/** `admit`, `defer`. */
export function lateCommand(tools: Tools, verb: 'admit' | 'defer'): Command {
  const said = verb === 'admit' ? '纳入迟到单据 · admit parked documents' : '转入下月 · defer to the next month';
  const command = withMonth(new Command(verb).description(said))
    .argument('<batch...>', '批次 · batches', collectIds)
    .requiredOption('--reason <reason>', '原因 · reason');
  return withJson(command).action(
    async (company: string, period: string, batches: number[], options: { reason: string; json?: boolean }) => {
      const body = { batches, reason: options.reason };
      const decided = await tools.client.post(`${periodPath(company, period)}/${verb}`, body);
      await settleClose(tools, { company, period });
      if (options.json) return tools.output.document(decided);
      tools.output.line(`${verb === 'admit' ? '已纳入 admitted' : '已转入下月 deferred'}: ${batches.join(', ')}`);
    },
  );
}

function tellPreview({ output }: Tools, { rows, reconciliations, settled: gone, raised }: AdmissionPreview): void {
  output.line(`试算 ${rows} 行迟到单据（未作任何改动） · ${rows} late rows tried; nothing is changed`);
  output.line(
    table(
      ['对账 reconciliation', '匹配 matched', '消除差异 settles', '新增差异 raises'],
      reconciliations.map((one) => [RECONCILIATION_NAMES[one.name].zh, one.matched, one.settled, one.raised]),
    ),
  );
  for (const [title, list] of [
    ['消除 settled', gone],
    ['新增 raised', raised],
  ] as const)
    if (list.length > 0) output.line(`${title}\n${changedTable(list)}`);
  output.line('客户余额与渠道入账在纳入后重新比对 · balances and the booking of channels are compared after admission');
}
