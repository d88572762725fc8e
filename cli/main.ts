import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from './client';
import { auditCommand } from './commands/audit';
import { matchCommand, undoCommand, unmatchCommand } from './commands/by-hand';
import { closeCommand, signOffCommand } from './commands/close';
import { companyCommand, personCommand } from './commands/companies';
import { exceptionsCommand, matchesCommand, resolveCommand } from './commands/compared';
import { doctorCommand } from './commands/doctor';
import { importCommand, rejectedCommand } from './commands/imports';
import { lateCommand, parkedCommand } from './commands/late';
import { journalCommand } from './commands/journal';
import { loginCommand } from './commands/login';
import { mailCommand } from './commands/mail';
import { assignCommand, attachCommand, commentCommand, notesCommand } from './commands/notes';
import { profileCommand } from './commands/profile';
import { reportCommand } from './commands/record';
import { rulesCommand } from './commands/rules';
import { scheduleCommand } from './commands/schedule';
import { Unfinished, type Tools } from './commands/shared';
import { showExceptionCommand, showMatchCommand, withShow } from './commands/show';
import { sourceCommand } from './commands/source';
import { Output } from './output';
import { SessionCache } from './sessions';
import { readSettings } from './settings';

const REFUSED = 1;
const WRONG_USAGE = 2;

/** `salesclose`: exit 0 done, 1 refused, failed or blocked with the reason on stderr, 2 wrong usage. */
async function main(argv: readonly string[]): Promise<number> {
  const output = new Output(process.stdout, process.stderr);
  const settings = readSettings(process.env);
  const client = new Client(settings, new SessionCache(settings.sessionsFile, settings.url), output);
  try {
    await program({ client, output, settings }).parseAsync([...argv]);
    return 0;
  } catch (error) {
    // Thrown while a command runs: what is wrong with its arguments was not said yet.
    if (error instanceof InvalidArgumentError) process.stderr.write(`error: ${error.message}\n`);
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USAGE;
    if (!(error instanceof Unfinished)) output.refusal(error);
    return REFUSED;
  }
}

function program(tools: Tools): Command {
  const all = new Command('salesclose')
    .description('销售管理月末结账 · closes a company’s sales books every month')
    .version(readVersion())
    // `exceptions show … --json`: the option is show's, not the list's.
    .enablePositionalOptions()
    .helpCommand(false);
  const commands = [
    loginCommand(tools),
    companyCommand(tools),
    personCommand(tools),
    importCommand(tools),
    rejectedCommand(tools),
    profileCommand(tools),
    parkedCommand(tools),
    lateCommand(tools, 'admit'),
    lateCommand(tools, 'defer'),
    closeCommand(tools),
    withShow(exceptionsCommand(tools), showExceptionCommand(tools)),
    withShow(matchesCommand(tools), showMatchCommand(tools)),
    resolveCommand(tools),
    matchCommand(tools),
    unmatchCommand(tools),
    undoCommand(tools),
    assignCommand(tools),
    commentCommand(tools),
    attachCommand(tools),
    notesCommand(tools),
    journalCommand(tools),
    signOffCommand(tools, 'review'),
    signOffCommand(tools, 'approve'),
    signOffCommand(tools, 'reject'),
    reportCommand(tools),
    auditCommand(tools),
    mailCommand(tools),
    rulesCommand(tools),
    scheduleCommand(tools),
    sourceCommand(tools),
    doctorCommand(tools),
  ];
  for (const command of commands) all.addCommand(command);
  throwInsteadOfExit(all);
  return all;
}

/** So that every way out goes through `main` and has one of the three exit codes. */
function throwInsteadOfExit(command: Command): void {
  command.exitOverride();
  for (const child of command.commands) throwInsteadOfExit(child);
}

function readVersion(): string {
  for (const up of ['..', '../..']) {
    try {
      return (JSON.parse(readFileSync(join(__dirname, up, 'package.json'), 'utf8')) as { version: string }).version;
    } catch {
      // One of the two is right, from the sources or from dist/.
    }
  }
  return '?';
}

// A reader that goes away early (`| head`) is no failure.
process.stdout.on('error', () => process.exit(0));
void main(process.argv).then((code) => {
  process.exitCode = code;
});
