import { createHash } from 'node:crypto';
import type { Fault } from '../../domain/verify/faults';
import { BundledBooks, NOVEMBER, OCTOBER } from './bundled-books';
import type { Rebundle } from './rebundle';

let bundled: BundledBooks;
beforeAll(async () => {
  bundled = await BundledBooks.make();
}, 120_000);
afterAll(() => bundled.close());

/** Each is done by somebody who also makes the manifest fit. */
const ORDERS = `${OCTOBER}/rows/sales_order.tsv`;
test.each<[string, (spoilt: Rebundle) => void, () => Partial<Fault>]>([
  [
    'a cell of a row',
    (spoilt) =>
      spoilt.editLines(ORDERS, (lines) => lines.map((line, i) => (i === 6 ? line.replace('7.50', '7.51') : line))),
    () => ({ code: 'ROW_CHANGED', month: OCTOBER, relation: 'sales_order', block: 0, key: bundled.order(OCTOBER, 7) }),
  ],
  [
    'a row taken out of a later block',
    (spoilt) => spoilt.editLines(`${NOVEMBER}/rows/sales_order.tsv`, (lines) => lines.filter((_, i) => i !== 12_344)),
    () => ({
      code: 'ROW_MISSING',
      month: NOVEMBER,
      relation: 'sales_order',
      block: 1,
      key: bundled.order(NOVEMBER, 12_345),
    }),
  ],
  [
    'a row put in',
    (spoilt) => spoilt.editLines(ORDERS, (lines) => [...lines, lines[0]!.replace(/^\d+/, bundled.order(OCTOBER, 99))]),
    () => ({ code: 'ROW_ADDED', month: OCTOBER, relation: 'sales_order', key: bundled.order(OCTOBER, 99) }),
  ],
  [
    'a row put in behind without a line end',
    (spoilt) => spoilt.edit(ORDERS, (text) => `${text}gibberish`),
    () => ({ code: 'ROW_ADDED', month: OCTOBER, relation: 'sales_order', key: 'gibberish' }),
  ],
  [
    'something in a relation that was empty',
    (spoilt) => spoilt.members.set(`${OCTOBER}/rows/invoice.tsv`, Buffer.from('5\tx')),
    () => ({ code: 'ROW_ADDED', month: OCTOBER, relation: 'invoice', key: '5' }),
  ],
  [
    'two rows in each other’s place',
    (spoilt) =>
      spoilt.editLines(ORDERS, (lines) => lines.map((line, i) => lines[i === 2 ? 3 : i === 3 ? 2 : i] ?? line)),
    () => ({ code: 'BLOCK_CHANGED', month: OCTOBER, relation: 'sales_order', block: 0 }),
  ],
  [
    'all rows of a relation',
    (spoilt) => spoilt.members.set(`${OCTOBER}/rows/ledger_entry.tsv`, Buffer.alloc(0)),
    () => ({ code: 'ROW_MISSING', month: OCTOBER, relation: 'ledger_entry' }),
  ],
  [
    'who approved',
    (spoilt) => spoilt.edit(`${OCTOBER}/rows/decision.tsv`, (text) => text.replace(/approver/, 'reviewer')),
    () => ({ code: 'ROW_CHANGED', month: OCTOBER, relation: 'decision' }),
  ],
  [
    'a row and its block’s hash',
    (spoilt) => {
      spoilt.edit(ORDERS, (text) => text.replace('7.50', '7.51'));
      const sha256 = createHash('sha256').update(spoilt.text(ORDERS)).digest('hex');
      spoilt.editJson(`${OCTOBER}/blocks/sales_order.ndjson`, 0, (block) => (block.sha256 = sha256));
    },
    () => ({ code: 'BLOCK_LIST_CHANGED', month: OCTOBER, relation: 'sales_order' }),
  ],
  [
    'a row index',
    (spoilt) => spoilt.editJson(`${OCTOBER}/blocks/match.ndjson`, 0, (block) => (block.checks = '')),
    () => ({ code: 'BLOCK_LIST_CHANGED', month: OCTOBER, relation: 'match' }),
  ],
  [
    'a figure of the seal',
    (spoilt) => spoilt.editJson('seals.ndjson', 0, (month) => (month.seal.content.relations[0].rows = 49)),
    () => ({ code: 'SEAL_CHANGED', month: OCTOBER }),
  ],
  [
    'the seal’s content made something no seal can hold',
    (spoilt) => spoilt.editJson('seals.ndjson', 0, (month) => (month.seal.content.policyVersion = 1.5)),
    () => ({ code: 'SEAL_CHANGED', month: OCTOBER }),
  ],
  [
    'the signature',
    (spoilt) =>
      spoilt.editJson('seals.ndjson', 1, (month) => (month.seal.signature = Buffer.alloc(64).toString('base64'))),
    () => ({ code: 'SIGNATURE_INVALID', month: NOVEMBER }),
  ],
  [
    'the month’s row beside the seal',
    (spoilt) => spoilt.editJson('seals.ndjson', 0, (month) => (month.lockedAt = '2026-11-01T00:00:00.000000Z')),
    () => ({ code: 'MONTH_ROW_CHANGED', month: OCTOBER }),
  ],
  [
    'the seal of the month before left out',
    (spoilt) => spoilt.editLines('seals.ndjson', (lines) => lines.slice(1)),
    () => ({ code: 'SEAL_CHAIN_BROKEN', month: NOVEMBER }),
  ],
  [
    'the policy',
    (spoilt) => spoilt.edit(`${OCTOBER}/policy.yaml`, (text) => `${text}# tolerance: 1000\n`),
    () => ({ code: 'POLICY_CHANGED', month: OCTOBER }),
  ],
  [
    'an audit entry left out',
    (spoilt) => spoilt.editLines('audit.ndjson', (lines) => lines.filter((_, i) => i !== 2)),
    () => ({ code: 'AUDIT_MISSING', key: '3' }),
  ],
  [
    'who did something',
    (spoilt) => spoilt.editJson('audit.ndjson', 1, (entry) => (entry.actor = 'somebody')),
    () => ({ code: 'AUDIT_CHANGED', key: '2' }),
  ],
  [
    'the end of the audit chain',
    (spoilt) => spoilt.editLines('audit.ndjson', (lines) => lines.slice(0, -1)),
    () => ({ code: 'AUDIT_TRUNCATED', month: NOVEMBER }),
  ],
  [
    'an original file',
    (spoilt) => {
      const name = [...spoilt.members.keys()].find((member) => member.startsWith('files/'))!;
      spoilt.edit(name, (text) => `${text}!`);
    },
    () => ({ code: 'EVIDENCE_DIFFERS' }),
  ],
  [
    'the list of original files',
    (spoilt) => spoilt.editLines(`${OCTOBER}/files.ndjson`, (lines) => lines.slice(1)),
    () => ({ code: 'EVIDENCE_DIFFERS', month: OCTOBER, key: String(bundled.orders[OCTOBER]) }),
  ],
  [
    'rows left out whole',
    (spoilt) => spoilt.members.delete(`${OCTOBER}/rows/receipt.tsv`),
    () => ({ code: 'MEMBER_MISSING', month: OCTOBER, key: `${OCTOBER}/rows/receipt.tsv` }),
  ],
  [
    'the seals left out',
    (spoilt) => spoilt.members.delete('seals.ndjson'),
    () => ({ code: 'MEMBER_MISSING', key: 'seals.ndjson' }),
  ],
  [
    'the audit chain left out',
    (spoilt) => spoilt.members.delete('audit.ndjson'),
    () => ({ code: 'MEMBER_MISSING', key: 'audit.ndjson' }),
  ],
])('the verification of a bundle finds %s', async (_what, change, fault) => {
  const spoilt = bundled.members();
  change(spoilt);
  spoilt.cover();
  const { ok, faults } = await bundled.look(await bundled.save(spoilt));
  expect(ok).toBe(false);
  expect(faults[0]).toMatchObject(fault());
});
