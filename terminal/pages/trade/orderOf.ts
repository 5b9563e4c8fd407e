import type { OrderRequest } from '../../../client/terms.ts';
import { CONTRACT_DECIMALS, USD_DECIMALS, typedOf, unitsOf } from '../../format/units.ts';
import { onTick } from '../../format/ticks.ts';
import type { Rules } from '../../format/ticks.ts';
import type { Kind, Life, Side } from '../../store/ticket.ts';

/** A ticket as it is typed. */
export interface Typed {
  readonly side: Side;
  readonly kind: Kind;
  readonly size: string;
  readonly price: string;
  readonly iv: string;
  readonly life: Life;
  readonly postOnly: boolean;
  readonly reduceOnly: boolean;
}

/** What is wrong, and with which field. */
export interface Problem {
  readonly field: 'size' | 'price' | 'iv';
  readonly text: string;
}

export type Made =
  | { readonly order: OrderRequest; readonly problem: null }
  | { readonly order: null; readonly problem: Problem };

const DAY_SECONDS = 86_400;
const IV_DECIMALS = 2;
const MAX_VOL_BP = 100_000n;
// Numbers of proto/tenor/clob/v1/clob.proto, whose code comes only with a wallet.
const LIVES = { gtc: 0, day: 0, ioc: 1, fok: 2 } as const;
const REJECTED_WHEN_IT_TAKES = 1;

const wrong = (field: Problem['field'], text: string): Made => ({
  order: null,
  problem: { field, text },
});

function sizeProblem(quantity: bigint | null, rules: Rules): string | null {
  const typed = (units: string) => typedOf(BigInt(units), CONTRACT_DECIMALS);
  if (quantity === null) return 'A size in contracts, such as 0.5';
  if (quantity < BigInt(rules.minOrder)) return `At least ${typed(rules.minOrder)}`;
  if (quantity > BigInt(rules.maxOrder)) return `At most ${typed(rules.maxOrder)}`;
  return quantity % BigInt(rules.lot) === 0n ? null : `In steps of ${typed(rules.lot)}`;
}

/** A ticket as an order, or what is wrong with it; `nowSeconds` is the chain's. */
export function orderOf(series: string, typed: Typed, rules: Rules, nowSeconds: number): Made {
  const { side, kind, life } = typed;
  const quantity = unitsOf(typed.size, CONTRACT_DECIMALS);
  const badSize = sizeProblem(quantity, rules);
  if (badSize !== null) return wrong('size', badSize);
  const priceUusd = unitsOf(typed.price, USD_DECIMALS);
  if (priceUusd === null || priceUusd === 0n) return wrong('price', 'A price in USD a contract');
  // A bound is cut to the tick by the chain; a price is the trader's own word.
  const near = onTick(rules, priceUusd, side === 'sell');
  if (kind !== 'market' && near !== priceUusd) {
    return wrong('price', `Not on the tick: ${typedOf(near, USD_DECIMALS)} is`);
  }
  const volBp = unitsOf(typed.iv, IV_DECIMALS);
  if (kind === 'iv' && (volBp === null || volBp === 0n || volBp > MAX_VOL_BP)) {
    return wrong('iv', 'A volatility in percent, such as 55.5');
  }
  const takes = kind === 'market' || life === 'ioc' || life === 'fok';
  const order: OrderRequest = {
    ...{ series, side, quantity: quantity!, priceUusd, reduceOnly: typed.reduceOnly },
    timeInForce: kind === 'market' ? LIVES.ioc : LIVES[life],
    ...(typed.postOnly && !takes ? { postOnly: REJECTED_WHEN_IT_TAKES } : {}),
    ...(kind === 'market' ? { market: true } : {}),
    ...(kind === 'iv' ? { volBp: Number(volBp) } : {}),
    ...(life === 'day' && !takes ? { goodTilSeconds: BigInt(nowSeconds + DAY_SECONDS) } : {}),
  };
  return { order, problem: null };
}
