import { sign } from 'node:crypto';
import type { KeyPair } from './rsa';

const SHA256_RSA = sequence(Buffer.from('06092a864886f70d01010b0500', 'hex'));

/** A self-signed X.509 certificate, in base64 of its DER. @param serial hexadecimal digits, an even number of them, the first below 8 */
export function certificateOf({ publicKey, privateKey }: KeyPair, serial: string): string {
  const name = sequence(tagged(0x31, sequence(Buffer.from('0603550403', 'hex'), tagged(0x0c, Buffer.from('fake')))));
  const validity = sequence(utcTime('260101000000Z'), utcTime('310101000000Z'));
  const number = tagged(0x02, Buffer.from(serial, 'hex'));
  const key = publicKey.export({ format: 'der', type: 'spki' });
  const body = sequence(number, SHA256_RSA, name, validity, name, key);
  const signature = tagged(0x03, Buffer.concat([Buffer.alloc(1), sign('sha256', body, privateKey)]));
  return sequence(body, SHA256_RSA, signature).toString('base64');
}

function utcTime(text: string): Buffer {
  return tagged(0x17, Buffer.from(text));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(parts));
}

function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const long = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  const lengthBytes = length < 0x80 ? [length] : long;
  return Buffer.concat([Buffer.from([tag, ...lengthBytes]), content]);
}
