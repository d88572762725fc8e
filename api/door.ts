import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Pool, PoolClient } from 'pg';
import { Problem } from '../domain/problem';
import { once, type Answer } from '../store/idempotency';
import { findPrincipal, type Principal } from '../store/sessions';
import type { Door } from './options';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the door on every route behind it. */
    principal: Principal | null;
    /** The bearer token as sent. */
    token: string | null;
  }
}

const LONGEST_KEY = 255;

/** From here on every route wants a valid bearer token. */
export function wantSignIn(door: Door, pool: Pool): void {
  door.decorateRequest('principal', null);
  door.decorateRequest('token', null);
  door.addHook('onRequest', async (request) => {
    const token = /^Bearer ([A-Za-z0-9_-]{20,128})$/.exec(request.headers.authorization ?? '')?.[1];
    const principal = token === undefined ? undefined : await findPrincipal(pool, token);
    if (token === undefined || principal === undefined) throw signInFirst();
    request.principal = principal;
    request.token = token;
  });
}

/** Who is asking. */
export function who(request: FastifyRequest): Principal {
  if (request.principal === null) throw signInFirst();
  return request.principal;
}

/**
 * Answers a write once for its Idempotency-Key, in one transaction.
 * @param content what tells this request from another beside method and path, for bodies that are no JSON or hold
 *   secrets: only its SHA-256 is kept
 * @throws Problem IDEMPOTENCY_KEY_MISSING (400), IDEMPOTENCY_KEY_REUSED (422)
 */
export async function answerOnce(
  pool: Pool,
  request: FastifyRequest,
  reply: FastifyReply,
  work: (client: PoolClient) => Promise<Answer>,
  content: unknown = request.body,
): Promise<FastifyReply> {
  const keyed = { personId: who(request).personId, key: requireKey(request), request: fingerprint(request, content) };
  const answer = await once(pool, keyed, work);
  if (answer.replayed) void reply.header('idempotent-replayed', 'true');
  return reply.code(answer.status).send(answer.body);
}

/** The caller's Idempotency-Key. @throws Problem IDEMPOTENCY_KEY_MISSING (400) */
export function requireKey(request: FastifyRequest): string {
  const key = request.headers['idempotency-key'];
  if (typeof key === 'string' && key !== '' && key.length <= LONGEST_KEY) return key;
  throw new Problem(
    'IDEMPOTENCY_KEY_MISSING',
    {
      zh: `写入请求须带 Idempotency-Key 请求头（1 至 ${LONGEST_KEY} 个字符）`,
      en: `a write needs an Idempotency-Key header of 1 to ${LONGEST_KEY} characters`,
    },
    400,
  );
}

function fingerprint(request: FastifyRequest, content: unknown): string {
  const text = [request.method, request.url, JSON.stringify(content ?? null)].join('\n');
  return createHash('sha256').update(text).digest('hex');
}

function signInFirst(): Problem {
  return new Problem(
    'SIGN_IN_FIRST',
    {
      zh: '请先登录（salesclose login），或登录已过期',
      en: 'sign in first (salesclose login); a session may have ended',
    },
    401,
  );
}
