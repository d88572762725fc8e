import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { testFolder } from '../support';
import { PASSWORD, type House } from './house';

const ROOT = join(__dirname, '../..');

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly json: any;
}

export interface RunOptions {
  readonly as?: string;
  readonly password?: string;
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** The command line of a person with a home of his own. */
export class CommandLine {
  readonly home = testFolder('cli');

  constructor(private readonly house: House) {}

  /** Runs the command; `~` stands for a space inside a word. */
  run(args: string, options: RunOptions = {}): Promise<Outcome> {
    const words = args.split(' ').map((word) => word.replace(/~/g, ' '));
    const identity =
      options.as === undefined
        ? {}
        : { SALESCLOSE_USER: options.as, SALESCLOSE_PASSWORD: options.password ?? PASSWORD };
    const own = {
      PATH: process.env['PATH'],
      HOME: this.home,
      SALESCLOSE_URL: this.house.url,
      SALESCLOSE_DATA: this.home,
    };
    const command = ['-r', join(__dirname, 'run-typescript.cjs'), join(ROOT, 'cli/main.ts'), ...words];
    const settings = { env: { ...own, ...identity, ...options.env }, cwd: this.home, maxBuffer: 64 * 1024 * 1024 };
    return new Promise((resolve) => {
      const child = execFile(process.execPath, command, settings, (error, stdout, stderr) => {
        const code = error === null ? 0 : Number(error.code);
        resolve({
          code,
          stdout,
          stderr,
          json: args.includes('--json') && stdout !== '' ? JSON.parse(stdout) : undefined,
        });
      });
      child.stdin!.end(options.input ?? '');
    });
  }

  /** Writes a file into the home. */
  file(name: string, text: string): string {
    const path = join(this.home, name);
    writeFileSync(path, text);
    return path;
  }
}
