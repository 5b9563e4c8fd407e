import secp256k1 from 'secp256k1/bindings.js';
import { SignDoc } from '../../proto/gen/cosmos.tx.v1beta1.ts';
import { sha256 } from '../lib/address.ts';
import { compareBytes, equalBytes } from '../lib/bytes.ts';
import type { Tx } from './tx.ts';

/** The order of the group of secp256k1 (SEC 2, 2.4.1), big-endian. */
const ORDER = Buffer.from(
  'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141',
  'hex',
);

/** Everything that a signature was checked against, beside the transaction itself. */
interface Verdict {
  readonly pubkey: Uint8Array;
  readonly chainId: string;
  readonly accountNumber: bigint;
}

/**
 * Checks SIGN_MODE_DIRECT signatures with libsecp256k1, once a transaction a node: a signature that
 * was found valid is remembered with everything it was checked against, as long as the decoded
 * transaction is kept. Whether it is remembered never changes a result, only its cost.
 */
export class SignatureChecker {
  readonly #valid = new WeakMap<Tx, Map<number, Verdict>>();

  /**
   * Whether the signature of the transaction's `index`-th signer is valid.
   * @param pubkey 33 bytes compressed
   */
  check(
    tx: Tx,
    index: number,
    pubkey: Uint8Array,
    chainId: string,
    accountNumber: bigint,
  ): boolean {
    const known = this.#valid.get(tx)?.get(index);
    if (known?.chainId === chainId && known.accountNumber === accountNumber) {
      if (equalBytes(known.pubkey, pubkey)) return true;
    }
    const { bodyBytes, authInfoBytes, signatures } = tx.raw;
    const hash = sha256(SignDoc.encode({ bodyBytes, authInfoBytes, chainId, accountNumber }));
    // 64 bytes r‖s with low s.
    if (!verifySecp256k1(signatures[index]!, hash, pubkey)) return false;
    let verdicts = this.#valid.get(tx);
    if (verdicts === undefined) this.#valid.set(tx, (verdicts = new Map<number, Verdict>()));
    verdicts.set(index, { pubkey, chainId, accountNumber });
    return true;
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
