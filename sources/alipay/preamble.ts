import { FileRefused, type ReadContext } from '../reader';
import { sameNumber } from '../wire/merchant';
import { missingFooter, wrongKind, wrongMerchant } from '../wire/refusal';
import { FUND_BILL, TRADE_BILL, type BillForm } from './form';

/** The lines above the table, each beginning with `#`. */
export interface Preamble {
  /** 20 digits: the 16 of the merchant's PID and 0156. */
  account?: string;
  /** First day of the bill, YYYY-MM-DD. */
  from?: string;
  /** Last moment of the bill, often midnight after its last day: `YYYY-MM-DD HH:mm:ss`. */
  until?: string;
}

/** What a `#` line says without its mark, padding commas, TABs and quotes. */
export function markedText(line: string): string {
  return line
    .replace(/^["\s]*#/, '')
    .replace(/[",\s]+$/, '')
    .trim();
}

/**
 * Takes one line above the table.
 * @throws FileRefused WRONG_KIND where the first line is not the form's
 */
export function readPreambleLine(form: BillForm, line: string, lineNo: number, preamble: Preamble): void {
  const text = markedText(line);
  if (lineNo === 1 && !text.startsWith(form.detailTitle)) throw notADetail(form, text);
  const account = /^账号[：:]\s*\[?([^\]\s]+)\]?/.exec(text)?.[1];
  if (account !== undefined) preamble.account = account;
  const from = /起始日期[：:]\s*\[?(\d{4})年(\d{2})月(\d{2})日/.exec(text);
  if (from !== null) preamble.from = `${from[1]}-${from[2]}-${from[3]}`;
  const until = /终止日期[：:]\s*\[?(\d{4})年(\d{2})月(\d{2})日\s*([\d:]{8})?/.exec(text);
  if (until !== null) preamble.until = `${until[1]}-${until[2]}-${until[3]} ${until[4] ?? '23:59:59'}`;
}

/**
 * Compares the bill's account and days with what is being imported.
 * @throws FileRefused WRONG_MERCHANT, WRONG_MONTH, MISSING_FOOTER (the account line is not there)
 */
export function checkPreamble(preamble: Preamble, context: ReadContext, lineNo: number): void {
  const expected = context.company.merchants.alipay;
  if (expected !== undefined) {
    if (preamble.account === undefined) throw missingAccount(lineNo);
    if (!isMerchant(preamble.account, expected)) throw wrongMerchant('支付宝', preamble.account, expected, 2);
  }
  const { from, until } = preamble;
  if (from === undefined || until === undefined) return;
  const firstMoment = `${context.month}-01 00:00:00`;
  const endsBefore = until <= firstMoment;
  if (endsBefore || from.slice(0, 7) > context.month) throw wrongMonth(from, until, context.month);
}

/** The company file may give the whole account, the PID alone, or either of them masked. */
function isMerchant(account: string, expected: string): boolean {
  return sameNumber(account, expected) || sameNumber(account.slice(0, 16), expected);
}

function notADetail(form: BillForm, title: string): FileRefused {
  if (title.startsWith(form.summaryTitle)) {
    return wrongKind(
      `这是支付宝${form.zh}汇总账单，没有明细。请导入明细，或同时含有明细和汇总的原始压缩包。`,
      `This is the summary of an Alipay ${form.en} bill, without its details. Import the detail bill or the original ZIP.`,
    );
  }
  const other = form === TRADE_BILL ? FUND_BILL : TRADE_BILL;
  if (title.startsWith(other.detailTitle) || title.startsWith(other.summaryTitle)) {
    return wrongKind(
      `这是支付宝${other.zh}账单，不是${form.zh}账单。请按 ${other.kind} 导入。`,
      `This is an Alipay ${other.en} bill, not a ${form.en} bill. Import it as ${other.kind}.`,
    );
  }
  return wrongKind(
    `首行不是“#${form.detailTitle}”，不是支付宝${form.zh}账单。`,
    `The first line is not #${form.detailTitle}: this is no Alipay ${form.en} bill.`,
  );
}

function missingAccount(line: number): FileRefused {
  return missingFooter(
    { zh: '“#账号”一行，无法确认商户', en: 'its #账号 line, so its merchant cannot be confirmed' },
    line,
  );
}

function wrongMonth(from: string, until: string, month: string): FileRefused {
  return new FileRefused(
    'WRONG_MONTH',
    {
      zh: `账单的日期是 ${from} 至 ${until}，不属于 ${month}。请导入到对应的月份。`,
      en: `The bill covers ${from} to ${until}, not ${month}. Import it into its own month.`,
    },
    { line: 3, value: from },
  );
}
