import fc from 'fast-check';
import { readAmount, readDecimal, readRate } from '../../sources/text';

const READ: readonly (readonly [string, string, string])[] = [
  ['1234.50', 'CNY', '1234.50'],
  ['45', 'CNY', '45.00'],
  ['45.0', 'CNY', '45.00'],
  ['1,234.50', 'CNY', '1234.50'],
  ['12,345,678.90', 'CNY', '12345678.90'],
  ['１，２３４．５０', 'CNY', '1234.50'],
  ['¥1,234.50', 'CNY', '1234.50'],
  ['￥ 1234.5', 'CNY', '1234.50'],
  ['1234.50元', 'CNY', '1234.50'],
  ['(1,234.50)', 'CNY', '-1234.50'],
  ['（1,234.50）', 'CNY', '-1234.50'],
  ['1234.50-', 'CNY', '-1234.50'],
  ['-1234.50', 'CNY', '-1234.50'],
  ['-¥1234.50', 'CNY', '-1234.50'],
  ['¥-1234.50', 'CNY', '-1234.50'],
  ['-0.00', 'CNY', '0.00'],
  ['007.50', 'CNY', '7.50'],
  ['  8.00\t', 'CNY', '8.00'],
  ['1000', 'JPY', '1000'],
  ['1.239', 'KWD', '1.239'],
  ['9999999999999999.99', 'CNY', '9999999999999999.99'],
];

const REFUSED: readonly (readonly [string, string, string])[] = [
  ...[
    '',
    'NaN',
    'Infinity',
    '1e3',
    '0x10',
    '1_000',
    'abc',
    '.5',
    '5.',
    '1.2.3',
    '+5',
    '--5',
    '(5',
    '(-5)',
    '-5-',
    '1 234',
  ].map((text) => [text, 'CNY', 'BAD_AMOUNT'] as const),
  ...[
    '1,23',
    '1,2345.00',
    '12,34,567',
    ',123',
    '1,234,',
    '$5',
    '5万',
    '壹佰元',
    '½',
    '²',
    '①',
    '٣',
    '1.234,50',
    "1'234.50",
  ].map((text) => [text, 'CNY', 'BAD_AMOUNT'] as const),
  ['1.239', 'CNY', 'TOO_MANY_DECIMALS'],
  ['1.230', 'CNY', 'TOO_MANY_DECIMALS'],
  ['100.00', 'JPY', 'TOO_MANY_DECIMALS'],
  ['12345678901234567.89', 'CNY', 'TOO_MANY_DIGITS'],
  ['1234567890123456789', 'CNY', 'TOO_MANY_DIGITS'],
];

describe('amounts', () => {
  test.each(READ)('%j in %s reads as %s', (text, currency, amount) => {
    expect(readAmount(text, currency)).toEqual({ ok: true, value: amount });
  });

  test.each(REFUSED)('%j in %s is refused with %s', (text, currency, code) => {
    expect(readAmount(text, currency)).toMatchObject({ ok: false, code });
  });

  test('a refusal says why in both languages', () => {
    const reading = readAmount('1.239', 'CNY');
    expect(reading.ok ? null : reading.reason).toEqual({
      zh: expect.stringContaining('不作四舍五入') as string,
      en: expect.stringContaining('nothing is rounded') as string,
    });
  });

  test('an amount written in any allowed form reads as the same amount', () => {
    const cents = fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n });
    const form = fc.constantFrom(plain, grouped, wide, yuan, bracketed, trailing);
    fc.assert(
      fc.property(cents, form, (value, write) => {
        expect(readAmount(write(value), 'CNY')).toEqual({ ok: true, value: plain(value) });
      }),
    );
  });

  test('quantities keep the decimals they were written with, rates may be percentages', () => {
    expect(readDecimal('1,000.500', 6)).toEqual({ ok: true, value: '1000.500' });
    expect(readDecimal('1.2345678', 6)).toMatchObject({ ok: false, code: 'TOO_MANY_DECIMALS' });
    expect(readRate('13%', 6)).toEqual({ ok: true, value: '0.13' });
    expect(readRate('0.5％', 6)).toEqual({ ok: true, value: '0.005' });
    expect(readRate('100%', 6)).toEqual({ ok: true, value: '1' });
    expect(readRate('0.13', 6)).toEqual({ ok: true, value: '0.13' });
    expect(readRate('x%', 6)).toMatchObject({ ok: false, code: 'BAD_AMOUNT' });
  });
});

function plain(cents: bigint): string {
  const digits = String(cents < 0n ? -cents : cents).padStart(3, '0');
  return `${cents < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
function size(cents: bigint): string {
  return plain(cents).replace('-', '');
}
function grouped(cents: bigint): string {
  return plain(cents).replace(/\B(?=(\d{3})+\.)/g, ',');
}
function wide(cents: bigint): string {
  return grouped(cents).replace(/[0-9,.-]/g, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0));
}
function yuan(cents: bigint): string {
  return `${grouped(cents)}元`;
}
function bracketed(cents: bigint): string {
  return cents < 0n ? `(${size(cents)})` : `￥${size(cents)}`;
}
function trailing(cents: bigint): string {
  return cents < 0n ? `${size(cents)}-` : size(cents);
}
