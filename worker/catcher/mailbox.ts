import { randomBytes } from 'node:crypto';
import { createWriteStream, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { simpleParser, type ParsedMail } from 'mailparser';

/** What the list shows of a mail. */
export interface MailSummary {
  readonly id: string;
  readonly receivedAt: string;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly attachments: number;
}

const ID = /^\d{8}T\d{9}Z-[0-9a-f]{8}$/;

/** Mails as `.eml` files in one folder, each the bytes as received, below two lines that say for whom. */
export class Mailbox {
  private readonly summaries = new Map<string, MailSummary>();

  constructor(private readonly dir: string) {
    mkdirSync(dir, { recursive: true });
  }

  /** Keeps one mail. When this resolves the file is there under its final name. */
  async keep(message: Readable, from: string, recipients: readonly string[]): Promise<void> {
    const id = `${new Date().toISOString().replace(/[-:.]/g, '')}-${randomBytes(4).toString('hex')}`;
    const partial = join(this.dir, `${id}.partial`);
    try {
      const file = createWriteStream(partial, { flush: true });
      file.write(`Return-Path: <${from}>\r\nDelivered-To: ${recipients.join(', ')}\r\n`);
      await pipeline(message, file);
      renameSync(partial, join(this.dir, `${id}.eml`));
    } catch (error) {
      rmSync(partial, { force: true });
      throw error;
    }
  }

  /** Newest first. */
  async list(limit: number): Promise<MailSummary[]> {
    const ids = readdirSync(this.dir)
      .filter((name) => name.endsWith('.eml'))
      .map((name) => name.slice(0, -4))
      .filter((id) => ID.test(id))
      .sort()
      .reverse()
      .slice(0, limit);
    return Promise.all(ids.map((id) => this.summary(id)));
  }

  /** The bytes as kept, or undefined when there is no such mail. */
  async source(id: string): Promise<Buffer | undefined> {
    if (!ID.test(id)) return undefined;
    try {
      return await readFile(join(this.dir, `${id}.eml`));
    } catch {
      return undefined;
    }
  }

  /** The mail in its parts, or undefined when there is no such mail. */
  async read(id: string): Promise<ParsedMail | undefined> {
    const source = await this.source(id);
    return source && simpleParser(source);
  }

  private async summary(id: string): Promise<MailSummary> {
    const known = this.summaries.get(id);
    if (known) return known;
    const mail = await this.read(id);
    const made: MailSummary = {
      id,
      receivedAt: `${id.slice(0, 4)}-${id.slice(4, 6)}-${id.slice(6, 8)} ${id.slice(9, 11)}:${id.slice(11, 13)} UTC`,
      from: mail?.from?.text ?? '',
      to: recipientsOf(mail),
      subject: mail?.subject ?? '',
      attachments: mail?.attachments.length ?? 0,
    };
    this.summaries.set(id, made);
    return made;
  }
}

/** Who it really went to: the envelope, not what the mail says of itself. */
export function recipientsOf(mail: ParsedMail | undefined): string {
  const line = mail?.headerLines.find((header) => header.key === 'delivered-to')?.line ?? '';
  return line.slice(line.indexOf(':') + 1).trim();
}
