import { Type } from '@sinclair/typebox';
import { changePassword, disablePerson } from '../../store/people';
import { requireInstallationAdmin } from '../../store/access';
import { listCompanies } from '../../store/companies';
import { signIn, signOut } from '../../store/sessions';
import { answerOnce, who } from '../door';
import type { ApiOptions, Door } from '../options';
import { described, Login, Moment, RoleWord } from '../schemas';

const Password = Type.String({ minLength: 1, maxLength: 1024 });
const Done = Type.Object({ done: Type.Boolean() });

/** The one route that gives a session. */
export function signInRoute(door: Door, { pool }: ApiOptions): void {
  const SignedIn = Type.Object({
    token: Type.String({ description: '256 random bits; kept here as SHA-256 only' }),
    expiresAt: Moment,
    person: Type.Object({ login: Login, name: Type.String(), isAdmin: Type.Boolean() }),
  });
  const schema = described(
    '登录 · sign in',
    { of: SignedIn },
    { security: [], body: Type.Object({ login: Login, password: Password }) },
  );
  door.post('/api/v1/sign-in', { schema }, async (request) => {
    const { token, expiresAt, principal } = await signIn(pool, { ...request.body, address: request.ip });
    const { login, name, isAdmin } = principal;
    return { token, expiresAt: expiresAt.toISOString(), person: { login, name, isAdmin } };
  });
}

/** What a signed-in person does about himself, and an administrator about logins. */
export function sessionRoutes(door: Door, { pool }: ApiOptions): void {
  door.post('/api/v1/sign-out', { schema: described('退出 · sign out', { of: Done }, {}) }, async (request) => {
    await signOut(pool, request.token ?? '');
    return { done: true };
  });

  const Me = Type.Object({
    login: Login,
    name: Type.String(),
    isAdmin: Type.Boolean(),
    companies: Type.Array(Type.Object({ code: Type.String(), name: Type.String(), roles: Type.Array(RoleWord) })),
  });
  door.get('/api/v1/me', { schema: described('我是谁 · who am I', { of: Me }, {}) }, async (request) => {
    const { login, name, isAdmin } = who(request);
    return { login, name, isAdmin, companies: await listCompanies(pool, who(request)) };
  });

  const change = { body: Type.Object({ current: Password, password: Password }) };
  door.post(
    '/api/v1/me/password',
    { schema: described('修改密码 · change one’s password', { of: Done }, change) },
    async (request, reply) =>
      answerOnce(
        pool,
        request,
        reply,
        async (client) => {
          await changePassword(client, who(request), { ...request.body, token: request.token ?? '' });
          return { status: 200, body: { done: true } };
        },
        null,
      ),
  );

  door.post(
    '/api/v1/people/:login/disable',
    { schema: described('停用登录名 · disable a login', { of: Done }, { params: Type.Object({ login: Login }) }) },
    async (request, reply) => {
      requireInstallationAdmin(who(request));
      return answerOnce(pool, request, reply, async (client) => {
        await disablePerson(client, who(request), request.params.login);
        return { status: 200, body: { done: true } };
      });
    },
  );
}
