import { Problem } from '../domain/problem';
import type { Bilingual } from '../domain/words';

/** How often a running progress line is written when nobody sits before it. */
const QUIET_PROGRESS_MS = 5_000;
const TERMINAL_PROGRESS_MS = 200;
/** Nothing is said about work that takes less. */
const SILENCE_MS = 1_000;

/** What a command says: results on stdout, everything else on stderr. */
export class Output {
  private readonly started = Date.now();
  private lastProgress = 0;
  private isLineOpen = false;

  constructor(
    private readonly stdout: NodeJS.WriteStream,
    private readonly stderr: NodeJS.WriteStream,
  ) {}

  /** The one JSON document of `--json`. */
  document(value: unknown): void {
    this.endLine();
    this.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
  }

  /** A line of the result, for people. */
  line(text = ''): void {
    this.endLine();
    this.stdout.write(`${text}\n`);
  }

  /** A remark beside the result. */
  note(zh: string, en: string): void {
    this.endLine();
    this.stderr.write(`${zh} · ${en}\n`);
  }

  /** Where long work stands; written over itself on a terminal, now and then elsewhere. */
  progress(zh: string, en: string): void {
    const now = Date.now();
    const pause = this.stderr.isTTY ? TERMINAL_PROGRESS_MS : QUIET_PROGRESS_MS;
    if (now - this.started < SILENCE_MS || now - this.lastProgress < pause) return;
    this.lastProgress = now;
    if (!this.stderr.isTTY) {
      this.stderr.write(`${zh} · ${en}\n`);
      return;
    }
    this.stderr.write(`\r\u001b[K${zh} · ${en}`);
    this.isLineOpen = true;
  }

  /** A refusal, in both languages, with its code. */
  refusal(error: unknown): void {
    this.endLine();
    if (error instanceof Problem) {
      this.stderr.write(`${refusalText(error.code, error.reason)}\n`);
      return;
    }
    const message = error instanceof Error ? error.message : String(error);
    this.stderr.write(`${refusalText('FAILED', { zh: message, en: message })}\n`);
  }

  private endLine(): void {
    if (this.isLineOpen) this.stderr.write('\n');
    this.isLineOpen = false;
  }
}

/** `错误 CODE：…` and `error CODE: …`, one line each. */
export function refusalText(code: string, { zh, en }: Bilingual): string {
  return `错误 ${code}：${zh}\nerror ${code}: ${en}`;
}

/** Rows under a head, in columns that line up; wide characters count twice. */
export function table(head: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => plain(String(cell ?? ''))));
  const widths = head.map((_, column) => Math.max(...cells.map((row) => displayWidth(row[column] ?? ''))));
  const isNumeric = head.map((_, column) => rows.every((row) => /^-?[\d.]*$/.test(String(row[column] ?? ''))));
  return cells
    .map((row) => {
      const padded = row.map((cell, column) => {
        const gap = ' '.repeat((widths[column] ?? 0) - displayWidth(cell));
        return isNumeric[column] ? gap + cell : cell + gap;
      });
      return padded.join('  ').trimEnd();
    })
    .join('\n');
}

/** Columns a text takes on a terminal. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += WIDE.test(character) ? 2 : 1;
  return width;
}

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u;

/** What a file says must not steer the terminal it is shown on. */
function plain(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ');
}
