import { Random } from '../../crash/random.ts';
import { Market } from './market.ts';
import type { Sent } from './market.ts';
import { ordered, RULES } from './rules.ts';
import type { Rule, Seeds } from './rules.ts';

export interface FairnessOptions {
  readonly seed: number;
  readonly blocks: number;
  /** Owners that the proposer has, each with enough for a place of its own. */
  readonly addresses: number;
  /** Whether the proposer leaves out what it likes; it may always insert. */
  readonly drops: boolean;
}

/** Per block, in half spreads. */
export interface Fairness {
  readonly rule: string;
  /** What the proposer has from its power: beyond what it would have as one of the takers. */
  readonly gain: number;
  /** What makers lose because of it. */
  readonly makersLose: number;
}

const MAKERS = 10;
const NOISE = 5;
const RIVALS = 5;
const HALF_SPREAD = 1;
/** How far beyond the value somebody who just wants to trade will go. */
const PATIENCE = 3;
/** Drawings of the unknown that a proposer judges a plan by. */
const GUESSES = 6;

interface World {
  readonly market: Market;
  readonly value: number;
  readonly waiting: readonly Sent[];
  readonly noise: readonly Sent[];
}

interface Plan {
  readonly snipes: boolean;
  readonly dropsCancels: boolean;
  readonly dropsRivals: boolean;
  readonly sandwiches: boolean;
}

const PLANS: readonly Plan[] = Array.from({ length: 16 }, (_, bits) => ({
  snipes: (bits & 1) !== 0,
  dropsCancels: (bits & 2) !== 0,
  dropsRivals: (bits & 4) !== 0,
  sandwiches: (bits & 8) !== 0,
}));

/**
 * Blocks of a market whose value jumps: makers cancel and quote anew, informed takers go for what
 * is stale, others just want to trade. The proposer of each is informed, too; it may insert, drop
 * and, where the rule lets it, reorder, and takes the best of all its plans.
 */
export function fairness({ seed, blocks, addresses, drops }: FairnessOptions): Fairness[] {
  const random = new Random(seed);
  const plans = PLANS.filter((p) => drops || (!p.dropsCancels && !p.dropsRivals));
  const sums = RULES.map(({ name }) => ({ rule: name, gain: 0, makersLose: 0 }));
  for (let i = 0; i < blocks; i++) {
    const world = worldOf(random);
    const own = random.below(1 << 30);
    const seeds = { own, next: random.below(1 << 30) };
    const guesses = Array.from({ length: GUESSES }, () => random.below(1 << 30));
    const arrival = arrivals(random, [...world.waiting, ...ownTakers(world, addresses)]);
    RULES.forEach((rule, r) => {
      const honest = run(rule, world, arrival, [], seeds);
      const best = bestPlan(plans, rule, world, addresses, own, guesses);
      const [block, left] = blockOf(rule, world, best, addresses, own);
      const used = run(rule, world, block, left, seeds);
      const sum = sums[r]!;
      sum.gain += (worthOf(used, world, 'p') - worthOf(honest, world, 'p')) / blocks;
      sum.makersLose += (worthOf(honest, world, 'm') - worthOf(used, world, 'm')) / blocks;
    });
  }
  return sums;
}

function bestPlan(
  plans: readonly Plan[],
  rule: Rule,
  world: World,
  addresses: number,
  own: number,
  guesses: number[],
): Plan {
  const worth = (plan: Plan) => {
    const [block, left] = blockOf(rule, world, plan, addresses, own);
    return guesses.reduce((sum, next) => {
      return sum + worthOf(run(rule, world, block, left, { own, next }), world, 'p');
    }, 0);
  };
  return plans
    .map((plan) => ({ plan, worth: worth(plan) }))
    .reduce((a, b) => (b.worth > a.worth ? b : a)).plan;
}

function run(
  rule: Rule,
  { market }: World,
  block: readonly Sent[],
  left: readonly Sent[],
  seeds: Seeds,
) {
  const copy = market.copy();
  rule.run(copy, block, left, seeds);
  return copy;
}

/** Of all owners whose names begin so: makers `m`, the proposer `p`. */
function worthOf(market: Market, { value }: World, prefix: string): number {
  let sum = 0;
  for (let i = 0; i < 64; i++) sum += market.worth(`${prefix}${i}`, value);
  return sum;
}

function worldOf(random: Random): World {
  const market = new Market();
  const quotesAround = (value: number) =>
    ({ kind: 'quote', bid: value - HALF_SPREAD, ask: value + HALF_SPREAD, units: 1 }) as const;
  for (let i = 0; i < MAKERS; i++) {
    market.apply({ owner: `m${i}`, sequence: 0, action: quotesAround(0) });
  }
  const jumps = random.below(3) === 0;
  const value = jumps ? (random.below(2) * 2 - 1) * (2 + random.below(300) / 100) : 0;
  const waiting: Sent[] = [];
  for (let i = 0; jumps && i < MAKERS; i++) {
    waiting.push({ owner: `m${i}`, sequence: 0, action: { kind: 'cancel' } });
    waiting.push({ owner: `m${i}`, sequence: 1, action: quotesAround(value) });
  }
  for (let i = 0; jumps && i < RIVALS; i++) waiting.push(snipe(`r${i}`, value, 2));
  const noise = Array.from({ length: NOISE }, (_, i): Sent => {
    const isBuy = random.below(2) === 0;
    const bound = value + (isBuy ? PATIENCE : -PATIENCE);
    return { owner: `n${i}`, sequence: 0, action: { kind: 'take', isBuy, bound, units: 1 } };
  });
  return { market, value, waiting: [...waiting, ...noise], noise };
}

/** Takes what is offered at a better price than the value. */
const snipe = (owner: string, value: number, units: number): Sent => ({
  owner,
  sequence: 0,
  action: { kind: 'take', isBuy: value > 0, bound: value, units },
});

/** As one of the informed, without any power. */
const ownTakers = ({ value }: World, addresses: number): Sent[] =>
  value === 0 ? [] : Array.from({ length: addresses }, (_, i) => snipe(`p${i}`, value, MAKERS));

/** The block of a plan in the proposer's own order, and what it left out. */
function blockOf(
  rule: Rule,
  world: World,
  plan: Plan,
  addresses: number,
  seed: number,
): [Sent[], Sent[]] {
  const { waiting, value } = world;
  const isDropped = ({ owner, action }: Sent) =>
    (plan.dropsCancels && owner.startsWith('m') && action.kind !== 'take') ||
    (plan.dropsRivals && owner.startsWith('r'));
  const kept = waiting.filter((sent) => !isDropped(sent));
  const own = [
    ...(plan.snipes ? ownTakers(world, addresses) : []),
    ...(plan.sandwiches ? sandwich(world, addresses, rule.isFree ? undefined : seed) : []),
  ];
  // An owner's transactions are numbered in the order of its plan.
  const numbered = own.map((sent, i) => ({ ...sent, sequence: i }));
  return [[...numbered, ...kept], value === 0 ? [] : waiting.filter(isDropped)];
}

/** Buys what the next would buy, and offers it to them at the worst price they take. */
function sandwich({ noise, value }: World, addresses: number, seed?: number): Sent[] {
  const isBuy =
    noise.filter(({ action }) => action.kind === 'take' && action.isBuy).length > NOISE / 2;
  const bound = value + (isBuy ? PATIENCE : -PATIENCE);
  const owners = Array.from({ length: addresses }, (_, i) => `p${i}`);
  const takers = owners.map((owner): Sent => {
    const action = {
      kind: 'take',
      isBuy,
      bound: bound - (isBuy ? 1e-9 : -1e-9),
      units: MAKERS,
    } as const;
    return { owner, sequence: 0, action };
  });
  // Where the draw is known, the owner that it favours goes first; the last one offers.
  const first = seed === undefined ? takers[0]! : firstOf(takers, seed);
  const side = isBuy ? { ask: bound } : { bid: bound };
  const offer: Sent = {
    owner: owners.find((owner) => owner !== first.owner) ?? first.owner,
    sequence: 1,
    action: { kind: 'quote', units: NOISE, ...side },
  };
  return [first, offer];
}

const firstOf = (takers: readonly Sent[], seed: number): Sent => ordered(takers, seed)[0]!;

function shuffled<T>(random: Random, items: readonly T[]): T[] {
  const list = [...items];
  for (let i = list.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [list[i], list[j]] = [list[j]!, list[i]!];
  }
  return list;
}

/** Arrivals at random times, each owner's own in its sequence. */
function arrivals(random: Random, sent: readonly Sent[]): Sent[] {
  const bySender = new Map<string, Sent[]>();
  for (const one of sent) bySender.set(one.owner, [...(bySender.get(one.owner) ?? []), one]);
  return shuffled(random, sent).map(({ owner }) => bySender.get(owner)!.shift()!);
}
