import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../domain/problem';
import type { Bilingual } from '../domain/words';

/** A refusal on the wire: RFC 9457, with our stable code and the reason in both languages. */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly reason: Bilingual;
  readonly [more: string]: unknown;
}

/** Answers with what went wrong. What is no refusal is logged under the request's id and told as INTERNAL. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = problemOf(error, request);
  if (problem.status >= 500) request.log.error({ err: error, code: problem.code }, 'request failed');
  const wait = problem.details['retryAfter'];
  if (typeof wait === 'number') void reply.header('retry-after', wait);
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer realm="salesclose"');
  return reply.code(problem.status).type('application/problem+json').serializer(JSON.stringify).send(bodyOf(problem));
}

/** A refusal as it goes over the wire. */
export function bodyOf(problem: Problem): ProblemBody {
  return {
    ...problem.details,
    type: `urn:salesclose:problem:${problem.code}`,
    title: problem.code.toLowerCase().replace(/_/g, ' '),
    status: problem.status,
    detail: problem.reason.en,
    code: problem.code,
    reason: problem.reason,
  };
}

/** No such route, or a method it does not have. */
export function routeNotFound(request: FastifyRequest): Problem {
  return new Problem(
    'ROUTE_NOT_FOUND',
    {
      zh: `没有 ${request.method} ${pathOf(request)}；接口见 /openapi.json`,
      en: `there is no ${request.method} ${pathOf(request)}; see /openapi.json`,
    },
    404,
  );
}

function problemOf(error: unknown, request: FastifyRequest): Problem {
  if (error instanceof Problem) return error;
  const { code = '', statusCode = 500, validation, message = '' } = error as Partial<FastifyError>;
  if (validation !== undefined) return badRequest(message);
  const known = DATABASE_REFUSALS[code];
  if (known !== undefined) return new Problem(known.code, known.reason, 409);
  if (isDatabaseAway(code, message)) return databaseAway();
  if (statusCode >= 400 && statusCode < 500) return refusedByServer(statusCode, message);
  return new Problem(
    'INTERNAL',
    {
      zh: `内部错误，已记录（编号 ${request.id}）；请重试，仍失败请查看日志 api.log`,
      en: `an internal error, logged as ${request.id}; try again, and see api.log if it stays`,
    },
    500,
    { request: request.id },
  );
}

/** What the database's own guards say (prisma/migrations: guards). */
const DATABASE_REFUSALS: Readonly<Record<string, { code: string; reason: Bilingual }>> = {
  SC001: {
    code: 'PERIOD_LOCKED',
    reason: { zh: '该月已结账锁定，不能再改', en: 'the month is locked and stays as it is' },
  },
  SC002: {
    code: 'POSTED_ROW',
    reason: { zh: '已入账的记录不能更改，更正须另作记录', en: 'posted rows never change; a correction is a new row' },
  },
  SC003: {
    code: 'PERIOD_NOT_READY',
    reason: { zh: '该月尚不具备结账条件', en: 'the month is not ready to be locked' },
  },
  SC004: {
    code: 'SEGREGATION_OF_DUTIES',
    reason: {
      zh: '您的角色或本月所做的工作使您不得复核或审批；请由其他人办理',
      en: 'your roles, or your work on this month, do not let you review or approve it; another person has to',
    },
  },
};

function isDatabaseAway(code: string, message: string): boolean {
  const isShutdown = code.startsWith('08') || ['57P01', '57P02', '57P03', '53300'].includes(code);
  const isUnreachable = ['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT'].includes(code);
  return isShutdown || isUnreachable || /Connection terminated|timeout exceeded when trying to connect/.test(message);
}

/** The database does not answer. */
export function databaseAway(): Problem {
  return new Problem(
    'DATABASE_AWAY',
    {
      zh: '数据库暂时不可用，未作任何更改；稍后重试（同一 Idempotency-Key）即可',
      en: 'the database does not answer just now; nothing was changed, try again with the same Idempotency-Key',
    },
    503,
    { retryAfter: 2 },
  );
}

function badRequest(message: string): Problem {
  return new Problem(
    'BAD_REQUEST',
    { zh: `请求不合规：${message}`, en: `the request is not as it should be: ${message}` },
    400,
  );
}

function refusedByServer(status: number, message: string): Problem {
  return new Problem(
    status === 413 ? 'TOO_LARGE' : status === 415 ? 'MEDIA_TYPE_REFUSED' : 'BAD_REQUEST',
    { zh: `请求被拒绝：${message}`, en: `the request was refused: ${message}` },
    status,
  );
}

function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0] ?? '';
}
