import { csvRecord } from './csv-text';
import { FILE_COLUMNS } from './file-columns';
import type { JournalLine } from './journal';
import { Decimal, decimalsOf, formatAmount } from './money';
import { Problem } from './problem';

/** A balanced voucher that finance is asked to book. */
export interface JournalVoucher {
  /** 1, 2, ... within the month. */
  readonly number: number;
  /** YYYY-MM-DD */
  readonly date: string;
  readonly currency: string;
  /** Units of the company's currency for one of this; null where it is not known, or is the company's own. */
  readonly rate: string | null;
  readonly reference: string;
  readonly description: string;
  readonly lines: readonly JournalLine[];
}

/** Vouchers as a file of our own kind `ledger-csv`; in UTF-8 with the mark that spreadsheets look for. */
export function journalCsv(vouchers: readonly JournalVoucher[]): string {
  const columns = FILE_COLUMNS['ledger-csv'].columns.map(({ name }) => name);
  const rows = vouchers.flatMap((voucher) =>
    voucher.lines.map((line, at) => {
      const cells: Readonly<Record<string, string | null>> = {
        entry_no: `TZ-${voucher.date.slice(0, 7)}-${voucher.number}`,
        line_no: String(at + 1),
        posting_date: voucher.date,
        account: line.account,
        customer_no: line.customer,
        reference: voucher.reference,
        description: voucher.description,
        currency: voucher.currency,
        debit: line.debit,
        credit: line.credit,
        exchange_rate: voucher.rate,
      };
      return csvRecord(columns.map((column) => cells[column] ?? null));
    }),
  );
  return `\ufeff${csvRecord(columns)}${rows.join('')}`;
}

const KINGDEE_COLUMNS =
  '凭证日期,会计年度,会计期间,凭证字,凭证号,科目代码,科目名称,币别代码,币别名称,原币金额,借方,贷方,制单,审核,核准,出纳,经办,结算方式,结算号,凭证摘要,数量,数量单位,单价,参考信息,业务日期,往来业务编号,附件数,序号,系统模块,业务描述,汇率类型,汇率,分录序号,核算项目,过账,机制凭证,现金流量'.split(
    ',',
  );

/**
 * Vouchers as the sheet of 37 columns that Kingdee K/3 imports; as text, to be sent in GB18030.
 * @param currency the company's own, in which 借方 and 贷方 stand
 * @throws Problem JOURNAL_RATE_MISSING (422) where a foreign amount cannot be told in the company's currency
 */
export function journalKingdee(vouchers: readonly JournalVoucher[], currency: string): string {
  const rows = vouchers.flatMap((voucher) => {
    const amounts = inBase(voucher, currency);
    return voucher.lines.map((line, at) => csvRecord(kingdeeCells(voucher, line, at, amounts[at], currency)));
  });
  return `${csvRecord(KINGDEE_COLUMNS)}${rows.join('')}`;
}

interface BaseAmounts {
  readonly debit: string;
  readonly credit: string;
}

function kingdeeCells(
  voucher: JournalVoucher,
  line: JournalLine,
  at: number,
  amounts: BaseAmounts | undefined,
  currency: string,
): (string | null)[] {
  const [year = '', month = ''] = voucher.date.split('-');
  const cells: Readonly<Record<string, string | undefined>> = {
    凭证日期: voucher.date,
    会计年度: year,
    会计期间: String(Number(month)),
    凭证字: '记',
    凭证号: String(voucher.number),
    科目代码: line.account,
    币别代码: voucher.currency === 'CNY' ? 'RMB' : voucher.currency,
    币别名称: voucher.currency === 'CNY' ? '人民币' : '',
    原币金额: new Decimal(line.debit).isZero() ? line.credit : line.debit,
    借方: amounts?.debit,
    贷方: amounts?.credit,
    凭证摘要: voucher.description,
    数量: '0',
    单价: '0',
    参考信息: voucher.reference,
    业务日期: voucher.date,
    附件数: '0',
    序号: String(voucher.number),
    汇率类型: '公司汇率',
    汇率: voucher.currency === currency ? '1' : (voucher.rate ?? undefined),
    分录序号: String(at),
    核算项目: line.customer === null ? '' : `客户---${line.customer}---`,
    过账: '',
  };
  return KINGDEE_COLUMNS.map((column) => cells[column] ?? '');
}

/** Debit and credit of each line in the company's currency; the last line takes what rounding leaves, so that the voucher balances. */
function inBase(voucher: JournalVoucher, currency: string): BaseAmounts[] {
  const rate = voucher.currency === currency ? '1' : voucher.rate;
  if (rate === null) throw rateMissing(voucher);
  const rounded = voucher.lines.map(({ debit, credit }) =>
    new Decimal(debit).minus(credit).mul(rate).toDecimalPlaces(decimalsOf(currency), Decimal.ROUND_HALF_UP),
  );
  const rest = rounded.reduce((sum, amount) => sum.plus(amount), new Decimal(0));
  return rounded.map((amount, at) => {
    const balanced = at === rounded.length - 1 ? amount.minus(rest) : amount;
    const zero = formatAmount('0', currency);
    const shown = formatAmount(balanced.abs(), currency);
    return balanced.gt(0) ? { debit: shown, credit: zero } : { debit: zero, credit: shown };
  });
}

function rateMissing({ number, currency, reference }: JournalVoucher): Problem {
  return new Problem(
    'JOURNAL_RATE_MISSING',
    {
      zh: `凭证建议 ${number}（${reference}）为 ${currency}，本月总账没有该币种的汇率；请先在总账记入汇率，或用 --format csv 导出原币`,
      en: `proposal ${number} (${reference}) is in ${currency} and the month's ledger has no rate of it; book one there first, or export the original amounts with --format csv`,
    },
    422,
    { number, currency },
  );
}
