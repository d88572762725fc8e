import type { FakeAnswer, FakeRequest } from './fake-http';

/** What goes wrong with an answer. */
export type Fault =
  /** Another status instead of the answer: 429 with or without `retry-after`, 500, 503, 401. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: Buffer | string;
    }
  /** The request is taken and never answered. */
  | { readonly kind: 'hang' }
  /** The connection is reset without an answer. */
  | { readonly kind: 'reset' }
  /** The answer comes late, and whole. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** The whole answer comes, a few bytes at a time. */
  | { readonly kind: 'drip'; readonly bytesPerSecond: number }
  /** The body ends after `after` bytes (by default half of them): as if done, or by a reset. */
  | { readonly kind: 'cut'; readonly after?: number; readonly by?: 'end' | 'reset' }
  /** The body's bytes are changed; its announced length follows. Status and headers can be changed by `answer`. */
  | { readonly kind: 'mangle'; readonly change: (body: Buffer) => Buffer }
  /** The handler's answer is changed in any way: another header, another status. */
  | { readonly kind: 'answer'; readonly change: (answer: FakeAnswer) => FakeAnswer };

export interface PlannedFault {
  /** Which requests: those whose path begins so, or a question to the request. */
  readonly match: string | ((request: FakeRequest) => boolean);
  readonly fault: Fault;
  /** How many matching requests it meets; 1 by default, Infinity for good. */
  readonly times?: number;
  /** How many matching requests pass before it begins; 0 by default. */
  readonly skip?: number;
}

/** A plan of faults: each request meets the first planned one that fits and is not used up. */
export class FaultPlan {
  private planned: { readonly plan: PlannedFault; skip: number; left: number }[] = [];

  add(plan: PlannedFault): void {
    this.planned.push({ plan, skip: plan.skip ?? 0, left: plan.times ?? 1 });
  }

  clear(): void {
    this.planned = [];
  }

  /** How many planned faults have not been met yet. */
  get pending(): number {
    return this.planned.filter(({ left }) => left > 0 && left !== Infinity).length;
  }

  /** The fault this request meets, which uses it up once. */
  next(request: FakeRequest): Fault | undefined {
    for (const one of this.planned) {
      if (one.left <= 0 || !fits(one.plan, request)) continue;
      if (one.skip > 0) {
        one.skip -= 1;
        continue;
      }
      one.left -= 1;
      return one.plan.fault;
    }
    return undefined;
  }
}

function fits({ match }: PlannedFault, request: FakeRequest): boolean {
  return typeof match === 'string' ? request.path.startsWith(match) : match(request);
}
