import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Pool } from 'pg';
import type { SystemInfo } from '../domain/source-file';
import type { FileTrials } from '../domain/profile-trial';

/** What the door needs to know of the installation it opens. */
export interface ApiOptions {
  /** The application role's pool. */
  readonly pool: Pool;
  /** Its address, for the check of pending migrations. */
  readonly databaseUrl: string;
  /** Where evidence, keys and pid files are. */
  readonly dataDir: string;
  readonly version: string;
  /** Reads files without storing them. */
  readonly trials: FileTrials;
  /** Parts outside this process and how to reach them, for `doctor`. */
  readonly parts?: { readonly temporal: string; readonly smtp: string };
  /** Settings `doctor` warns about, in both languages. */
  readonly unsafeSettings?: readonly { readonly zh: string; readonly en: string }[];
  /** The outside systems a source can be of, by name; none unless given. */
  readonly systems?: Readonly<Record<string, SystemInfo>>;
  /** Largest upload in bytes; 8 GiB by default. */
  readonly uploadLimit?: number;
  /** Writes one JSON line a request to stdout. */
  readonly log?: boolean;
}

export const UPLOAD_LIMIT = 8 * 1024 ** 3;

/** The server with types taken from each route's schema. */
export type Door = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;
