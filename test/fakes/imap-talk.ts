import type { Socket } from 'node:net';

/** A command as a client sends it, its literals put in their places as quoted strings. */
export interface ImapCommand {
  readonly tag: string;
  /** In capitals, with UID before it where it stands there. */
  readonly name: string;
  readonly args: string;
}

const LITERAL = /\{(\d+)(\+?)\}\r\n$/;

/** Reads commands from a socket; asks for literals as the protocol says. */
export async function* commandsOf(socket: Socket): AsyncGenerator<ImapCommand> {
  let held = '';
  let command = '';
  for await (const bytes of socket) {
    held += (bytes as Buffer).toString('latin1');
    for (;;) {
      const end = held.indexOf('\r\n');
      if (end === -1) break;
      const line = held.slice(0, end + 2);
      const literal = LITERAL.exec(line);
      const length = Number(literal?.[1] ?? 0);
      if (literal && held.length < line.length + length) {
        if (literal[2] === '' && held.length === line.length) socket.write('+ go on\r\n');
        break;
      }
      const text = held.slice(line.length, line.length + length);
      held = held.slice(line.length + length);
      command += literal ? `${line.slice(0, literal.index)}"${text.replace(/["\\]/g, '\\$&')}"` : line.slice(0, -2);
      if (literal) continue;
      yield parsed(command);
      command = '';
    }
  }
}

function parsed(command: string): ImapCommand {
  const [, tag = '*', uid = '', name = '', args = ''] = /^(\S+) (UID )?(\S+) ?(.*)$/is.exec(command) ?? [];
  return { tag, name: `${uid}${name}`.toUpperCase(), args };
}

/** Quoted strings and atoms of a command's arguments. */
export function wordsOf(args: string): string[] {
  return [...args.matchAll(/"((?:[^"\\]|\\.)*)"|([^\s()"]+)/g)].map(
    ([, quoted, atom = '']) => quoted?.replace(/\\(.)/g, '$1') ?? atom,
  );
}

/** The numbers of a set as `1,3:5,9:*`. */
export function isInSet(set: string, uid: number, last: number): boolean {
  return set.split(',').some((range) => {
    const ends = range.split(':').map((end) => (end === '*' ? last : Number(end)));
    const [from = 0, to = from] = ends;
    return uid >= Math.min(from, to) && uid <= Math.max(from, to);
  });
}
