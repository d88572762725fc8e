import swagger from '@fastify/swagger';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import fastify, { type FastifyServerOptions } from 'fastify';
import { wantSignIn } from './door';
import type { ApiOptions, Door } from './options';
import { routeNotFound, sendProblem } from './problems';
import { byHandRoutes } from './routes/by-hand';
import { closeRoutes } from './routes/close';
import { companyRoutes } from './routes/companies';
import { comparedRoutes } from './routes/compared';
import { decisionRoutes } from './routes/decisions';
import { detailRoutes } from './routes/detail';
import { doctorRoute, healthRoute } from './routes/health';
import { importRoutes, parkedRoutes } from './routes/imports';
import { journalRoutes } from './routes/journal';
import { mailRoutes } from './routes/mails';
import { noteRoutes } from './routes/notes';
import { peopleRoutes } from './routes/people';
import { profileRoutes } from './routes/profiles';
import { pullRoutes } from './routes/pulls';
import { recordRoutes } from './routes/record';
import { ruleRoutes } from './routes/rules';
import { scheduleRoutes } from './routes/schedule';
import { sessionRoutes, signInRoute } from './routes/sessions';
import { sourceRoutes } from './routes/sources';

const JSON_LIMIT = 2 * 1024 ** 2;

/** Behind the door: each of these wants a signed-in person. */
const SIGNED_IN = [
  sessionRoutes,
  companyRoutes,
  peopleRoutes,
  importRoutes,
  profileRoutes,
  parkedRoutes,
  closeRoutes,
  comparedRoutes,
  byHandRoutes,
  noteRoutes,
  journalRoutes,
  detailRoutes,
  decisionRoutes,
  recordRoutes,
  mailRoutes,
  ruleRoutes,
  scheduleRoutes,
  sourceRoutes,
  pullRoutes,
  doctorRoute,
] as const;

/**
 * Builds the HTTP server on a pool; the caller listens and closes. It keeps nothing in memory that a restart would
 * lose, and several may run side by side.
 */
export async function buildServer(options: ApiOptions): Promise<Door> {
  const door = fastify(serverOptions(options)).withTypeProvider<TypeBoxTypeProvider>();
  // Answers are built from rows, not from strangers' objects: they need no second look by a schema.
  door.setSerializerCompiler(() => JSON.stringify);
  door.setErrorHandler((error, request, reply) => sendProblem(error, request, reply));
  door.setNotFoundHandler((request, reply) => sendProblem(routeNotFound(request), request, reply));
  addSafeHeaders(door);
  addBodyParsers(door);
  await describeItself(door, options.version);
  await door.register(async (open) => {
    healthRoute(open, options);
    signInRoute(open, options);
    open.get('/openapi.json', { schema: { hide: true } }, async () => door.swagger());
  });
  await door.register(async (closed) => {
    wantSignIn(closed, options.pool);
    for (const addRoutes of SIGNED_IN) addRoutes(closed, options);
  });
  return door;
}

function serverOptions(options: ApiOptions): FastifyServerOptions {
  const log = { level: 'info', redact: ['req.headers.authorization', 'req.headers.cookie'] };
  return {
    logger: options.log === true ? log : false,
    bodyLimit: JSON_LIMIT,
    // Uploads of gigabytes take as long as they take; a silent peer is cut off by keepAliveTimeout.
    requestTimeout: 0,
    forceCloseConnections: 'idle',
    genReqId: () => crypto.randomUUID(),
    ajv: { customOptions: { removeAdditional: false, coerceTypes: true, allErrors: false } },
  };
}

function addSafeHeaders(door: Door): void {
  door.addHook('onSend', async (_request, reply, payload) => {
    void reply.headers({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
    return payload;
  });
}

function addBodyParsers(door: Door): void {
  door.addContentTypeParser(['application/yaml', 'text/yaml'], { parseAs: 'string' }, (_request, body, done) =>
    done(null, body),
  );
  // The bytes stay a stream: they go to disk as they come, whatever their size.
  door.addContentTypeParser('application/octet-stream', (_request, bytes, done) => done(null, bytes));
}

async function describeItself(door: Door, version: string): Promise<void> {
  await door.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'salesclose',
        version,
        description: '销售管理月末结账 · closes a company’s sales books every month. Codes of refusals: docs/errors.md',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
      security: [{ bearer: [] }],
    },
  });
}
