import { Problem } from '../../domain/problem';
import { ROLES_OF_ACTION } from '../../domain/segregation';
import { recordAudit } from '../audit';
import type { Queryable } from '../db';
import { toldIds } from './answer';
import { requireOpen, takeGround, type DecisionRequest, type Ground } from './ground';
import { findTargets, type Which } from './targets';

/** What people note beside an exception: it is no answer, and changes no figure. */
export interface NoteRequest extends DecisionRequest {
  readonly which: Which;
}

export interface Noted {
  readonly noted: number;
}

/**
 * Gives exceptions to a person who may resolve them, or with `to` null to nobody. The newest word counts.
 * @throws Problem PERIOD_LOCKED, EXCEPTION_NOT_FOUND, NOTHING_TO_RESOLVE, PERSON_NOT_FOUND (404)
 */
export async function assignExceptions(
  db: Queryable,
  request: NoteRequest & { readonly to: string | null; readonly reason?: string },
): Promise<Noted> {
  const ground = await noteGround(db, request);
  const assignee = request.to === null ? null : await findResolver(db, ground, request.to);
  const note = { kind: 'assign', text: request.reason ?? '', assignee };
  return insertNotes(db, ground, request.which, note, { told: 'exceptions.assigned', to: request.to });
}

/**
 * Says something about exceptions.
 * @throws Problem PERIOD_LOCKED, EXCEPTION_NOT_FOUND, NOTHING_TO_RESOLVE
 */
export async function commentExceptions(
  db: Queryable,
  request: NoteRequest & { readonly text: string },
): Promise<Noted> {
  const ground = await noteGround(db, request);
  const note = { kind: 'comment', text: request.text, assignee: null };
  return insertNotes(db, ground, request.which, note, { told: 'exceptions.commented', text: request.text });
}

/**
 * Puts a file beside an exception. Its bytes are kept already.
 * @throws Problem PERIOD_LOCKED, EXCEPTION_NOT_FOUND
 */
export async function attachFile(
  db: Queryable,
  request: NoteRequest & { readonly evidence: string; readonly fileName: string },
): Promise<Noted> {
  const ground = await noteGround(db, request);
  const { evidence, fileName } = request;
  const note = { kind: 'attach', text: '', assignee: null, evidence, fileName };
  return insertNotes(db, ground, request.which, note, { told: 'exceptions.attached', evidence, file: fileName });
}

/**
 * Checks that a person may note something of an exception, before any byte of a file is taken.
 * @throws Problem COMPANY_NOT_FOUND, PERIOD_NOT_FOUND, ROLE_MISSING, PERIOD_LOCKED, EXCEPTION_NOT_FOUND
 */
export async function prepareNote(db: Queryable, request: NoteRequest): Promise<void> {
  await findTargets(db, await noteGround(db, request), request.which);
}

async function noteGround(db: Queryable, request: NoteRequest): Promise<Ground> {
  const ground = await takeGround(db, request, 'resolve');
  requireOpen(ground);
  return ground;
}

interface Note {
  readonly kind: string;
  readonly text: string;
  readonly assignee: number | null;
  readonly evidence?: string;
  readonly fileName?: string;
}

async function insertNotes(
  db: Queryable,
  ground: Ground,
  which: Which,
  note: Note,
  { told, ...detail }: { readonly told: string; readonly [more: string]: unknown },
): Promise<Noted> {
  const ids = (await findTargets(db, ground, which)).map(({ id }) => id);
  await db.query(
    `INSERT INTO exception_note (period_id, exception_id, kind, person_id, assignee, text, evidence, file_name)
     SELECT $1, id, $3, $4, $5, $6, $7, $8 FROM unnest($2::uuid[]) AS id`,
    [
      ...[ground.period.id, ids, note.kind, ground.person.personId, note.assignee, note.text],
      ...[note.evidence ?? null, note.fileName ?? null],
    ],
  );
  await recordAudit(db, {
    companyId: ground.companyId,
    actor: ground.person.login,
    action: told,
    month: ground.month,
    subject: ids.length === 1 ? (ids[0] ?? '') : String(ids.length),
    detail: { role: ground.role, exceptions: ids.length, ...toldIds(ids), ...detail },
  });
  return { noted: ids.length };
}

async function findResolver(db: Queryable, ground: Ground, login: string): Promise<number> {
  const found = await db.query<{ id: number }>(
    `SELECT id FROM person p WHERE login = $2 AND disabled_at IS NULL
        AND EXISTS (SELECT FROM role_grant g WHERE g.company_id = $1 AND g.person_id = p.id AND g.role = ANY ($3))`,
    [ground.companyId, login, ROLES_OF_ACTION.resolve],
  );
  const id = found.rows[0]?.id;
  if (id !== undefined) return id;
  throw new Problem(
    'PERSON_NOT_FOUND',
    {
      zh: `${login} 在本公司不能处理差异（须为经办或复核）；请换人或请管理员授权`,
      en: `${login} cannot resolve exceptions here (it takes a preparer or reviewer); name another person or ask an administrator`,
    },
    404,
  );
}
