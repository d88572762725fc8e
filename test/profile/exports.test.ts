import * as files from './files';
import { openOffice, type Office } from './office';

let office: Office;
beforeAll(async () => {
  office = await openOffice();
});
afterAll(() => office.close());

/** Proposes a mapping file, adds it as it is, and imports the file by it. */
async function imported(
  name: string,
  bytes: Buffer | string,
  relation: 'bank_entry' | 'channel_transaction' | 'ledger_entry',
) {
  const { yaml, trial, unsure, relation: found } = await office.propose(bytes, `&name=${name}`);
  expect([found, trial?.refusal]).toEqual([relation, null]);
  await office.add(yaml);
  const batch = await office.import(name, bytes);
  expect(batch.refusal).toBeUndefined();
  expect([trial?.rowsIn, trial?.rejected]).toEqual([batch.rowsIn, batch.rejected]);
  return { batch, unsure, yaml, facts: await office.facts(relation, batch.batch) };
}

const inMonth = { in_period: 'true', currency: 'CNY' };

test('a bank CSV with titles, money out and in, packed numbers, a total row and a remark is proposed and imported', async () => {
  const { batch, facts, yaml, unsure } = await imported('icbc', files.ICBC, 'bank_entry');
  expect(unsure).toEqual([]);
  expect(yaml).toContain('amount: {debit: 借方发生额(支取), credit: 贷方发生额(收入)}');
  expect(batch).toMatchObject({
    kind: 'profile:icbc',
    state: 'accepted',
    rowsIn: 5,
    accepted: 3,
    excluded: 2,
    channel: 'bank',
  });
  expect(batch.totals).toEqual({
    CNY: { rowsIn: '11433.60', accepted: '11433.60', rejected: '0.00', excluded: '0.00', parked: '0.00' },
  });
  const account = '6222 0210 0112 2334 455';
  expect(facts).toEqual([
    {
      ...inMonth,
      account,
      booked_on: '2026-10-05',
      amount: '12345.60',
      bank_reference: '0001202610050001',
      description: '转账 货款 SO202610-0000012',
      counterparty: '河北春生贸易有限公司',
    },
    {
      ...inMonth,
      account,
      booked_on: '2026-10-06',
      amount: '-1000.00',
      bank_reference: '0001202610060002',
      description: '手续费',
      counterparty: '支付宝（中国）网络技术有限公司',
    },
    {
      ...inMonth,
      account,
      booked_on: '2026-10-07',
      amount: '88.00',
      bank_reference: '0001202610070003',
      description: '利息',
    },
  ]);
});

test('a UTF-16 file parted by tabs, newest first, with a sign column and full-width digits is proposed and imported', async () => {
  const bytes = files.utf16(files.asCsv(files.BOC_LINES, '\t'));
  const { facts, yaml } = await imported('boc', bytes, 'bank_entry');
  expect(yaml).toContain('amount: {from: 交易金额, sign: {column: 借贷标志}}');
  const account = '4563510100888888888';
  expect(facts).toEqual([
    {
      ...inMonth,
      account,
      booked_on: '2026-10-09',
      amount: '-200.00',
      bank_reference: 'BOC0003',
      description: '电费 十月',
      counterparty: '电力公司',
    },
    {
      ...inMonth,
      account,
      booked_on: '2026-10-08',
      amount: '500.50',
      bank_reference: 'BOC0002',
      description: '订单 SO202610-0000007',
      counterparty: '刘一',
    },
    {
      ...inMonth,
      account,
      booked_on: '2026-10-07',
      amount: '1000.00',
      bank_reference: 'BOC0001',
      counterparty: '王二',
    },
  ]);
});

test('a GB18030 file parted by semicolons with signed amounts keeps equal rows, and each only once', async () => {
  const bytes = files.gb18030(files.CMB);
  const { batch, facts } = await imported('cmb', bytes, 'bank_entry');
  expect(batch).toMatchObject({ accepted: 3, excluded: 1, rejected: 0 });
  expect(facts.map((row) => [row['in_period'], row['booked_on'], row['amount'], row['counterparty']])).toEqual([
    ['false', '2026-09-30', '-10.00', '便利店'],
    ['true', '2026-10-01', '60.00', '张三'],
    ['true', '2026-10-01', '60.00', '张三'],
    ['true', '2026-10-02', '-10.00', '便利店'],
  ]);
  const longer = files.gb18030(`${files.CMB}2026年10月3日;人民币;5.00;1,105.00;转入;李四\n`);
  expect(await office.import('cmb', longer)).toMatchObject({ accepted: 1, rejected: 3 });
});

test('an acquirer settlement is imported with refunds negative, fees a cost and net = gross − fee', async () => {
  const { batch, facts, yaml } = await imported('pos', files.gb18030(files.ACQUIRER), 'channel_transaction');
  expect(yaml).toContain('type: {消费: payment, 退货: refund, 消费撤销: refund}');
  expect(batch).toMatchObject({ channel: 'card', accepted: 4, excluded: 2 });
  expect(
    facts.map(({ transaction_no, occurred_on, type, gross_amount, fee_amount, net_amount }) => [
      transaction_no,
      occurred_on,
      type,
      gross_amount,
      fee_amount,
      net_amount,
    ]),
  ).toEqual([
    ['100000000001', '2026-10-03', 'payment', '500.00', '3.00', '497.00'],
    ['100000000002', '2026-10-03', 'payment', '1200.00', '7.20', '1192.80'],
    ['100000000003', '2026-10-04', 'refund', '-500.00', '-3.00', '-497.00'],
    ['100000000004', '2026-10-05', 'refund', '-80.00', '-0.48', '-79.52'],
  ]);
  const { rows } = await office.pool.query<{ at: string }>(
    `SELECT to_char(min(occurred_at) AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI:SS') AS at FROM channel_transaction WHERE transaction_no = '100000000003'`,
  );
  expect(rows).toEqual([{ at: '2026-10-04 09:00:00' }]);
});

const VOUCHERS = [
  {
    entry_no: '记-12',
    line_no: '1',
    posting_date: '2026-10-08',
    account: '1122',
    customer_no: 'C001',
    description: '销售 SO202610-0000012',
    debit: '12345.60',
    credit: '0.00',
  },
  {
    entry_no: '记-12',
    line_no: '2',
    posting_date: '2026-10-08',
    account: '6001',
    description: '销售 SO202610-0000012',
    debit: '0.00',
    credit: '10925.31',
  },
  {
    entry_no: '记-12',
    line_no: '3',
    posting_date: '2026-10-08',
    account: '222101',
    description: '销项税',
    debit: '0.00',
    credit: '1420.29',
  },
  {
    entry_no: '记-13',
    line_no: '1',
    posting_date: '2026-10-09',
    account: '1122',
    customer_no: 'C002',
    description: '冲红',
    debit: '-100.00',
    credit: '0.00',
  },
  {
    entry_no: '记-13',
    line_no: '2',
    posting_date: '2026-10-09',
    account: '6001',
    description: '冲红',
    debit: '0.00',
    credit: '-100.00',
  },
].map((line) => ({ ...inMonth, ...line }));

test('a Yonyou voucher sheet is imported as CSV, its blank cells repeated and its lines numbered', async () => {
  const { facts, batch } = await imported('u8', files.asCsv(files.VOUCHER_ROWS), 'ledger_entry');
  expect(facts).toEqual(VOUCHERS);
  expect(batch).toMatchObject({ accepted: 5, excluded: 1 });
});

test('the same sheet as a workbook, merged, with date cells and numbers, gives the same lines', async () => {
  const rows = files.VOUCHER_ROWS.map((row, r) =>
    row.map((cell, c): files.Cell => {
      if (r === 0 || cell === '') return cell === '' ? null : cell;
      if (c === 0 && /^2026/.test(cell)) return { serial: cell === '2026-10-08' ? 46303 : 46304, style: 'day' };
      if (c === 2 || c === 7 || c === 8) return Number(cell.replace(',', ''));
      return cell;
    }),
  );
  const titled = [['青禾商贸有限公司 凭证列表'], ['期间：2026.10'], ...rows, ['制表人：李会计']];
  const bytes = await files.workbook({ 封面: [['凭证']], 凭证: titled });
  const { facts, yaml } = await imported('u8-xlsx', bytes, 'ledger_entry');
  expect(yaml).toContain('sheet: 凭证');
  expect(facts).toEqual(VOUCHERS);
});
