import type { Bilingual } from './words';

/**
 * A refusal that a person or program can act on: a stable code, the reason in both languages, and the HTTP status it
 * has at the door. Everything the product refuses on purpose is one of these; anything else is a defect.
 */
export class Problem extends Error {
  override readonly name = 'Problem';

  constructor(
    /** Stable, UPPER_SNAKE. Listed in docs/errors.md. */
    readonly code: string,
    readonly reason: Bilingual,
    /** HTTP status at the API; the CLI exits 1 for all of them. */
    readonly status: number = 409,
    /** More for programs: ids, hashes, what changed. No secrets. */
    readonly details: Record<string, unknown> = {},
  ) {
    super(`${code}: ${reason.en}`);
  }
}
