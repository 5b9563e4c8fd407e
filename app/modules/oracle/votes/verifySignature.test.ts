import { createPublicKey, verify } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { ed25519 } from '@noble/curves/ed25519.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { ValidatorKey } from '../../../../test/harness/keys.ts';
import { verifyEd25519 } from '../../../lib/ed25519.ts';
import { extensionSignBytes } from './verifySignature.ts';

const message = Buffer.from('a vote');
const { Point } = ed25519;
const ORDER = Point.Fn.ORDER;
/** A point of order 8 (RFC 8032 curve; listed with ZIP 215). */
const TORSION = Point.fromHex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a');

const littleEndian = (bytes: Uint8Array) =>
  BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
const scalarBytes = (v: bigint) => Buffer.from(v.toString(16).padStart(64, '0'), 'hex').reverse();

/** A signature that only the cofactored equation of ZIP 215 accepts: its R has a torsion part. */
function signWithTorsion(secret: Uint8Array, text: Uint8Array): Uint8Array {
  const { scalar, pointBytes } = ed25519.utils.getExtendedPublicKey(secret);
  const nonce = 12_345n;
  const r = Point.BASE.multiply(nonce).add(TORSION).toBytes();
  const h = littleEndian(sha512(Buffer.concat([r, pointBytes, text])));
  const s = (nonce + (h % ORDER) * scalar) % ORDER;
  return Buffer.concat([r, scalarBytes(s)]);
}

function strictly(pubkey: Uint8Array, signature: Uint8Array): boolean {
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), pubkey]);
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
  return verify(null, message, key, signature);
}

describe('Ed25519 by the rules of ZIP 215', () => {
  const key = new ValidatorKey('validator');

  test('an ordinary signature is valid, and for nothing else', () => {
    const signature = key.sign(message);
    expect(verifyEd25519(key.pubkey, message, signature)).toBe(true);
    expect(verifyEd25519(key.pubkey, Buffer.from('a note'), signature)).toBe(false);
    expect(verifyEd25519(new ValidatorKey('other').pubkey, message, signature)).toBe(false);
    for (const at of [0, 31, 32, 63]) {
      const flipped = signature.map((b, i) => (i === at ? b ^ 1 : b));
      expect(verifyEd25519(key.pubkey, message, flipped)).toBe(false);
    }
  });

  test('what only the cofactored equation accepts is valid, as it is for the engine', () => {
    const secret = new Uint8Array(32).fill(9);
    const pubkey = ed25519.getPublicKey(secret);
    const signature = signWithTorsion(secret, message);
    expect(strictly(pubkey, signature)).toBe(false);
    expect(verifyEd25519(pubkey, message, signature)).toBe(true);
    expect(verifyEd25519(pubkey, Buffer.from('a note'), signature)).toBe(false);
  });

  test('a key and R of small order, one spelled without reduction, are valid with s = 0', () => {
    const identity = Point.ZERO.toBytes();
    // 2^255 - 18 is 1 modulo the field's prime: the identity in an encoding that is not canonical.
    const unreduced = Uint8Array.from([0xee, ...new Array<number>(30).fill(0xff), 0x7f]);
    for (const pubkey of [identity, unreduced]) {
      const signature = Buffer.concat([TORSION.toBytes(), new Uint8Array(32)]);
      expect(verifyEd25519(pubkey, message, signature)).toBe(true);
    }
  });

  test('s of the order of the group or more is not valid', () => {
    const signature = key.sign(message);
    const s = littleEndian(signature.subarray(32)) + ORDER;
    const malleated = Buffer.concat([signature.subarray(0, 32), scalarBytes(s)]);
    expect(verifyEd25519(key.pubkey, message, malleated)).toBe(false);
  });

  test.each([
    ['an empty signature', 32, 0],
    ['a short signature', 32, 63],
    ['a long signature', 32, 65],
    ['a short key', 31, 64],
  ])('%s is not valid', (_, keyLength, length) => {
    expect(verifyEd25519(new Uint8Array(keyLength), message, new Uint8Array(length))).toBe(false);
  });

  test('a key that is no point is not valid, and does not throw', () => {
    for (let b = 0; b < 64; b++) {
      const pubkey = new Uint8Array(32).fill(b * 4 + 2);
      expect(verifyEd25519(pubkey, message, new Uint8Array(64).fill(b))).toBe(false);
    }
  });
});

test('the sign bytes of an extension are those of CometBFT', () => {
  // Its length, then extension 1, height 2 and round 3 as sfixed64, chain id 4
  // (CanonicalVoteExtension).
  const bytes = extensionSignBytes(Buffer.from('ext'), 1, 2, 'test-chain');
  expect(Buffer.from(bytes).toString('hex')).toBe(
    '23' + '0a03657874' + '110100000000000000' + '190200000000000000' + '220a746573742d636861696e',
  );
  // Fields that are zero are left out, and the length takes as many bytes as it needs.
  expect(extensionSignBytes(new Uint8Array(0), 1, 0, '')).toHaveLength(10);
  expect([...extensionSignBytes(new Uint8Array(300), 0, 0, '').subarray(0, 2)]).toEqual([
    0xaf, 0x02,
  ]);
});
