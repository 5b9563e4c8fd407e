import type { Validator, ValidatorSet } from '../../../proto/gen/tenor.staking.v1.ts';
import { assert } from '../../lib/assert.ts';
import { sha256 } from '../../lib/address.ts';
import { compareBytes, equalBytes } from '../../lib/bytes.ts';
import type { Ctx } from '../../runtime/context.ts';
import type { ValidatorUpdate } from '../../runtime/module.ts';
import type { Reader } from '../../store/collection.ts';
import { changed, sets, validators } from './state.ts';

/**
 * CometBFT's bound on total power (types.MaxTotalVotingPower) is 2^60; one validator stays far
 * below.
 */
export const MAX_POWER = 1n << 40n;

/** First 20 bytes of the SHA-256 of an Ed25519 key: how votes name a validator. */
export function consensusAddress(pubkey: Uint8Array): Uint8Array {
  return sha256(pubkey).subarray(0, 20);
}

/** The set that signs the commit of a height; undefined when it is not kept any more. */
export function setAt(reader: Reader, height: number): ValidatorSet | undefined {
  for (const [, set] of sets.entries(reader, { to: BigInt(height) + 1n, reverse: true }))
    return set;
  return undefined;
}

export function totalPower(set: ValidatorSet): bigint {
  return set.validators.reduce((sum, v) => sum + v.power, 0n);
}

/** Records a validator's new power, which the engine applies two heights on. */
export function setPower(ctx: Ctx, validator: Validator): void {
  validators.set(ctx, validator.consensusAddress, validator);
  changed.set(ctx, validator.consensusAddress, validator);
}

/** A validator by its consensus address; undefined when it has left. */
export const validatorAt = (reader: Reader, consensusAddress: Uint8Array): Validator | undefined =>
  validators.get(reader, consensusAddress);

/**
 * Takes a share of its power from a validator, in millionths, rounded down, and leaves it at least
 * 1. What was taken; 0 when it has left.
 */
export function cutPower(ctx: Ctx, consensusAddress: Uint8Array, sharePpm: number): bigint {
  const validator = validatorAt(ctx, consensusAddress);
  if (validator === undefined || validator.power === 0n) return 0n;
  const cut = (validator.power * BigInt(sharePpm)) / 1_000_000n;
  const power = validator.power - cut > 1n ? validator.power - cut : 1n;
  if (power !== validator.power) setPower(ctx, { ...validator, power });
  return validator.power - power;
}

/** Puts a set in force from a height on, in the order of addresses. */
export function putSet(ctx: Ctx, height: number): void {
  const active = [...validators.entries(ctx)].map(([, v]) => v).filter((v) => v.power > 0n);
  assert(active.length > 0, 'the validator set is empty');
  active.sort((a, b) => compareBytes(a.consensusAddress, b.consensusAddress));
  sets.set(ctx, BigInt(height), { height: BigInt(height), validators: active });
}

/**
 * Ends a block: what changed goes to the engine, and is in force two heights on (CometBFT,
 * "validator updates"). Sets that no vote extension can refer to any more are dropped.
 */
export function endBlock(ctx: Ctx): ValidatorUpdate[] | undefined {
  const updates: ValidatorUpdate[] = [];
  const latest = sets.first(ctx, '', true)?.[1].validators ?? [];
  for (const [key, v] of changed.entries(ctx)) {
    // Who joined and left within this block is unknown to the engine, which stops when it is told
    // to remove a validator that it does not have.
    const isKnown = latest.some((member) => equalBytes(member.consensusAddress, key));
    if (v.power > 0n || isKnown) updates.push({ pubkey: v.consensusPubkey, power: v.power });
    changed.delete(ctx, key);
    if (v.power === 0n) validators.delete(ctx, key);
  }
  const { height } = ctx.header;
  if (updates.length > 0) putSet(ctx, height + 2);
  dropSetsBefore(ctx, height - 1);
  return updates.length > 0 ? updates : undefined;
}

/** Keeps the set in force at `height` and later ones. */
function dropSetsBefore(ctx: Ctx, height: number): void {
  const upTo = [...sets.entries(ctx, { to: BigInt(height) + 1n })];
  for (const [from] of upTo.slice(0, -1)) sets.delete(ctx, from);
}
