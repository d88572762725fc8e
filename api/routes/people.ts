import { Type } from '@sinclair/typebox';
import { refuseWeakPassword } from '../../domain/passwords';
import { enter } from '../../store/access';
import { hashPassword } from '../../store/password-hash';
import { addPerson, hasLogin, listPeople, revokeRole } from '../../store/people';
import { answerOnce, who } from '../door';
import type { ApiOptions, Door } from '../options';
import { CompanyCode, CompanyParams, described, Login, RoleWord } from '../schemas';

const PersonParams = Type.Object({ code: CompanyCode, login: Login });
const PersonBody = Type.Object(
  {
    roles: Type.Array(RoleWord, { minItems: 1, uniqueItems: true }),
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    email: Type.Optional(Type.String({ minLength: 3, maxLength: 254 })),
    password: Type.Optional(
      Type.String({ minLength: 1, maxLength: 1024, description: '新登录名必填 · for a new login' }),
    ),
  },
  { additionalProperties: false },
);

/** The people of a company and their roles. */
export function peopleRoutes(door: Door, { pool }: ApiOptions): void {
  const Person = Type.Object({
    login: Login,
    name: Type.String(),
    email: Type.Union([Type.String(), Type.Null()]),
    roles: Type.Array(RoleWord),
    disabled: Type.Boolean(),
  });
  door.get(
    '/api/v1/companies/:code/people',
    { schema: described('人员与角色 · people and roles', { of: Type.Array(Person) }, { params: CompanyParams }) },
    async (request) => {
      const { companyId } = await enter(pool, who(request), request.params.code, 'read');
      return listPeople(pool, companyId);
    },
  );

  const Added = Type.Object({
    login: Login,
    name: Type.String(),
    roles: Type.Array(RoleWord),
    created: Type.Boolean(),
  });
  const schema = described(
    '新增人员或授予角色 · add a person or grant roles',
    { status: 201, of: Added },
    { params: PersonParams, body: PersonBody },
  );
  door.put('/api/v1/companies/:code/people/:login', { schema }, async (request, reply) => {
    const { code, login } = request.params;
    await enter(pool, who(request), code, 'administer');
    const { password, ...given } = request.body;
    const passwordHash = await hashForNew(login, password);
    return answerOnce(
      pool,
      request,
      reply,
      async (client) => {
        const { companyId } = await enter(client, who(request), code, 'administer');
        const added = await addPerson(client, who(request), companyId, { login, ...given }, passwordHash);
        return { status: added.created ? 201 : 200, body: added };
      },
      given,
    );
  });

  door.delete(
    '/api/v1/companies/:code/people/:login/roles/:role',
    {
      schema: described(
        '收回角色 · take a role away',
        { of: Type.Object({ done: Type.Boolean() }) },
        { params: Type.Object({ code: CompanyCode, login: Login, role: RoleWord }) },
      ),
    },
    async (request, reply) =>
      answerOnce(pool, request, reply, async (client) => {
        const { code, login, role } = request.params;
        const { companyId } = await enter(client, who(request), code, 'administer');
        await revokeRole(client, who(request), companyId, login, role);
        return { status: 200, body: { done: true } };
      }),
  );

  /** Hashing takes half a second: before the transaction, and only where it may be wanted. */
  async function hashForNew(login: string, password: string | undefined): Promise<string | undefined> {
    if (password === undefined || (await hasLogin(pool, login))) return undefined;
    refuseWeakPassword(password, login);
    return hashPassword(password);
  }
}
