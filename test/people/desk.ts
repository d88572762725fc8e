import type { PoolClient } from 'pg';
import type { MonthWork } from '../../domain/segregation';
import type { Role } from '../../domain/words';
import { transaction } from '../../store/db';
import { workOf, type DecisionRequest } from '../../store/decisions/ground';
import { refreshFigures } from '../../store/figures';
import { streamMatches, type MatchFilter, type MatchView } from '../../store/matches';
import { reconcilePeriod } from '../../store/reconcile';
import { Books } from '../reconcile/books';

/** One exception as a test names it: by the references it shows. */
export interface Shown {
  readonly id: string;
  readonly reconciliation: string;
  readonly kind: string;
  readonly state: string;
  readonly action: string | null;
  readonly difference: string;
  readonly references: string;
}

/** The books of a small company whose month is in review, with people who decide about it. */
export class Desk {
  private readonly people = new Map<string, number>();

  private constructor(readonly books: Books) {}

  static async open(policy?: string): Promise<Desk> {
    const desk = new Desk(await Books.open(policy));
    for (const [login, role] of [
      ['preparer', 'preparer'],
      ['second', 'preparer'],
      ['reviewer', 'reviewer'],
      ['approver', 'approver'],
    ] as const) {
      await desk.moveIn(login, role);
    }
    return desk;
  }

  close(): Promise<void> {
    return this.books.close();
  }

  get periodId(): number {
    return this.books.periodId;
  }

  private async moveIn(login: string, role: Role): Promise<void> {
    const { rows } = await this.books.pool.query<{ id: number }>(
      `INSERT INTO person (login, name, password_hash) VALUES ($1, $1, 'x') RETURNING id`,
      [login],
    );
    this.people.set(login, rows[0]!.id);
    await this.books.pool.query(
      'INSERT INTO role_grant (company_id, person_id, role) SELECT company_id, $2, $3 FROM period WHERE id = $1',
      [this.periodId, rows[0]!.id, role],
    );
  }

  /** Compares the month as the workflow does, and puts it into review. */
  async compare(): Promise<void> {
    const { pool, periodId } = this.books;
    await reconcilePeriod(pool, periodId);
    await refreshFigures(pool, periodId);
    await pool.query(
      `UPDATE period SET stage = 'review', started_at = now(), cutoff_at = now(), policy_version = 1 WHERE id = $1`,
      [periodId],
    );
  }

  /** Locks the month: two people sign the figures, and the database's own lock is taken. */
  async lock(): Promise<void> {
    const { pool, periodId } = this.books;
    await pool.query(
      `INSERT INTO decision (period_id, kind, person_id, role, figures_hash)
       SELECT $1, kind, person, role, (SELECT figures_hash FROM period WHERE id = $1)
         FROM (VALUES ('review', $2::int, 'reviewer'), ('approve', $3::int, 'approver')) d(kind, person, role)`,
      [periodId, this.people.get('reviewer'), this.people.get('approver')],
    );
    await pool.query(`UPDATE period SET stage = 'lock' WHERE id = $1`, [periodId]);
    await pool.query('SELECT lock_period($1)', [periodId]);
  }

  /** Lets a person decide, in one transaction as at the door. */
  as<Rest extends object, Result>(
    login: string,
    decide: (db: PoolClient, request: DecisionRequest & Rest) => Promise<Result>,
    rest: Rest,
  ): Promise<Result> {
    const person = { personId: this.people.get(login)!, login, name: login, isAdmin: false };
    const request = { person, company: 'books', month: '2026-10', ...rest };
    return transaction(this.books.pool, (db) => decide(db, request));
  }

  /** What a person has done in the month: the ground of the segregation of duties. */
  workOf(login: string): Promise<MonthWork> {
    return workOf(this.books.pool, this.periodId, this.people.get(login)!);
  }

  async exceptions(reconciliation?: string): Promise<Shown[]> {
    const { rows } = await this.books.pool.query<Shown>(
      `SELECT id, reconciliation, kind, state, action, difference::text,
              (SELECT string_agg(r->>'reference', ' ' ORDER BY r->>'reference') FROM jsonb_array_elements(left_records || right_records) r) AS references
         FROM exception_state WHERE period_id = $1 AND state <> 'superseded' AND ($2::text IS NULL OR reconciliation = $2) ORDER BY "references"`,
      [this.periodId, reconciliation ?? null],
    );
    return rows;
  }

  /** The ids of the exceptions that show these references, in their order. */
  async ids(reconciliation: string, ...references: string[]): Promise<string[]> {
    const all = await this.exceptions(reconciliation);
    return references.map((reference) => {
      const found = all.find((one) => one.references === reference);
      if (found === undefined) throw new Error(`no exception of ${reference}: ${JSON.stringify(all)}`);
      return found.id;
    });
  }

  /** `reference state action` of each exception, where an action is. */
  async states(reconciliation: string): Promise<string[]> {
    const all = await this.exceptions(reconciliation);
    return all.map(({ references, state, action }) => [references, state, action].filter(Boolean).join(' '));
  }

  async matches(filter: MatchFilter = {}): Promise<MatchView[]> {
    const all: MatchView[] = [];
    for await (const match of streamMatches(this.books.pool, this.periodId, filter)) all.push(match);
    return all;
  }
}
