import { billReader } from './bill-file';
import { readDetail } from './detail';
import { FUND_BILL, TRADE_BILL } from './form';
import { readFundDetail } from './fund-detail';
import { tieOutFundSummary } from './fund-summary';
import { tieOutSummary } from './summary';

/**
 * 支付宝业务明细: the trade bill of Alipay, as the ZIP it is downloaded in or as the bare detail CSV.
 * Refuses the file with WRONG_KIND, WRONG_MERCHANT, WRONG_MONTH, MISSING_COLUMN, MISSING_FOOTER, FOOTER_MISMATCH,
 * ROW_BELOW_FOOTER, UNSAFE_ARCHIVE.
 */
export const alipayTrade = billReader({ form: TRADE_BILL, readDetail, tieOutSummary });

/**
 * 支付宝账务明细 (`signcustomer`): each movement of the merchant's account with the balance after it.
 * Refuses the file as the trade bill is, and with BALANCE_MISMATCH.
 */
export const alipayFund = billReader({
  form: FUND_BILL,
  readDetail: readFundDetail,
  tieOutSummary: tieOutFundSummary,
});
