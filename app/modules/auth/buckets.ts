import type { Bucket } from '../../../proto/gen/tenor.auth.v1.ts';
import type { Draw } from '../../runtime/allowance.ts';
import type { Ctx } from '../../runtime/context.ts';
import type { Reader } from '../../store/collection.ts';
import { addressBytes } from './accounts.ts';
import { buckets } from './state.ts';

/** How a bucket fills: tokens a minute, and how many are saved up at most. */
export interface Rate {
  readonly perMinute: number;
  readonly burst: number;
}

/** What an address may send without a fee. */
export interface Rates {
  readonly actions: Rate;
  readonly cancels: Rate;
}

/** Thousandths of a token; below 0 is a debt. */
interface Tokens {
  readonly actions: bigint;
  readonly cancels: bigint;
}

const MILLI = 1000n;
const MINUTE_MS = 60_000n;

const positive = (n: bigint): bigint => (n > 0n ? n : 0n);

/** A bucket that was never written is full. */
function tokensNow(reader: Reader & Pick<Ctx, 'header'>, key: Uint8Array, rates: Rates): Tokens {
  const last = buckets.get(reader, key);
  const full = ({ burst }: Rate) => BigInt(burst) * MILLI;
  if (last === undefined) return { actions: full(rates.actions), cancels: full(rates.cancels) };
  const elapsedMs = positive(BigInt(reader.header.timeMs) - last.timeMs);
  const filled = (held: bigint, rate: Rate): bigint => {
    const tokens = held + (elapsedMs * BigInt(rate.perMinute) * MILLI) / MINUTE_MS;
    return tokens < full(rate) ? tokens : full(rate);
  };
  return {
    actions: filled(last.millitokens - last.debtMillitokens, rates.actions),
    cancels: filled(last.cancelMillitokens - last.cancelDebtMillitokens, rates.cancels),
  };
}

function save(ctx: Ctx, key: Uint8Array, { actions, cancels }: Tokens): void {
  const bucket: Bucket = {
    timeMs: BigInt(ctx.header.timeMs),
    millitokens: positive(actions),
    debtMillitokens: positive(-actions),
    cancelMillitokens: positive(cancels),
    cancelDebtMillitokens: positive(-cancels),
  };
  buckets.set(ctx, key, bucket);
}

/** Whether an address ever had a bucket. */
export function hasTokens(reader: Reader, address: string): boolean {
  return buckets.has(reader, addressBytes(address));
}

/** Whole tokens that an address has now: of a debt, below 0. */
export function tokensOf(
  reader: Reader & Pick<Ctx, 'header'>,
  address: string,
  rates: Rates,
): Tokens {
  const { actions, cancels } = tokensNow(reader, addressBytes(address), rates);
  return { actions: actions / MILLI, cancels: cancels / MILLI };
}

/** Draws on an address's bucket; false, without a write, when it holds too little. */
export function drawTokens(ctx: Ctx, address: string, draw: Draw, rates: Rates): boolean {
  const key = addressBytes(address);
  const { actions, cancels } = tokensNow(ctx, key, rates);
  const left = {
    actions: actions - BigInt(draw.actions) * MILLI,
    cancels: cancels - BigInt(draw.cancels) * MILLI,
  };
  if ((draw.actions > 0 && left.actions < 0n) || (draw.cancels > 0 && left.cancels < 0n)) {
    return false;
  }
  save(ctx, key, left);
  return true;
}

/** Takes tokens whether they are there or not: what is missing is a debt, at most a burst. */
export function takeTokens(ctx: Ctx, address: string, taken: Draw, rates: Rates): void {
  const key = addressBytes(address);
  const { actions, cancels } = tokensNow(ctx, key, rates);
  const less = (held: bigint, tokens: number, { burst }: Rate): bigint => {
    const left = held - BigInt(tokens) * MILLI;
    const least = -BigInt(burst) * MILLI;
    return left > least ? left : least;
  };
  save(ctx, key, {
    actions: less(actions, taken.actions, rates.actions),
    cancels: less(cancels, taken.cancels, rates.cancels),
  });
}

/**
 * Writes down what has come together at these rates, since from now on others hold: nobody earns at
 * a rate for a time in which it was another.
 */
export function settleTokens(ctx: Ctx, address: string, rates: Rates): void {
  const key = addressBytes(address);
  save(ctx, key, tokensNow(ctx, key, rates));
}
