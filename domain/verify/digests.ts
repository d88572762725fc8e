/** A running SHA-256. */
export interface Hasher {
  update(data: string | Uint8Array): Hasher;
  digest(encoding: 'hex'): string;
}

/**
 * What a verification computes with. This room imports nothing of the runtime, so it is handed in: the functions of
 * `node:crypto` and `node:zlib` fit as they are.
 */
export interface Digests {
  readonly createHash: (algorithm: 'sha256') => Hasher;
  /** Ed25519, the algorithm being the key's. */
  readonly verify: (algorithm: null, data: Uint8Array, key: PublicKey, signature: Uint8Array) => boolean;
  readonly crc32: (data: Uint8Array) => number;
  readonly inflateRawSync: (data: Uint8Array, options: { readonly maxOutputLength: number }) => Buffer;
}

interface PublicKey {
  readonly key: Buffer;
  readonly format: 'der';
  readonly type: 'spki';
}

/** SHA-256 of a text in UTF-8, or of bytes; hex. */
export function sha256({ createHash }: Pick<Digests, 'createHash'>, data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
