import type { Pool } from 'pg';
import { Problem } from '../../domain/problem';

/** Something a person noted beside an exception. */
export interface NoteView {
  readonly note: string;
  readonly kind: 'assign' | 'comment' | 'attach';
  /** A login. */
  readonly by: string;
  readonly at: string;
  readonly text: string;
  /** Of `assign`: whose it is from then on; null: nobody's. */
  readonly assignee: string | null;
  /** Of `attach`: the file's name and its SHA-256. */
  readonly file: string | null;
  readonly evidence: string | null;
}

/**
 * What was noted beside an exception, in order.
 * @throws Problem EXCEPTION_NOT_FOUND (404)
 */
export async function listNotes(pool: Pool, periodId: number, exception: string): Promise<NoteView[]> {
  const { rows } = await pool.query<Omit<NoteView, 'at'> & { noted_at: Date }>(
    `SELECT n.id::text AS note, n.kind, p.login AS by, n.noted_at, n.text, a.login AS assignee, n.file_name AS file, n.evidence
       FROM exception_note n JOIN person p ON p.id = n.person_id LEFT JOIN person a ON a.id = n.assignee
      WHERE n.period_id = $1 AND n.exception_id = $2 ORDER BY n.id`,
    [periodId, exception],
  );
  if (rows.length === 0) await requireException(pool, periodId, exception);
  return rows.map(({ note, kind, by, noted_at: at, text, assignee, file, evidence }) => {
    return { note, kind, by, at: at.toISOString(), text, assignee, file, evidence };
  });
}

/**
 * The name of a file that stands beside an exception.
 * @throws Problem ATTACHMENT_NOT_FOUND (404)
 */
export async function attachmentName(
  pool: Pool,
  periodId: number,
  exception: string,
  evidence: string,
): Promise<string> {
  const { rows } = await pool.query<{ name: string }>(
    `SELECT file_name AS name FROM exception_note WHERE period_id = $1 AND exception_id = $2 AND evidence = $3 ORDER BY id LIMIT 1`,
    [periodId, exception, evidence],
  );
  const name = rows[0]?.name;
  if (name !== undefined) return name;
  throw new Problem(
    'ATTACHMENT_NOT_FOUND',
    {
      zh: `差异 ${exception} 没有这个附件；请用 notes 查看附件的 SHA-256`,
      en: `exception ${exception} has no such attachment; notes lists each with its SHA-256`,
    },
    404,
  );
}

async function requireException(pool: Pool, periodId: number, exception: string): Promise<void> {
  const { rows } = await pool.query('SELECT FROM close_exception WHERE period_id = $1 AND id = $2', [
    periodId,
    exception,
  ]);
  if (rows.length > 0) return;
  throw new Problem(
    'EXCEPTION_NOT_FOUND',
    {
      zh: `本月没有差异 ${exception}；请重新查看 exceptions`,
      en: `this month has no exception ${exception}; look at exceptions again`,
    },
    404,
    { missing: [exception] },
  );
}
