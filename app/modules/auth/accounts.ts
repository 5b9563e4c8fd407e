import type { BaseAccount } from '../../../proto/gen/cosmos.auth.v1beta1.ts';
import { decodeAddress } from '../../lib/address.ts';
import { sdk } from '../../runtime/errors.ts';
import type { Ctx } from '../../runtime/context.ts';
import type { Reader } from '../../store/collection.ts';
import { accounts, nextAccountNumber, nonces } from './state.ts';

/** The bytes of an address. @throws Reject when it is not one of this chain */
export function addressBytes(address: string): Uint8Array {
  const bytes = decodeAddress(address);
  if (bytes === null) throw sdk.invalidAddress(`${address.slice(0, 100)} is not a tenor address`);
  return bytes;
}

export function accountOf(reader: Reader, address: string): BaseAccount | undefined {
  return accounts.get(reader, addressBytes(address));
}

export function saveAccount(ctx: Ctx, account: BaseAccount): void {
  accounts.set(ctx, addressBytes(account.address), account);
}

/** Creates the account when it does not exist, with the next account number. */
export function ensureAccount(ctx: Ctx, address: string): void {
  const bytes = addressBytes(address);
  if (accounts.has(ctx, bytes)) return;
  const accountNumber = nextAccountNumber.get(ctx) ?? 0n;
  nextAccountNumber.set(ctx, accountNumber + 1n);
  accounts.set(ctx, bytes, { address, accountNumber, sequence: 0n });
}

/** Remembers an unordered transaction; false when it is there already. */
export function addNonce(ctx: Ctx, address: string, timeoutNs: bigint): boolean {
  const key = [timeoutNs, addressBytes(address)] as const;
  if (nonces.has(ctx, key)) return false;
  nonces.set(ctx, key, true);
  return true;
}

/** Nonces dropped in one block at the most: more than fit into one, so that none pile up. */
const MAX_PURGED_NONCES = 50_000;

/** Forgets nonces whose timeout has passed: their transactions can no longer be accepted. */
export function purgeNonces(ctx: Ctx): void {
  const nowNs = BigInt(ctx.header.timeMs) * 1_000_000n;
  let purged = 0;
  for (const [key] of nonces.entries(ctx)) {
    if (key[0] >= nowNs || purged++ >= MAX_PURGED_NONCES) return;
    nonces.delete(ctx, key);
  }
}
