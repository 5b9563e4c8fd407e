interface Step {
  readonly fromUusd: bigint;
  readonly tickUusd: bigint;
}

/** The tick of a price: of the last step at or below it. `ticks` begin at 0 and ascend. */
export function tickAt(ticks: readonly Step[], priceUusd: bigint): bigint {
  let tick = ticks[0]!.tickUusd;
  for (const step of ticks) {
    if (step.fromUusd > priceUusd) break;
    tick = step.tickUusd;
  }
  return tick;
}
