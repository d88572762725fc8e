import type { Expected } from './settings-reader';

/** The form of a workbook's day number. */
export const EXCEL_SERIAL = 'excel-serial';

/** A part of a date form, or what stands between the parts. */
export const DATE_PARTS = /yyyy|yy|MM|M|dd|d|HH|H|mm|ss|[-/. :T年月日时分秒]/g;

/** `dd/MM/yyyy`, `yyyyMMddHHmmss`, `excel-serial`: each form has a year, a month and a day. */
export function isProfileDate(form: string): Expected | null {
  if (form === EXCEL_SERIAL) return null;
  const parts = form.match(DATE_PARTS) ?? [];
  const has = (...names: string[]): boolean => parts.filter((part) => names.includes(part)).length === 1;
  const isWhole = parts.join('') === form && form.length <= 40;
  if (isWhole && has('yyyy', 'yy') && has('MM', 'M') && has('dd', 'd')) return null;
  return {
    zh: '由 yyyy、MM、dd、HH、mm、ss 组成的日期格式，或 excel-serial',
    en: 'a form made of yyyy, MM, dd, HH, mm and ss, or excel-serial',
  };
}
