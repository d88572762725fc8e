import { crc32, deflateRawSync } from 'node:zlib';
import { encode } from 'iconv-lite';

export interface ZipPart {
  readonly name: string;
  readonly bytes: Buffer;
  /** What the directory claims the part unpacks to; by default the truth. */
  readonly claimed?: number;
  readonly encrypted?: boolean;
}

/** A ZIP as Alipay makes it: names in GBK without the UTF-8 flag. Honest by default, and able to lie. */
export function zipOf(parts: readonly ZipPart[]): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const part of parts) {
    const name = encode(part.name, 'gbk');
    const packed = deflateRawSync(part.bytes);
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(part.encrypted === true ? 1 : 0, 2);
    shared.writeUInt16LE(8, 4);
    shared.writeUInt32LE(crc32(part.bytes), 10);
    shared.writeUInt32LE(packed.length, 14);
    shared.writeUInt32LE(part.claimed ?? part.bytes.length, 18);
    shared.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('504b0304', 'hex'), shared, name, packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('504b01021400', 'hex'), shared, tail, name]));
    files.push(local);
    offset += local.length;
  }
  const listing = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('504b0506', 0, 'hex');
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(listing.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...files, listing, end]);
}
