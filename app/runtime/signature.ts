import secp256k1 from 'secp256k1/bindings.js';
import { aminoSignBytes } from '../../proto/amino.ts';
import { SignMode } from '../../proto/gen/cosmos.tx.signing.v1beta1.ts';
import { SignDoc } from '../../proto/gen/cosmos.tx.v1beta1.ts';
import { sha256 } from '../lib/address.ts';
import { compareBytes, equalBytes } from '../lib/bytes.ts';
import { memberSignatures } from './multisig.ts';
import type { SignerKey } from './signerKey.ts';
import type { Tx } from './tx.ts';

/** The order of the group of secp256k1 (SEC 2, 2.4.1), big-endian. */
const ORDER = Buffer.from(
  'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141',
  'hex',
);

/** Everything that a signature was checked against, beside the transaction itself. */
interface Verdict {
  readonly key: SignerKey;
  readonly chainId: string;
  readonly accountNumber: bigint;
}

/**
 * Checks signatures with libsecp256k1, once a transaction a node: a signature that was found valid
 * is remembered with everything it was checked against, as long as the decoded transaction is kept.
 * Whether it is remembered never changes a result, only its cost.
 */
export class SignatureChecker {
  readonly #valid = new WeakMap<Tx, Map<number, Verdict>>();

  /** Whether the signature of the transaction's `index`-th signer is valid. */
  check(tx: Tx, index: number, key: SignerKey, chainId: string, accountNumber: bigint): boolean {
    const known = this.#valid.get(tx)?.get(index);
    if (known?.chainId === chainId && known.accountNumber === accountNumber) {
      if (isSameKey(known.key, key)) return true;
    }
    if (!isValid(tx, index, key, chainId, accountNumber)) return false;
    let verdicts = this.#valid.get(tx);
    if (verdicts === undefined) this.#valid.set(tx, (verdicts = new Map<number, Verdict>()));
    verdicts.set(index, { key, chainId, accountNumber });
    return true;
  }
}

const isSameKey = ({ any: a }: SignerKey, { any: b }: SignerKey): boolean =>
  a.typeUrl === b.typeUrl && equalBytes(a.value, b.value);

function isValid(
  tx: Tx,
  index: number,
  key: SignerKey,
  chainId: string,
  accountNumber: bigint,
): boolean {
  const { modeInfo } = tx.authInfo.signerInfos[index]!;
  const signature = tx.raw.signatures[index]!;
  if (key.threshold === null) {
    const isDirect = modeInfo?.single?.mode === SignMode.SIGN_MODE_DIRECT;
    const hash = isDirect
      ? directHash(tx, chainId, accountNumber)
      : aminoHash(tx, index, chainId, accountNumber);
    return verifySecp256k1(signature, hash, key.members[0]!);
  }
  // Its members sign what does not contain who else signs: Amino JSON.
  const signed = memberSignatures(key.members, modeInfo?.multi, signature);
  if (signed === null || signed.length < key.threshold) return false;
  const hash = aminoHash(tx, index, chainId, accountNumber);
  return signed.every((member) => verifySecp256k1(member.signature, hash, member.key));
}

function directHash({ raw }: Tx, chainId: string, accountNumber: bigint): Uint8Array {
  const { bodyBytes, authInfoBytes } = raw;
  return sha256(SignDoc.encode({ bodyBytes, authInfoBytes, chainId, accountNumber }));
}

function aminoHash(tx: Tx, index: number, chainId: string, accountNumber: bigint): Uint8Array {
  const { body, authInfo, msgs } = tx;
  const { sequence } = authInfo.signerInfos[index]!;
  const typed = msgs.map(({ handler, msg }) => ({ info: handler.codec, msg }));
  const doc = { chainId, accountNumber, sequence, fee: authInfo.fee, body, msgs: typed };
  return sha256(aminoSignBytes(doc));
}

/**
 * ECDSA over secp256k1, 64 bytes r‖s; high s is refused. The library throws on what it cannot
 * parse (an r or s of the order or more, a key that is no point), which would stop the node: such a
 * signature is not valid. It parses the key itself: asked beforehand, that is paid for twice.
 */
function verifySecp256k1(signature: Uint8Array, hash: Uint8Array, pubkey: Uint8Array): boolean {
  if (signature.length !== 64) return false;
  const [r, s] = [signature.subarray(0, 32), signature.subarray(32)];
  if (compareBytes(r, ORDER) >= 0 || compareBytes(s, ORDER) >= 0) return false;
  try {
    return secp256k1.ecdsaVerify(signature, hash, pubkey);
  } catch (error) {
    if (!secp256k1.publicKeyVerify(pubkey)) return false;
    throw error;
  }
}
