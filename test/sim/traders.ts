import type { Random } from '../crash/random.ts';
import type { Action, Intent, PlaceIntent, TriggerLeg } from './intents.ts';
import type { Model } from './model/model.ts';
import { onTick } from './model/ticks.ts';
import type { Account, Quotes, Series } from './model/types.ts';
import { quoting } from './quoters.ts';
import type { World } from './world.ts';

const USD = 1_000_000n;

interface Market {
  /** Sells whatever its margin allows. */
  readonly isReckless: boolean;
  readonly quotes: Quotes;
  readonly listed: readonly Series[];
}

/** What to do next, drawn from a seed: mostly orders around the mark. */
export function intend(
  random: Random,
  { liquidations, find, chain }: World,
  owner: string,
  { quotes, listed, isReckless }: Market,
): Intent | null {
  const account = find(owner);
  const { model } = liquidations;
  if (account === undefined || (account.cashUusd < 2_000n * USD && random.below(3) === 0)) {
    return { kind: 'deposit', amountUusd: BigInt(1_000 + random.below(60_000)) * USD };
  }
  const dice = random.below(100);
  const others = liquidations.flagged.filter((flagged) => flagged.owner !== owner);
  if (others.length > 0 && dice < 40) return bid(random, random.pick(others));
  if (dice < 3) return { kind: 'withdraw', amountUusd: BigInt(1 + random.below(30_000)) * USD };
  if (dice < 5) return { kind: 'cancelAll' };
  if (dice < 7) return underwriting(random, model, owner);
  if (dice < 8) return { kind: 'mode', mode: random.pick(['standard', 'portfolio', 'covered']) };
  if (dice < 10) {
    return { kind: 'referrer', referrer: random.pick([...chain.users.values()]).address };
  }
  if (dice < 14) return deadMan(random);
  if (dice < 17 && account.orders.size > 0) return cancel(random, model, account);
  if (dice < 25 && account.orders.size > 0) return replacement(random, model, account, quotes);
  if (dice < 30 && model.known.of(account).length > 0) return again(random, model, account);
  if (listed.length === 0) return null;
  if (isReckless && random.below(4) > 0) return sale(random, account, quotes, listed);
  if (dice < 50) return quoting(random, account, quotes, listed);
  if (dice < 60) return trigger(random, model, account, quotes, listed);
  if (dice >= 85) return batch(random, model, account, quotes, listed);
  return order(random, account, quotes, listed);
}

/** Two to five actions, of which some refuse themselves. */
function batch(
  random: Random,
  model: Model,
  account: Account,
  quotes: Quotes,
  listed: readonly Series[],
): Intent {
  const actions = Array.from({ length: 2 + random.below(4) }, (): Action => {
    const dice = random.below(10);
    if (account.orders.size > 0 && dice < 2) {
      return cancel(random, model, account);
    }
    if (account.orders.size > 0 && dice < 5) return replacement(random, model, account, quotes);
    if (dice === 7) return trigger(random, model, account, quotes, listed);
    if (dice === 6 && model.known.of(account).length > 0) return again(random, model, account);
    return dice === 5 ? { kind: 'cancelAll' } : order(random, account, quotes, listed);
  });
  return { kind: 'batch', actions };
}

/** A stop or a take-profit near the price, or one of each; now and then one is taken back. */
function trigger(
  random: Random,
  { triggers }: Model,
  account: Account,
  quotes: Quotes,
  listed: readonly Series[],
): Action {
  const own = triggers.of(account);
  if (own.length > 0 && random.below(5) === 0) {
    return { kind: 'cancelTrigger', id: random.pick(own).id };
  }
  const leg = (isAbove: boolean): TriggerLeg => {
    const placed = order(random, account, quotes, listed);
    const { series } = placed;
    const isIndex = random.below(2) === 0;
    const near = (isAbove ? 1 : -1) * (1 + random.below(isIndex ? 12 : 60));
    const price = isIndex ? quotes.index(series.underlyingId) : quotes.mark(series);
    const levelUusd = BigInt(Math.max(Math.round(price * (1_000 + near) * 1_000), 1));
    return { isIndex, isAbove, levelUusd, order: placed };
  };
  const isFirstAbove = random.below(2) === 0;
  const isPair = random.below(2) === 0;
  return { kind: 'trigger', legs: [leg(isFirstAbove), ...(isPair ? [leg(!isFirstAbove)] : [])] };
}

/** What a lost answer makes a client do. */
const again = (random: Random, { known }: Model, account: Account): PlaceIntent =>
  random.pick(known.of(account)).intent as PlaceIntent;

/** One of the orders, by its id or its name. */
function named(random: Random, { known }: Model, { orders }: Account) {
  const order = random.pick([...orders]);
  const name = known.nameOf(order.id);
  return { order, ...(name !== '' && random.below(2) === 0 ? { name } : {}) };
}

function cancel(random: Random, model: Model, account: Account): Action {
  // One that waits for the end of the next block, mostly: it cannot be taken back.
  const waits = [...model.delays.waiting.values()].find((each) => each.account === account);
  if (waits !== undefined) return { kind: 'cancel', id: waits.id };
  const { order, ...name } = named(random, model, account);
  return { kind: 'cancel', id: order.id, ...name };
}

/** Up to an hour, as blocks are minutes apart; now and then none, which turns it off. */
function deadMan(random: Random): Intent {
  const timeoutMs = random.below(5) === 0 ? 0 : 1_000 + random.below(3_600_000);
  return { kind: 'deadMan', timeoutMs, isEverything: random.below(3) > 0 };
}

/** In 1e-4, about what the market says. */
const someVol = (random: Random, { vol }: Quotes, { underlyingId }: Series): number =>
  Math.max(1, Math.round(vol(underlyingId) * (8_500 + random.below(3_001))));

/** A smaller or a larger size, another price, or both; another volatility. */
function replacement(random: Random, model: Model, account: Account, quotes: Quotes): Action {
  const { order: resting, ...name } = named(random, model, account);
  const { id, series, left, filled } = resting;
  const lot = series.underlyingId === 1 ? 100n : 1_000n;
  const away = 1 + (random.below(201) - 100) / 1_000;
  const lots = BigInt(random.below(4)) * lot;
  const quantity = random.below(2) === 0 ? left + filled + lots : left + filled - lots;
  return {
    ...{ kind: 'replace', id, ...name },
    priceUusd: random.below(2) === 0 ? 0n : onTick(series.underlyingId, quotes.mark(series) * away),
    quantity: quantity > 0n && random.below(4) > 0 ? quantity : 0n,
    ...(resting.volBp !== undefined && random.below(2) === 0
      ? { volBp: someVol(random, quotes, series) }
      : {}),
  };
}

/** Terms beside price and size. */
function unusual(random: Random, timeInForce: PlaceIntent['timeInForce'], timeMs: number) {
  const selfTrade = random.pick(['taker', 'taker', 'maker', 'both'] as const);
  if (timeInForce !== 'gtc') return { selfTrade, isMarket: random.below(2) === 0 };
  const postOnly = random.pick(['reject', 'slide', undefined, undefined, undefined] as const);
  const goodTilSeconds = Math.floor(timeMs / 1_000) + 1 + random.below(7_200);
  return {
    selfTrade,
    ...(postOnly === undefined ? {} : { postOnly }),
    ...(random.below(4) === 0 ? { goodTilSeconds } : {}),
  };
}

/** As much sold as initial margin allows, or nearly: what a jump then ruins. */
function sale(
  random: Random,
  { cashUusd }: Account,
  quotes: Quotes,
  listed: readonly Series[],
): Intent {
  const series = random.pick(listed);
  const lot = series.underlyingId === 1 ? 100 : 1_000;
  const most = (Number(cashUusd) / 1e6 / (0.15 * quotes.index(series.underlyingId))) * 1e4;
  const lots = Math.floor((most * (20 + random.below(81))) / 100 / lot);
  return {
    ...{ kind: 'place', series, isBuy: false, isReduceOnly: false, timeInForce: 'gtc' },
    priceUusd: onTick(series.underlyingId, quotes.mark(series) * 0.9),
    quantity: BigInt(lot) * BigInt(Math.max(lots, 1)),
  };
}

/** For all of an account under liquidation or a part, rather high or rather low. */
function bid(random: Random, { id, liquidation }: Account): Intent {
  const version = liquidation!.auction?.version ?? 0n;
  const isNow = random.below(10) > 0;
  return {
    ...{ kind: 'bid', liquidatedId: id, version: isNow ? version : version + 1n },
    fractionPpb: random.below(2) === 0 ? 1_000_000_000 : 1 + random.below(900_000_000),
    limitPpm: random.below(1_000_001),
    leastPayoutUusd: random.below(3) === 0 ? BigInt(random.below(5_000)) * USD : 0n,
  };
}

function underwriting(random: Random, { funds }: Model, owner: string): Intent {
  const underlyingId = 1 + random.below(2);
  const free = funds.free(owner, underlyingId);
  return free > 0n && random.below(2) === 0
    ? { kind: 'leave', underlyingId, shares: 1n + (free * BigInt(random.below(100))) / 100n }
    : { kind: 'underwrite', underlyingId, amountUusd: BigInt(100 + random.below(2_000)) * USD };
}

function order(
  random: Random,
  account: Account,
  quotes: Quotes,
  listed: readonly Series[],
): PlaceIntent {
  const held = [...account.positions].filter(([id]) => listed.some((s) => s.id === id));
  const isReduceOnly = held.length > 0 && random.below(6) === 0;
  const [series, isBuy] = isReduceOnly
    ? (([id, quantity]) => [quotes.series(id), quantity < 0n] as const)(random.pick(held))
    : [random.pick(listed), random.below(2) === 0];
  const timeInForce = random.pick(['gtc', 'gtc', 'gtc', 'ioc', 'fok'] as const);
  const lot = series.underlyingId === 1 ? 100n : 1_000n;
  const away = 1 + (random.below(401) - 200) / 1_000;
  return {
    ...{ kind: 'place', series, isBuy, isReduceOnly, timeInForce },
    priceUusd: onTick(series.underlyingId, quotes.mark(series) * away),
    quantity: lot * BigInt(1 + random.below(random.below(10) === 0 ? 500 : 60)),
    ...unusual(random, timeInForce, quotes.timeMs),
    ...(random.below(3) === 0 ? { isMarket: false, volBp: someVol(random, quotes, series) } : {}),
    ...(random.below(2) === 0 ? { name: `n${random.below(40)}` } : {}),
  };
}
