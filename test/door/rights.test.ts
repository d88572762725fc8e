import type { Role } from '../../domain/words';
import { C, COMPANY_FILE, exceptionId, openHouse, P, type House } from './house';

let house: House;
beforeAll(async () => {
  house = await openHouse();
  await house.as('preparer', 'POST', `${P}/imports?kind=orders-csv&fileName=a.csv`, Buffer.from('a'));
});
afterAll(() => house.close());

type Route = readonly [
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  url: string,
  body: unknown,
  roles: readonly (Role | 'any')[],
];
const reason = 'because';
const ROUTES: readonly Route[] = [
  ['GET', C, undefined, ['any']],
  ['PUT', C, COMPANY_FILE, ['admin']],
  ['GET', `${C}/people`, undefined, ['any']],
  ['PUT', `${C}/people/newcomer`, { roles: ['auditor'] }, ['admin']],
  ['DELETE', `${C}/people/newcomer/roles/auditor`, undefined, ['admin']],
  ['GET', `${C}/periods`, undefined, ['any']],
  ['POST', `${P}/imports?kind=ledger-csv&fileName=l.csv`, Buffer.from('l'), ['preparer']],
  ['POST', `${P}/imports?kind=channel-csv&fileName=c.csv`, Buffer.from('c'), ['preparer', 'cashier']],
  ['GET', `${P}/batches`, undefined, ['any']],
  ['GET', `${P}/batches/1`, undefined, ['any']],
  ['GET', `${P}/rejected`, undefined, ['any']],
  ['GET', `${P}/rejected?format=csv`, undefined, ['any']],
  ['GET', `${P}/parked`, undefined, ['any']],
  ['GET', `${P}/parked/preview?batches=99`, undefined, ['any']],
  ['POST', `${P}/admit`, { batches: [99], reason }, ['preparer']],
  ['POST', `${P}/defer`, { batches: [99], reason }, ['preparer']],
  ['GET', `${P}/close`, undefined, ['any']],
  ['GET', `${P}/close/progress`, undefined, ['any']],
  ['POST', `${P}/close/start`, {}, ['preparer']],
  ['POST', `${P}/close/retry`, {}, ['preparer']],
  ['POST', `${P}/close/cancel`, {}, ['preparer']],
  ['GET', `${P}/exceptions`, undefined, ['any']],
  ['GET', `${P}/exceptions?limit=10&sort=age`, undefined, ['any']],
  ['GET', `${P}/exceptions/groups?by=cause`, undefined, ['any']],
  ['GET', `${P}/exceptions/${exceptionId(1)}/notes`, undefined, ['any']],
  ['GET', `${P}/exceptions/${exceptionId(1)}/attachments/${'a'.repeat(64)}`, undefined, ['any']],
  ['GET', `${P}/matches`, undefined, ['any']],
  ['GET', `${P}/journal`, undefined, ['any']],
  ['GET', `${P}/journal?format=kingdee`, undefined, ['any']],
  ['POST', `${P}/resolutions`, { exceptions: [exceptionId(1)], action: 'accept', reason }, ['preparer', 'reviewer']],
  ['POST', `${P}/matches`, { exceptions: [exceptionId(1), exceptionId(2)], reason }, ['preparer', 'reviewer']],
  ['POST', `${P}/unmatch`, { matches: [exceptionId(1)], reason }, ['preparer', 'reviewer']],
  ['POST', `${P}/undo`, { ids: [exceptionId(1)], reason }, ['preparer', 'reviewer']],
  ['POST', `${P}/assignments`, { exceptions: [exceptionId(1)], to: 'preparer' }, ['preparer', 'reviewer']],
  ['POST', `${P}/comments`, { exceptions: [exceptionId(1)], comment: 'seen' }, ['preparer', 'reviewer']],
  ['POST', `${P}/exceptions/${exceptionId(1)}/attachments?fileName=a.pdf`, Buffer.from('a'), ['preparer', 'reviewer']],
  ['GET', `${P}/exceptions/${exceptionId(1)}`, undefined, ['any']],
  ['GET', `${P}/matches/${exceptionId(1)}`, undefined, ['any']],
  ['GET', `${C}/rules`, undefined, ['any']],
  ['POST', `${C}/rules/approvals`, { policyVersion: 99, reason }, ['approver', 'controller']],
  ['POST', `${P}/rules/dry-run`, COMPANY_FILE, ['any']],
  ['GET', `${C}/profiles`, undefined, ['any']],
  ['GET', `${C}/profiles/none`, undefined, ['any']],
  ['POST', `${C}/profiles`, 'name: none', ['admin', 'preparer']],
  ['POST', `${P}/profiles/none/try?fileName=a.csv`, Buffer.from('a'), ['any']],
  ['GET', `${C}/mails`, undefined, ['any']],
  ['POST', `${C}/mails/99/settle`, { as: 'sent', reason }, ['admin', 'preparer']],
  ['GET', `${C}/audit/bundle`, undefined, ['any']],
  ['POST', `${P}/review`, { reason }, ['reviewer']],
  ['POST', `${P}/approve`, { reason }, ['approver', 'controller']],
  ['POST', `${P}/reject`, { reason }, ['reviewer', 'approver', 'controller']],
  ['GET', `${P}/report?format=pdf`, undefined, ['any']],
  ['GET', `${C}/audit`, undefined, ['any']],
  ['GET', `${C}/audit/verify`, undefined, ['any']],
  ['GET', `${C}/invariants`, undefined, ['any']],
  ['GET', `${C}/sources`, undefined, ['any']],
  ['POST', `${C}/sources`, 'name: crm', ['admin']],
  ['GET', `${C}/sources/crm`, undefined, ['any']],
  ['PUT', `${C}/sources/crm`, 'name: crm', ['admin']],
  ['POST', `${C}/sources/crm/pause`, {}, ['admin']],
  ['POST', `${C}/sources/crm/resume`, {}, ['admin']],
  ['GET', `${C}/sources/crm/mapping`, undefined, ['any']],
  ['PUT', `${C}/sources/crm/mapping`, 'objects: {}', ['admin']],
  ['POST', `${C}/sources/crm/test`, {}, ['admin']],
  ['GET', `${C}/sources/crm/probes/1`, undefined, ['any']],
  ['GET', `${P}/sources`, undefined, ['any']],
  ['POST', `${P}/sources/crm/pull`, {}, ['preparer']],
  ['POST', `${P}/sources/crm/dry-pull`, {}, ['preparer']],
  ['GET', `${C}/schedule`, undefined, ['any']],
  ['PUT', `${C}/schedule`, { day: 1, hour: 6 }, ['admin']],
  ['POST', `${C}/schedule/pause`, {}, ['admin']],
  ['POST', `${C}/schedule/resume`, {}, ['admin']],
  ['POST', `${C}/schedule/backfill`, { from: '2026-10', to: '2026-10' }, ['admin']],
];
const MEMBERS: readonly Role[] = ['preparer', 'reviewer', 'approver', 'controller', 'cashier', 'auditor', 'admin'];

test.each(ROUTES)('%s %s is open to those who may and to nobody else', async (method, url, body, roles) => {
  for (const login of MEMBERS) {
    const { status, text } = await house.as(login, method, url, body);
    const isRefused = status === 403 && /ROLE_MISSING/.test(text);
    const may = roles.includes('any') || roles.includes(login);
    expect([login, isRefused]).toEqual([login, !may]);
    expect(status).toBeLessThan(500);
  }
});

test.each(ROUTES)(
  '%s %s tells a stranger what it tells about a company that is not there',
  async (method, url, body) => {
    const stranger = await house.as('stranger', method, url, body);
    const nowhere = await house.as('stranger', method, url.replace('/qinghe', '/nowhere'), body);
    expect([stranger.status, stranger.body.code]).toEqual([404, 'COMPANY_NOT_FOUND']);
    expect(stranger.text.replaceAll('qinghe', 'nowhere')).toBe(nowhere.text);
  },
);

test.each([
  ...ROUTES,
  ['GET', '/api/v1/me', undefined, []],
  ['GET', '/api/v1/doctor', undefined, []],
  ['POST', '/api/v1/companies', COMPANY_FILE, []],
] as Route[])('%s %s wants a sign-in', async (method, url, body) => {
  const { status, body: problem, headers } = await house.as('nobody', method, url, body);
  expect([status, problem.code]).toEqual([401, 'SIGN_IN_FIRST']);
  expect(headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(headers['www-authenticate']).toMatch(/^Bearer/);
});

test('only an administrator of the installation adds companies and disables logins', async () => {
  await house.as('admin', 'PUT', `${C}/people/local-admin`, { roles: ['admin'], password: 'four quiet words here' });
  for (const login of ['preparer', 'auditor', 'stranger']) {
    expect((await house.as(login, 'POST', '/api/v1/companies', 'code: other\nname: x')).body.code).toBe('ADMIN_ONLY');
    expect((await house.as(login, 'POST', '/api/v1/people/cashier/disable')).body.code).toBe('ADMIN_ONLY');
  }
});

test('a role taken away is gone with the next request', async () => {
  expect((await house.as('cashier', 'GET', C)).status).toBe(200);
  await house.as('admin', 'DELETE', `${C}/people/cashier/roles/cashier`);
  expect((await house.as('cashier', 'GET', C)).body.code).toBe('COMPANY_NOT_FOUND');
});

test('nobody is administrator and anything else', async () => {
  expect((await house.as('admin', 'PUT', `${C}/people/auditor`, { roles: ['admin', 'preparer'] })).body.code).toBe(
    'ROLES_CONFLICT',
  );
  expect((await house.as('admin', 'PUT', `${C}/people/preparer`, { roles: ['admin'] })).body.code).toBe(
    'ROLES_CONFLICT',
  );
  expect((await house.as('admin', 'PUT', `${C}/people/admin`, { roles: ['reviewer'] })).body.code).toBe(
    'ROLES_CONFLICT',
  );
  const { body } = await house.as('admin', 'GET', `${C}/people`);
  expect(body.find((one: { login: string }) => one.login === 'preparer').roles).toEqual(['preparer']);
});

test('another company’s month, batch and report stay out of reach of people from this one', async () => {
  await house.as('admin', 'POST', '/api/v1/companies', 'code: other\nname: 他人');
  await house.as('admin', 'PUT', '/api/v1/companies/other/people/outsider', {
    roles: ['preparer'],
    password: 'four quiet words here',
  });
  const batchOfQinghe = await house.as('preparer', 'GET', `${P}/batches`);
  const id = batchOfQinghe.body[0].batch;
  await house.as('admin', 'PUT', '/api/v1/companies/other/people/stranger', { roles: ['preparer'] });
  await house.as(
    'stranger',
    'POST',
    '/api/v1/companies/other/periods/2026-10/imports?kind=orders-csv&fileName=a.csv',
    Buffer.from('b'),
  );
  const foreign = await house.as('stranger', 'GET', `/api/v1/companies/other/periods/2026-10/batches/${id}`);
  expect([foreign.status, foreign.body.code]).toEqual([404, 'BATCH_NOT_FOUND']);
  const replaced = await house.as(
    'stranger',
    'POST',
    `/api/v1/companies/other/periods/2026-10/imports?kind=orders-csv&fileName=a.csv&replaces=${id}`,
    Buffer.from('c'),
  );
  expect(replaced.body.code).toBe('NOT_REPLACEABLE');
});
