import type { Codec } from '../proto/codec.ts';
import type { Coin } from '../proto/gen/cosmos.base.v1beta1.ts';
import { PubKey } from '../proto/gen/cosmos.crypto.secp256k1.ts';
import { SignMode } from '../proto/gen/cosmos.tx.signing.v1beta1.ts';
import { AuthInfo, TxBody, TxRaw } from '../proto/gen/cosmos.tx.v1beta1.ts';
import type { Any, Timestamp } from '../proto/gen/google.protobuf.ts';
import type { TxSigner } from './signer.ts';

/** A message for a transaction. */
export interface Msg {
  readonly any: Any;
  /** The chain takes it without a fee, from the account's rate bucket. */
  readonly feeExempt: boolean;
}

export function msgOf<T>(codec: Codec<T>, message: T, feeExempt = false): Msg {
  return { any: { typeUrl: codec.typeUrl, value: codec.encode(message) }, feeExempt };
}

export interface TxContent {
  readonly msgs: readonly Msg[];
  /** An unordered transaction needs one, and carries no sequence. */
  readonly timeout: Timestamp | null;
  readonly isUnordered: boolean;
}

export interface TxFee {
  readonly gasLimit: bigint;
  readonly coin: Coin | null;
}

/** What a signature is for, beside the transaction. */
export interface SigningContext {
  readonly chainId: string;
  readonly accountNumber: bigint;
  readonly sequence: bigint;
}

export const NO_FEE: TxFee = { gasLimit: 0n, coin: null };

function encodeParts(content: TxContent, fee: TxFee, pubkey: Uint8Array, sequence: bigint) {
  const { msgs, timeout, isUnordered } = content;
  const bodyBytes = TxBody.encode({
    messages: msgs.map(({ any }) => any),
    memo: '',
    timeoutHeight: 0n,
    unordered: isUnordered,
    timeoutTimestamp: timeout ?? undefined,
  });
  const publicKey = { typeUrl: PubKey.typeUrl, value: PubKey.encode({ key: pubkey }) };
  const modeInfo = { single: { mode: SignMode.SIGN_MODE_DIRECT } };
  const authInfoBytes = AuthInfo.encode({
    signerInfos: [{ publicKey, modeInfo, sequence: isUnordered ? 0n : sequence }],
    fee: {
      amount: fee.coin === null ? [] : [fee.coin],
      gasLimit: fee.gasLimit,
      payer: '',
      granter: '',
    },
  });
  return { bodyBytes, authInfoBytes };
}

/** TxRaw bytes with an empty signature: what `simulate` takes. */
export function unsignedTx(content: TxContent, pubkey: Uint8Array, sequence: bigint): Uint8Array {
  const parts = encodeParts(content, NO_FEE, pubkey, sequence);
  return TxRaw.encode({ ...parts, signatures: [new Uint8Array(0)] });
}

/** Signed TxRaw bytes (SIGN_MODE_DIRECT). */
export async function signTx(
  content: TxContent,
  fee: TxFee,
  signer: TxSigner,
  { chainId, accountNumber, sequence }: SigningContext,
): Promise<Uint8Array> {
  const parts = encodeParts(content, fee, signer.pubkey, sequence);
  const signature = await signer.sign({ ...parts, chainId, accountNumber });
  return TxRaw.encode({ ...parts, signatures: [signature] });
}
