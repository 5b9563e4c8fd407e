import secp256k1 from 'secp256k1/bindings.js';
import { SignDoc } from '../../proto/gen/cosmos.tx.v1beta1.ts';
import type { TxRaw } from '../../proto/gen/cosmos.tx.v1beta1.ts';
import { sha256 } from '../lib/address.ts';
import { compareBytes, toBinary } from '../lib/bytes.ts';

/** The order of the group of secp256k1 (SEC 2, 2.4.1), big-endian. */
const ORDER = Buffer.from(
  'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141',
  'hex',
);

/**
 * Checks SIGN_MODE_DIRECT signatures with libsecp256k1, once a transaction a node: what CheckTx
 * found valid is remembered under everything that went into the check, and taken out in
 * FinalizeBlock. Whether a signature is remembered never changes a result, only its cost.
 */
export class SignatureChecker {
  readonly #valid = new Set<string>();
  readonly #capacity: number;

  constructor(capacity = 65_536) {
    this.#capacity = capacity;
  }

  /** @param signature 64 bytes r‖s with low s; @param pubkey 33 bytes compressed */
  check(
    raw: TxRaw,
    signature: Uint8Array,
    pubkey: Uint8Array,
    chainId: string,
    accountNumber: bigint,
    remember: boolean,
  ): boolean {
    const { bodyBytes, authInfoBytes } = raw;
    const hash = sha256(SignDoc.encode({ bodyBytes, authInfoBytes, chainId, accountNumber }));
    const key = toBinary(hash) + toBinary(signature) + toBinary(pubkey);
    if (remember ? this.#valid.has(key) : this.#valid.delete(key)) return true;
    const valid = verifySecp256k1(signature, hash, pubkey);
    if (valid && remember) this.#remember(key);
    return valid;
  }

  #remember(key: string): void {
    if (this.#valid.size >= this.#capacity) {
      for (const oldest of this.#valid) {
        this.#valid.delete(oldest);
        break;
      }
    }
    this.#valid.add(key);
  }
}

/**
 * ECDSA over secp256k1; high s is refused. The library throws on what it cannot parse (an r or s of
 * the order or more), which would stop the node: such a signature is merely not valid.
 */
function verifySecp256k1(signature: Uint8Array, hash: Uint8Array, pubkey: Uint8Array): boolean {
  if (signature.length !== 64 || !secp256k1.publicKeyVerify(pubkey)) return false;
  const [r, s] = [signature.subarray(0, 32), signature.subarray(32)];
  if (compareBytes(r, ORDER) >= 0 || compareBytes(s, ORDER) >= 0) return false;
  return secp256k1.ecdsaVerify(signature, hash, pubkey);
}
