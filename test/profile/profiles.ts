export const ICBC_PROFILE = `name: icbc
relation: bank_entry
header: {contains: [交易日期, 借方发生额(支取)]}
account: {above: 账号}
columns:
  booked_on: 交易日期
  amount: {debit: 借方发生额(支取), credit: 贷方发生额(收入)}
  bank_reference: 交易流水号
  counterparty: 对方户名
  description: {join: [摘要, 用途], with: " "}
balance: 余额
key: [交易流水号]
`;
