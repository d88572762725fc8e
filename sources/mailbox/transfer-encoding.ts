/**
 * The bytes of a part from how they are written down in the mail (RFC 2045); undefined where that is not sound.
 * @param encoding in lower case; what is none of the two that change bytes leaves them as they are
 */
export function decodedPart(written: Buffer, encoding: string): Buffer | undefined {
  if (encoding === 'base64') return fromBase64(written.toString('latin1'));
  return encoding === 'quoted-printable' ? fromQuotedPrintable(written.toString('latin1')) : written;
}

function fromBase64(text: string): Buffer | undefined {
  const digits = text.replace(/\s+/g, '');
  const isSound = digits.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(digits);
  return isSound ? Buffer.from(digits, 'base64') : undefined;
}

function fromQuotedPrintable(text: string): Buffer | undefined {
  const joined = text.replace(/[ \t]+(?=\r?\n)/g, '').replace(/=\r?\n/g, '');
  if (/=(?![0-9A-Fa-f]{2})/.test(joined)) return undefined;
  const bytes = joined.replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1');
}
