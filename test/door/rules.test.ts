import { COMPANY_FILE, openHouse, type House } from './house';

const RULES = `${COMPANY_FILE.trimEnd()}
  rules:
    - code: same-payer
      name: 同一付款人
      reconciliation: receipts-channels
      keys: [{left: counterparty, right: counterparty, as: text}]
`;

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const put = (login: string, body: string): ReturnType<House['send']> =>
  house.as(login, 'PUT', '/api/v1/companies/qinghe', body);
const approve = (login: string, policyVersion: number): ReturnType<House['send']> =>
  house.as(login, 'POST', '/api/v1/companies/qinghe/rules/approvals', { policyVersion, reason: 'agreed' });

test('rules are written by the administrator, approved by another person, and shown with both', async () => {
  const set = await put('admin', RULES);
  const version = set.body.policyVersion as number;
  const shown = await house.as('auditor', 'GET', '/api/v1/companies/qinghe/rules');
  expect(shown.body.standing.reconciliations).toHaveLength(6);
  expect(shown.body.versions[0]).toMatchObject({ policyVersion: version, author: 'admin', approvedBy: null });
  expect((await approve('reviewer', version)).status).toBe(403);
  expect((await approve('approver', 99)).body.code).toBe('POLICY_VERSION_NOT_FOUND');
  const approved = await approve('approver', version);
  expect(approved.body.versions[0]).toMatchObject({
    approvedBy: 'approver',
    reason: 'agreed',
    rules: [{ code: 'same-payer', automatic: false }],
  });
  expect((await approve('controller', version)).body.code).toBe('RULES_APPROVED_ALREADY');
  const { rows } = await house.pool.query(`SELECT actor, subject FROM audit_entry WHERE action = 'rules.approved'`);
  expect(rows).toEqual([{ actor: 'approver', subject: String(version) }]);
});

test('a broken rule is refused with its line, and the policy stays', async () => {
  const before = (await house.as('auditor', 'GET', '/api/v1/companies/qinghe')).body.policyVersion;
  const refused = await put('admin', RULES.replace('counterparty, right', 'payer, right'));
  expect(refused.body.code).toBe('COMPANY_FILE_INVALID');
  expect(refused.body.faults).toEqual([expect.objectContaining({ line: 10, path: 'policy.rules[0].keys[0].left' })]);
  expect((await house.as('auditor', 'GET', '/api/v1/companies/qinghe')).body.policyVersion).toBe(before);
});

test('a file can be tried on a month by whoever may read it', async () => {
  await house.pool.query(`SELECT open_period(id, '2026-10') FROM company WHERE code = 'qinghe'`);
  const url = '/api/v1/companies/qinghe/periods/2026-10/rules/dry-run';
  const asked = await house.as('preparer', 'POST', url, RULES);
  expect(asked.status).toBe(200);
  expect(asked.body).toMatchObject({ appearing: { count: 0, first: [] }, disappearing: { count: 0 } });
  expect((await house.as('stranger', 'POST', url, RULES)).status).toBe(404);
});
