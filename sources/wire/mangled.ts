import { missingValue, RowRejection } from './rejection';

/**
 * A reference number that must be there and whole. A spreadsheet that opened the file may have turned a long number into
 * `2.02610E+27`: its digits are lost and must not be matched on.
 */
export function wholeNumber(column: string, text: string): string {
  if (text === '') throw missingValue(column);
  if (!/^\d(\.\d+)?E\+\d+$/i.test(text)) return text;
  throw new RowRejection(column, text, 'MANGLED_NUMBER', {
    zh: `“${column}”被电子表格软件改成了科学计数法（${text}），原号码已丢失。请导入未经打开保存的原始文件。`,
    en: `${column} was turned into ${text} by a spreadsheet and its digits are lost. Import the original file as downloaded.`,
  });
}
