import type { Bilingual } from '../../domain/words';
import type { Named } from '../trouble';

/** A name in a folder, and where it leads. */
export interface Name<P> {
  readonly name: string;
  readonly path: P;
}

/** What lies under a name. */
export interface Seen {
  readonly nature: 'file' | 'folder';
  readonly bytes: number;
  /** When it was changed last, by the clock of the place. */
  readonly at: Date;
}

/** Something lies under a name that is not to be read. */
export interface Unreadable {
  readonly refused: Bilingual;
}

/**
 * Folders and files that can be read, here or far away; nothing is ever written, moved or deleted in them. Every call may throw SourceWaits and
 * SourceStops.
 */
export interface Place<P> {
  readonly system: Named;
  /** Where the patterns begin. Signs in where that is needed. */
  root(): Promise<P>;
  list(folder: P): Promise<readonly Name<P>[]>;
  /** Undefined where it has gone. */
  look(path: P): Promise<Seen | Unreadable | undefined>;
  /** Copies a file that was seen, and says how many bytes it copied; undefined where it has gone. */
  copy(path: P, to: string): Promise<number | undefined>;
  close(): Promise<void>;
}
