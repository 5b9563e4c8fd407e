import type { BaseAccount } from '../../proto/gen/cosmos.auth.v1beta1.ts';
import { PubKey } from '../../proto/gen/cosmos.crypto.secp256k1.ts';
import { SignMode } from '../../proto/gen/cosmos.tx.signing.v1beta1.ts';
import type { SignerInfo } from '../../proto/gen/cosmos.tx.v1beta1.ts';
import type { Params } from '../../proto/gen/tenor.runtime.v1.ts';
import { equalBytes } from '../lib/bytes.ts';
import { drawAllowances, isFree } from './allowance.ts';
import type { AllowancePorts, Charge } from './allowance.ts';
import type { Ctx, OrderGate, View } from './context.ts';
import { runtimeErrors, sdk } from './errors.ts';
import { parseFee } from './fee.ts';
import type { Action } from './module.ts';
import { countSigned } from './multisig.ts';
import type { SignatureChecker } from './signature.ts';
import { addressOf, readSignerKey } from './signerKey.ts';
import type { SignerKey } from './signerKey.ts';
import { isFeeExempt } from './tx.ts';
import type { Tx } from './tx.ts';

/** What ante checks need of the modules above the runtime. */
export interface AntePorts extends AllowancePorts {
  account(ctx: Ctx, address: string): BaseAccount | undefined;
  saveAccount(ctx: Ctx, account: BaseAccount): void;
  /** Takes the fee from the payer. @throws Reject when it cannot pay */
  payFee(ctx: Ctx, payer: string, denom: string, amount: bigint): void;
  /** Remembers an unordered transaction until its timeout; false when it was there. */
  addNonce(ctx: Ctx, address: string, timeoutNs: bigint): boolean;
  /** Whether an owner has enough for a place of its own inside a block. */
  hasPlace(view: View, address: string): boolean;
  /**
   * What a key may order for an owner.
   * @throws Reject when it has no session, or one that these actions are not in
   */
  openSession(ctx: Ctx, owner: string, key: string, actions: readonly Action[]): OrderGate;
}

export interface AnteOptions {
  /**
   * `simulate` skips signatures and fees; `recheck` skips signatures, which were checked before.
   */
  readonly mode: 'check' | 'recheck' | 'simulate' | 'deliver';
  readonly signatures: SignatureChecker;
  readonly ports: AntePorts;
  readonly params: Params;
}

export const SIGNATURE_GAS = 4_000;
/** Looking up what a session allows, as a lump sum. */
const SESSION_GAS = 1_000;
export const BYTE_GAS = 5;
/** Paying a fee, as a lump sum, so that a simulation without a fee comes to the same. */
const FEE_GAS = 2_000;
/** A signature in a transaction's bytes, which a simulation does not carry. */
const SIGNATURE_BYTES = 64;
/** A public key in them, which a wallet leaves out of the simulation of its first one. */
const KEY_BYTES = 72;

/**
 * What must hold before a transaction's messages run: timeouts, signers, signatures, sequence or
 * unordered nonce, and the fee or the allowance. Its writes stay even when execution fails. Returns
 * what paid.
 * @throws Reject, leaving writes for the caller to roll back
 */
export function anteHandle(ctx: Ctx, tx: Tx, options: AnteOptions): Charge {
  const given = tx.raw.signatures.reduce((sum, signature) => sum + signature.length, 0);
  const signatureBytes = tx.signers.length * SIGNATURE_BYTES;
  ctx.gas.consume((tx.size - given + signatureBytes) * BYTE_GAS);
  checkTimeouts(ctx, tx, options.params);
  const accounts = checkSigners(ctx, tx, options);
  const charge = chargeFees(ctx, tx, options);
  advance(ctx, tx, accounts, options);
  return charge;
}

/** @throws Reject when the transaction's time has passed, or its timeouts do not fit together */
export function checkTimeouts(ctx: Ctx, { body, authInfo }: Tx, params: Params): void {
  const { height } = ctx.header;
  if (body.timeoutHeight !== 0n && BigInt(height) > body.timeoutHeight) {
    throw sdk.txTimeoutHeight(`timed out at height ${body.timeoutHeight}; now at ${height}`);
  }
  if (body.timeoutTimestamp !== undefined) {
    const timeoutNs = timeoutOf(body.timeoutTimestamp);
    if (timeoutNs < BigInt(ctx.header.timeMs) * 1_000_000n) {
      throw sdk.txTimeout('the timeout has passed; sign it again with a later one');
    }
  }
  if (!body.unordered) return;
  if (body.timeoutTimestamp === undefined) {
    throw sdk.invalidRequest('an unordered transaction needs timeout_timestamp');
  }
  const latestNs =
    BigInt(ctx.header.timeMs) * 1_000_000n + BigInt(params.maxUnorderedTtlSeconds) * 1_000_000_000n;
  if (timeoutOf(body.timeoutTimestamp) > latestNs) {
    throw sdk.invalidRequest(
      `timeout_timestamp may be at most ${params.maxUnorderedTtlSeconds} seconds ahead`,
    );
  }
  if (authInfo.signerInfos.some((info) => info.sequence !== 0n)) {
    throw sdk.invalidRequest('an unordered transaction carries sequence 0');
  }
}

function timeoutOf({ seconds, nanos }: { seconds: bigint; nanos: number }): bigint {
  if (nanos < 0 || nanos > 999_999_999 || seconds < 0n || seconds > 253_402_300_799n) {
    throw sdk.invalidRequest('timeout_timestamp is out of range');
  }
  return seconds * 1_000_000_000n + BigInt(nanos);
}

function checkSigners(ctx: Ctx, tx: Tx, options: AnteOptions): BaseAccount[] {
  const { signers, authInfo, raw } = tx;
  const { signerInfos } = authInfo;
  if (signerInfos.length !== signers.length || raw.signatures.length !== signers.length) {
    throw sdk.noSignatures(
      `${signers.length} signers are needed; ${signerInfos.length} infos and ` +
        `${raw.signatures.length} signatures were given`,
    );
  }
  return signers.map((signer, i) => {
    const address = tx.accounts[i]!;
    if (address !== signer) openSession(ctx, tx, address, options);
    const account = options.ports.account(ctx, address);
    if (account === undefined) {
      throw sdk.unknownAddress(`account ${address} does not exist: send it some coins first`);
    }
    return checkSigner(ctx, tx, account, signerInfos[i]!, i, options);
  });
}

/** A session's key signs alone, for one owner, and what needs no fee: so it cannot spend any. */
function openSession(ctx: Ctx, tx: Tx, key: string, { ports }: AnteOptions): void {
  const [owner, ...others] = tx.signers;
  ctx.gas.consume(SESSION_GAS);
  ctx.gate = ports.openSession(ctx.unmetered(), owner!, key, tx.actions);
  if (others.length > 0) throw sdk.invalidRequest("a session's key signs alone");
  if (!isFree(tx)) throw sdk.invalidRequest('a session pays no fee: leave it out');
}

function checkSigner(
  ctx: Ctx,
  tx: Tx,
  account: BaseAccount,
  info: SignerInfo,
  index: number,
  options: AnteOptions,
): BaseAccount {
  const simulated = options.mode === 'simulate';
  const key = signerKey(account, info, simulated);
  const further = signaturesOf(key, info, simulated) - 1;
  ctx.gas.consume(SIGNATURE_GAS + further * (SIGNATURE_GAS + SIGNATURE_BYTES * BYTE_GAS));
  if (key === NO_KEY) ctx.gas.consume(KEY_BYTES * BYTE_GAS);
  if (!tx.body.unordered && info.sequence !== account.sequence) {
    throw sdk.wrongSequence(
      `account sequence mismatch, expected ${account.sequence}, got ${info.sequence}`,
    );
  }
  if (!simulated) checkMode(key, info);
  if (!simulated && options.mode !== 'recheck') {
    const { chainId } = ctx.header;
    const { accountNumber } = account;
    if (!options.signatures.check(tx, index, key, chainId, accountNumber)) {
      throw sdk.unauthorized(
        'signature verification failed: check the key, ' +
          `account number (${accountNumber}) and chain id (${chainId})`,
      );
    }
  }
  return account.pubKey === undefined ? { ...account, pubKey: key.any } : account;
}

/** In place of a key that a simulation leaves out; it takes as many bytes. */
const NO_KEY = readSignerKey({
  typeUrl: PubKey.typeUrl,
  value: PubKey.encode({ key: new Uint8Array(33) }),
});

/** The key given with the transaction, or the account's known one; it must be the address's own. */
function signerKey(account: BaseAccount, info: SignerInfo, simulated: boolean): SignerKey {
  const any = info.publicKey ?? account.pubKey;
  if (any === undefined) {
    if (simulated) return NO_KEY;
    throw sdk.invalidPubKey('the first transaction must carry the public key');
  }
  const key = readSignerKey(any);
  if (account.pubKey !== undefined) {
    const { typeUrl, value } = account.pubKey;
    if (typeUrl !== key.any.typeUrl || !equalBytes(value, key.any.value)) {
      throw sdk.invalidPubKey("the key is not the account's");
    }
  } else if (addressOf(key) !== account.address) {
    throw sdk.invalidPubKey(`the key does not belong to ${account.address}`);
  }
  return key;
}

/** Signatures to check. A simulation need not know yet who will sign: as few as are enough. */
function signaturesOf(key: SignerKey, { modeInfo }: SignerInfo, simulated: boolean): number {
  if (key.threshold === null) return 1;
  const signed = Math.min(countSigned(modeInfo?.multi?.bitarray), key.members.length);
  return simulated ? Math.max(key.threshold, signed) : signed;
}

function checkMode({ threshold }: SignerKey, { modeInfo }: SignerInfo): void {
  if (threshold !== null) {
    if (modeInfo?.multi !== undefined) return;
    throw sdk.unauthorized('a multisig signs with the modes of its members');
  }
  const mode = modeInfo?.single?.mode;
  if (mode === SignMode.SIGN_MODE_DIRECT || mode === SignMode.SIGN_MODE_LEGACY_AMINO_JSON) return;
  throw sdk.unauthorized('sign with SIGN_MODE_DIRECT or SIGN_MODE_LEGACY_AMINO_JSON');
}

/** A fee that is offered for what is exempt is taken only where the allowances do not reach. */
function chargeFees(ctx: Ctx, tx: Tx, options: AnteOptions): Charge {
  const { authInfo, signers } = tx;
  const { fee } = authInfo;
  const payer = signers[0]!;
  if (fee !== undefined && fee.granter !== '') {
    throw sdk.notSupported('there are no fee grants on this chain: leave the granter out');
  }
  if (fee !== undefined && fee.payer !== '' && fee.payer !== payer) {
    throw sdk.notSupported('the first signer pays the fee: leave the payer out');
  }
  if (isFeeExempt(tx)) {
    const refusal = drawAllowances(ctx, tx, options.ports);
    if (refusal === null) return 'allowance';
    if (isFree(tx) && options.mode !== 'simulate') throw refusal;
  }
  ctx.gas.consume(FEE_GAS);
  if (options.mode === 'simulate') return 'fee';
  const { denom, amount } = parseFee(fee, options.params);
  if (amount > 0n) options.ports.payFee(ctx.unmetered(), payer, denom, amount);
  ctx.emit('tx', { fee: `${amount}${denom}`, fee_payer: payer });
  return 'fee';
}

function advance(ctx: Ctx, tx: Tx, accounts: readonly BaseAccount[], options: AnteOptions): void {
  accounts.forEach((account, i) => {
    if (tx.body.unordered) {
      const timeoutNs = timeoutOf(tx.body.timeoutTimestamp!);
      if (!options.ports.addNonce(ctx, account.address, timeoutNs)) {
        throw runtimeErrors.duplicateNonce('this unordered transaction was accepted before');
      }
      options.ports.saveAccount(ctx, account);
    } else {
      options.ports.saveAccount(ctx, { ...account, sequence: account.sequence + 1n });
    }
    const signature = Buffer.from(tx.raw.signatures[i]!).toString('base64');
    ctx.emit('tx', { acc_seq: `${account.address}/${account.sequence}` });
    ctx.emit('tx', { signature });
  });
}
