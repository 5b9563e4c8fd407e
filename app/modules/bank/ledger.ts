import type { Coin } from '../../../proto/gen/cosmos.base.v1beta1.ts';
import { moduleAddress } from '../../lib/address.ts';
import { coinText } from '../../lib/amountText.ts';
import { assert } from '../../lib/assert.ts';
import { MODULE_ACCOUNTS, addressBytes, ensureAccount } from '../auth/index.ts';
import type { Ctx } from '../../runtime/context.ts';
import { sdk } from '../../runtime/errors.ts';
import type { Reader } from '../../store/collection.ts';
import * as keys from '../../lib/keys.ts';
import { balances, supplies } from './state.ts';

/** Quote and collateral, 6 decimals. */
export const UUSD = 'uusd';
/** Staking and fee token. */
export const UTENOR = 'utenor';

/**
 * Accounts that no key controls. Coins reach them through their module only: a stray transfer would
 * break the module's own account of what it holds.
 */
export const MODULE_ADDRESSES: ReadonlySet<string> = new Set(MODULE_ACCOUNTS.map(moduleAddress));

/** Balance in base units. */
export function balanceOf(reader: Reader, address: string, denom: string): bigint {
  return balances.get(reader, [addressBytes(address), denom]) ?? 0n;
}

/** All balances of an address, by denomination. */
export function coinsOf(reader: Reader, address: string): Coin[] {
  const prefix = keys.address.write(addressBytes(address));
  return [...balances.under(reader, prefix)].map(([[, denom], amount]) => ({
    denom,
    amount: amount.toString(),
  }));
}

/**
 * Moves base units and emits the transfer events of the Cosmos SDK. Creates the recipient's
 * account.
 * @throws Reject insufficientFunds
 */
export function sendCoins(ctx: Ctx, from: string, to: string, denom: string, amount: bigint): void {
  assert(amount > 0n, 'a transfer of nothing');
  take(ctx, from, denom, amount);
  give(ctx, to, denom, amount);
  const coins = `${amount}${denom}`;
  ctx.emit('coin_spent', { spender: from, amount: coins });
  ctx.emit('coin_received', { receiver: to, amount: coins });
  const moved = { recipient: to, sender: from, amount: coins };
  ctx.emit('transfer', moved, ['recipient', 'sender', 'amount']);
}

/** Creates base units, at genesis. */
export function mintCoins(ctx: Ctx, to: string, denom: string, amount: bigint): void {
  give(ctx, to, denom, amount);
  supplies.set(ctx, denom, (supplies.get(ctx, denom) ?? 0n) + amount);
}

function take(ctx: Ctx, from: string, denom: string, amount: bigint): void {
  const has = balanceOf(ctx, from, denom);
  if (has < amount) {
    throw sdk.insufficientFunds(
      `spendable balance ${coinText(has, denom)} is smaller than ${coinText(amount, denom)}: ` +
        'insufficient funds',
    );
  }
  const key = [addressBytes(from), denom] as const;
  if (has === amount) balances.delete(ctx, key);
  else balances.set(ctx, key, has - amount);
}

function give(ctx: Ctx, to: string, denom: string, amount: bigint): void {
  ensureAccount(ctx, to);
  balances.set(ctx, [addressBytes(to), denom], balanceOf(ctx, to, denom) + amount);
}
