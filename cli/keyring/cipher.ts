import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto';

/** A sealed secret as its file holds it; binary values in base64. */
export interface Sealed {
  readonly kdf: 'scrypt';
  /** scrypt's N, r and p (RFC 7914). */
  readonly cost: number;
  readonly blockSize: number;
  readonly parallelism: number;
  readonly salt: string;
  readonly cipher: 'aes-256-gcm';
  readonly nonce: string;
  readonly tag: string;
  readonly data: string;
}

/** OWASP's first recommendation for scrypt: 128 MiB and about half a second of one core. */
const COST = 1 << 17;
const BLOCK_SIZE = 8;
const PARALLELISM = 1;
/** A file from elsewhere may not ask for more memory than this takes. */
const MAX_COST = 1 << 20;
const KEY_BYTES = 32;

type Stretching = Pick<Sealed, 'cost' | 'blockSize' | 'parallelism'>;

function stretch(passphrase: string, salt: Uint8Array, how: Stretching): Uint8Array {
  const { cost, blockSize, parallelism } = how;
  // As many bytes as scrypt needs, and some to spare.
  const maxmem = 128 * blockSize * (cost + parallelism) * 2;
  const options = { N: cost, r: blockSize, p: parallelism, maxmem };
  return scryptSync(passphrase.normalize('NFKC'), salt, KEY_BYTES, options);
}

/** Encrypts a secret under a passphrase. `bound` is authenticated with it and stays readable. */
export function seal(secret: Uint8Array, passphrase: string, bound: string, cost = COST): Sealed {
  const how = { cost, blockSize: BLOCK_SIZE, parallelism: PARALLELISM };
  const salt = randomBytes(16);
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', stretch(passphrase, salt, how), nonce);
  cipher.setAAD(Buffer.from(bound));
  const data = Buffer.concat([cipher.update(secret), cipher.final()]);
  return {
    kdf: 'scrypt',
    ...how,
    salt: salt.toString('base64'),
    cipher: 'aes-256-gcm',
    nonce: nonce.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
    data: data.toString('base64'),
  };
}

/** The secret, or null when the passphrase is wrong or anything was changed since. */
export function unseal(sealed: Sealed, passphrase: string, bound: string): Uint8Array | null {
  const bytes = (name: 'salt' | 'nonce' | 'tag' | 'data') => Buffer.from(sealed[name], 'base64');
  const key = stretch(passphrase, bytes('salt'), sealed);
  const decipher = createDecipheriv('aes-256-gcm', key, bytes('nonce'), { authTagLength: 16 });
  decipher.setAAD(Buffer.from(bound));
  try {
    decipher.setAuthTag(bytes('tag'));
    return Buffer.concat([decipher.update(bytes('data')), decipher.final()]);
  } catch {
    return null;
  }
}

/** Whether a value from a file has the shape and bounds of a sealed secret. */
export function isSealed(value: unknown): value is Sealed {
  const given = (value ?? {}) as Record<string, unknown>;
  const texts = ['salt', 'nonce', 'tag', 'data'].every((k) => typeof given[k] === 'string');
  const { kdf, cipher, cost, blockSize, parallelism } = given;
  return (
    texts &&
    kdf === 'scrypt' &&
    cipher === 'aes-256-gcm' &&
    Number.isInteger(Math.log2(Number(cost))) &&
    Number(cost) >= 2 &&
    Number(cost) <= MAX_COST &&
    blockSize === BLOCK_SIZE &&
    parallelism === PARALLELISM
  );
}
