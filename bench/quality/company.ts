/** The company whose books are made, and what its policy says. */
export const MONTH = '2026-10';
export const NAME = '澄江商贸有限公司';
export const BANK_ACCOUNTS = { CNY: '6222020200112233', USD: '6222020200445566' } as const;
export type Currency = keyof typeof BANK_ACCOUNTS;

export const ACCOUNTS = {
  receivable: '1122',
  revenue: '6001',
  outputTax: '222101',
  exchangeDifference: '6061',
  channelFees: '660301',
  bankCharges: '660302',
  interest: '660303',
  smallWriteOffs: '660199',
  bank: { CNY: '100201', USD: '100202' },
} as const;

/** In fen. The stories plant on both sides of these. */
export const TOLERANCE = { amount: 5n, feePerBatch: 100n, writeOff: 100n, days: 5 } as const;

export const companyCode = (seed: number): string => `quality-${seed}`;

/** The company file (contracts, section 5). */
export function companyFile(seed: number): string {
  return `code: ${companyCode(seed)}
name: ${NAME}
currency: CNY
timezone: Asia/Shanghai
accounts: {receivable: "1122", revenue: "6001", outputTax: "2221", bank: "1002", channels: "1012", cash: "1001", fees: "6603"}
banks:
  - {account: "${BANK_ACCOUNTS.CNY}", currency: CNY}
  - {account: "${BANK_ACCOUNTS.USD}", currency: USD}
policy:
  tolerance: {amount: "0.05", feePerBatch: "1.00", days: ${TOLERANCE.days}, writeOff: "1.00"}
`;
}
