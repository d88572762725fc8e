import { InvalidArgumentError, Option, type Command } from 'commander';
import { EXCEPTION_KINDS, RECONCILIATIONS, ROLES } from '../../domain/words';

/** Which exceptions, as options say it. */
export interface Choice {
  readonly kind?: string;
  readonly reconciliation?: string;
  readonly currency?: string;
  readonly owner?: string;
  readonly assignee?: string;
  readonly customer?: string;
  readonly min?: string;
  readonly max?: string;
  readonly text?: string;
  readonly cause?: string;
}

export const ofReconciliation = new Option('--reconciliation <name>', '对账 · reconciliation').choices(RECONCILIATIONS);

/** Adds the options that choose exceptions. */
export function withChoice(command: Command): Command {
  return command
    .addOption(new Option('--kind <kind>', '差异种类 · exception kind').choices(EXCEPTION_KINDS))
    .addOption(ofReconciliation)
    .option('--currency <code>', '币种 · currency')
    .addOption(new Option('--owner <role>', '责任角色 · whose work it is').choices(ROLES))
    .option('--assignee <login>', '分派给谁；- 为未分派 · who it was given to; - for nobody')
    .option('--customer <no>', '客户 · customer')
    .option('--min <amount>', '差额绝对值不小于 · least difference, without sign', parseAmount)
    .option('--max <amount>', '差额绝对值不大于 · largest difference, without sign', parseAmount)
    .option('--text <part>', '单号包含 · stands in a reference')
    .option('--cause <key>', '原因代码，见 exceptions --group cause · key of a cause');
}

/** The parts of the choice that were given; nothing else of the options. */
export function choiceOf(options: Choice): Choice {
  const { kind, reconciliation, currency, owner, assignee, customer, min, max, text, cause } = options;
  const all = { kind, reconciliation, currency, owner, assignee, customer, min, max, text, cause };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/**
 * What a command acts on: the ids it lists, or a choice; the command ends with wrong usage unless it is one of the two.
 */
export function targetsOf(command: Command, ids: readonly string[], options: Choice): Record<string, unknown> {
  const choice = choiceOf(options);
  const isChosen = Object.keys(choice).length > 0;
  if (ids.length > 0 === isChosen) {
    command.error(
      'error: 请给出差异编号，或 --kind、--cause 等筛选，二者择一 · give exception ids, or a filter such as --kind or --cause, one of them',
      { exitCode: 2 },
    );
  }
  return isChosen ? { ...choice } : { exceptions: [...new Set(ids)] };
}

function parseAmount(text: string): string {
  if (/^\d{1,15}(\.\d{1,5})?$/.test(text)) return text;
  throw new InvalidArgumentError('应为不带符号的金额 · an amount without sign');
}
