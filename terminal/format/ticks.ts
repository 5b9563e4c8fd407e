/** What an order on an underlying must keep to: governed. */
export interface Rules {
  readonly ticks: readonly { readonly fromUusd: string; readonly tickUusd: string }[];
  /** In 1e-4 contracts. */
  readonly lot: string;
  readonly minOrder: string;
  readonly maxOrder: string;
}

/** By how much a price moves there. */
export function tickAt({ ticks }: Rules, priceUusd: bigint): bigint {
  const step = ticks.findLast(({ fromUusd }) => priceUusd >= BigInt(fromUusd));
  return BigInt(step?.tickUusd ?? ticks[0]?.tickUusd ?? '1');
}

/** A price on the tick, towards 0 or away from it. */
export function onTick(rulesFor: Rules, priceUusd: bigint, up: boolean): bigint {
  const tick = tickAt(rulesFor, priceUusd);
  const over = priceUusd % tick;
  return over === 0n ? priceUusd : priceUusd - over + (up ? tick : 0n);
}
