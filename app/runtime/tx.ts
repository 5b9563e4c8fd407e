import { PubKey } from '../../proto/gen/cosmos.crypto.secp256k1.ts';
import { AuthInfo, TxBody, TxRaw } from '../../proto/gen/cosmos.tx.v1beta1.ts';
import type { SignerInfo } from '../../proto/gen/cosmos.tx.v1beta1.ts';
import type { Any } from '../../proto/gen/google.protobuf.ts';
import { CodecError } from '../../proto/codec.ts';
import type { Codec } from '../../proto/codec.ts';
import { equalBytes } from '../lib/bytes.ts';
import { BlockClass } from './blockClass.ts';
import { Reject, runtimeErrors, sdk } from './errors.ts';
import type { Action } from './module.ts';
import type { Router } from './router.ts';
import { addressOf, readSignerKey } from './signerKey.ts';

/**
 * First byte of the bytes a proposer injects. No protobuf message begins with it (field number 0),
 * so no transaction can be mistaken for an injection, nor an injection for a transaction.
 */
export const INJECTED_MAGIC = 0x00;

export interface RoutedMsg extends Action {
  readonly typeUrl: string;
}

/** A transaction whose bytes are canonical and whose messages are known. */
export interface Tx {
  readonly raw: TxRaw;
  readonly body: TxBody;
  readonly authInfo: AuthInfo;
  readonly msgs: readonly RoutedMsg[];
  /** What the messages do: each is one, or in its place the parts of a batch. */
  readonly actions: readonly Action[];
  /** Addresses that must have signed, in the order of their first message. */
  readonly signers: readonly string[];
  /** For each signer the account whose key signed and whose sequence counts: it, or a session's. */
  readonly accounts: readonly string[];
  readonly size: number;
}

export interface TxLimits {
  readonly maxTxBytes: number;
  readonly maxMsgs: number;
  readonly maxMemoBytes: number;
}

/**
 * Reads a transaction (Cosmos SDK TxRaw). Unknown fields are refused at every depth by the codecs,
 * and the outer bytes must be canonical (ADR-027), so that a transaction has one spelling.
 * @throws Reject
 */
export function decodeTx(bytes: Uint8Array, router: Router, limits: TxLimits): Tx {
  if (bytes.length > limits.maxTxBytes) {
    throw sdk.txTooLarge(`${bytes.length} bytes; at most ${limits.maxTxBytes} are allowed`);
  }
  if (bytes[0] === INJECTED_MAGIC) {
    throw runtimeErrors.reservedBytes('these bytes are reserved for what a proposer injects');
  }
  const raw = decodeOrReject(TxRaw, bytes);
  if (!equalBytes(TxRaw.encode(raw), bytes)) {
    throw runtimeErrors.notCanonical('the transaction is not in canonical encoding (ADR-027)');
  }
  const body = decodeOrReject(TxBody, raw.bodyBytes);
  const authInfo = decodeOrReject(AuthInfo, raw.authInfoBytes);
  if (body.messages.length === 0) throw sdk.invalidRequest('a transaction needs a message');
  if (body.messages.length > limits.maxMsgs) {
    throw sdk.invalidRequest(`${body.messages.length} messages; at most ${limits.maxMsgs}`);
  }
  if (Buffer.byteLength(body.memo) > limits.maxMemoBytes) {
    throw sdk.memoTooLarge(`the memo has more than ${limits.maxMemoBytes} bytes`);
  }
  const msgs = body.messages.map((any) => routeMsg(any, router));
  const actions = msgs.flatMap((m): readonly Action[] => m.handler.parts?.(m.msg) ?? [m]);
  if (actions.length > limits.maxMsgs) {
    throw sdk.invalidRequest(`${actions.length} actions; at most ${limits.maxMsgs}`);
  }
  const signers = [...new Set(msgs.map(({ handler, msg }) => handler.signer(msg)))];
  const accounts = signers.map((signer, i) => accountOfKey(signer, authInfo.signerInfos[i]));
  return { raw, body, authInfo, msgs, actions, signers, accounts, size: bytes.length };
}

/** The account of a signer's key: a single key that is not the signer's own is a session's. */
function accountOfKey(signer: string, info: SignerInfo | undefined): string {
  if (info?.publicKey?.typeUrl !== PubKey.typeUrl) return signer;
  try {
    return addressOf(readSignerKey(info.publicKey));
  } catch (error) {
    if (error instanceof Reject) return signer;
    throw error;
  }
}

/** Everybody whose account it changes: the signers, then the keys that signed for them. */
export const partiesOf = ({ signers, accounts }: Tx): readonly string[] => [
  ...new Set([...signers, ...accounts]),
];

/** Whether an allowance may pay for it instead of a fee: every message must be exempt. */
export function isFeeExempt(tx: Tx): boolean {
  return tx.actions.every(({ handler }) => handler.feeExempt);
}

/** Whether it only takes orders back. */
export function isCancel(tx: Tx): boolean {
  return tx.actions.every(({ handler }) => handler.isCancel);
}

/** The latest class among what it does. */
export function blockClassOf(tx: Tx): BlockClass {
  return tx.actions.reduce<BlockClass>((latest, { handler, msg }) => {
    const own = handler.blockClass(msg);
    return own > latest ? own : latest;
  }, BlockClass.CANCEL);
}

/** Each account's sequence; undefined of a transaction that is unordered. */
export function sequencesOf({ body, authInfo, accounts }: Tx): Map<string, bigint> | undefined {
  if (body.unordered) return undefined;
  return new Map(accounts.map((account, i) => [account, authInfo.signerInfos[i]?.sequence ?? 0n]));
}

function routeMsg(any: Any, router: Router): RoutedMsg {
  const handler = router.get(any.typeUrl);
  if (handler === undefined) {
    if (/^\/cosmos\.(authz|feegrant)\./.test(any.typeUrl)) {
      throw sdk.notSupported('there is no authz and no feegrant on this chain');
    }
    throw sdk.unknownRequest(`no module handles ${any.typeUrl.slice(0, 100)}`);
  }
  const msg = decodeOrReject(handler.codec, any.value);
  handler.validate(msg);
  return { typeUrl: any.typeUrl, msg, handler };
}

function decodeOrReject<T>(codec: Codec<T>, bytes: Uint8Array): T {
  try {
    return codec.decode(bytes);
  } catch (error) {
    if (error instanceof CodecError) throw sdk.txDecode(error.message);
    throw error;
  }
}
