import { createHash, verify } from 'node:crypto';
import { crc32, inflateRawSync } from 'node:zlib';
import type { Digests } from '../../domain/verify/digests';

export const DIGESTS: Digests = { createHash, verify, crc32, inflateRawSync };
