import { FileRefused } from '../reader';

export function damagedWorkbook(what: string): FileRefused {
  return new FileRefused('WRONG_KIND', {
    zh: `不是可读取的 XLSX 工作簿（${what}）。请重新导出，或在 Excel、WPS 中另存为 .xlsx 或 CSV 后导入。`,
    en: `This is no readable XLSX workbook (${what}). Export it again, or save it as .xlsx or CSV and import that.`,
  });
}

/** The binary workbook of before 2007, which is also how a workbook with a password is packed. */
export function oldWorkbook(): FileRefused {
  return new FileRefused('WRONG_KIND', {
    zh: '这是旧版 .xls 或加了密码的工作簿，不予读取。请在 Excel 或 WPS 中打开，去掉密码，另存为 .xlsx 后导入。',
    en: 'This is an old .xls workbook, or one with a password. Open it, take the password off, save it as .xlsx and import that.',
  });
}

export function workbookTooLarge(): FileRefused {
  return new FileRefused('WORKBOOK_TOO_LARGE', {
    zh: '工作簿解压后过大。请分批导出，或在电子表格软件中另存为 CSV（UTF-8）后导入。',
    en: 'The workbook unpacks to too much. Export it in parts, or save it as CSV (UTF-8) and import that.',
  });
}
