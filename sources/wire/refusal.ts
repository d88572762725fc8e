import { FileRefused } from '../reader';

/** The file is of another kind than the one it was imported as. */
export function wrongKind(zh: string, en: string, line = 1): FileRefused {
  return new FileRefused('WRONG_KIND', { zh, en }, { line });
}

export function wrongMerchant(channel: string, found: string, expected: string, line: number): FileRefused {
  return new FileRefused(
    'WRONG_MERCHANT',
    {
      zh: `账单属于商户 ${found}，公司文件中的${channel}商户是 ${expected}。请确认下载的是本公司的账单。`,
      en: `The bill belongs to merchant ${found}; the company file names ${expected}. Download this company's own bill.`,
    },
    { line, value: found },
  );
}

export function wrongAccount(found: string, line: number): FileRefused {
  return new FileRefused(
    'WRONG_ACCOUNT',
    {
      zh: `对账单的账号 ${found} 不在公司文件的银行账户中。请导入本公司账户的对账单，或先在公司文件 banks 中加上该账户。`,
      en: `The statement is of account ${found}, which is none of the company's. Import its own statement, or add the account under banks in the company file.`,
    },
    { line, value: found },
  );
}

export function missingColumns(names: readonly string[], line: number): FileRefused {
  return new FileRefused(
    'MISSING_COLUMN',
    {
      zh: `表头缺少列：${names.join('、')}。请从来源系统按原样导出，不要删改列。`,
      en: `The header lacks the columns ${names.join(', ')}. Export the file as it is, without removing columns.`,
    },
    { line, column: names[0] ?? '' },
  );
}

export function missingFooter(what: { zh: string; en: string }, line: number): FileRefused {
  return new FileRefused(
    'MISSING_FOOTER',
    {
      zh: `文件缺少${what.zh}，可能没有下载完整。请重新下载后再导入。`,
      en: `The file lacks ${what.en}: it may be cut off. Download it again and import it.`,
    },
    { line },
  );
}

/** A total the file states is not the total of its rows. */
export function footerMismatch(name: string, stated: string, counted: string, line: number): FileRefused {
  return new FileRefused(
    'FOOTER_MISMATCH',
    {
      zh: `“${name}”写明为 ${stated}，明细合计为 ${counted}，两者不符。文件可能被改动或不完整，请重新下载。`,
      en: `${name} is stated as ${stated}, but the rows make ${counted}. The file is changed or incomplete: download it again.`,
    },
    { line, column: name, value: stated },
  );
}

export function balanceMismatch(
  account: string,
  opening: string,
  moved: string,
  closing: string,
  line: number,
): FileRefused {
  return new FileRefused(
    'BALANCE_MISMATCH',
    {
      zh: `账户 ${account}：期初 ${opening} 加减本期发生额 ${moved} 不等于期末 ${closing}。对账单不完整，请向银行重新下载。`,
      en: `Account ${account}: opening ${opening} with entries of ${moved} is not the closing balance ${closing}. The statement is incomplete: download it again.`,
    },
    { line, value: closing },
  );
}

/** Data below the end mark or the summary of a bill. */
export function rowBelowFooter(line: number): FileRefused {
  return new FileRefused(
    'ROW_BELOW_FOOTER',
    {
      zh: `第 ${line} 行在结束标记或汇总之后仍有数据，文件被改动过。请重新下载。`,
      en: `Line ${line} is a row below the end mark or the summary: the file was changed. Download it again.`,
    },
    { line },
  );
}
