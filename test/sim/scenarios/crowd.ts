import type { Account } from '../model/types.ts';
import { agree } from '../model/disagreement.ts';
import { BTC, deposit, Stage, switchTo } from './stage.ts';
import type { Act } from './stage.ts';

/** Subaccounts of one owner, which are the messages of one transaction. */
const EACH = 100;
const LOTS = 0.1;
/** Of so many accounts one is so poor that only its liquidation ends its auction. */
const POOR_OF = 50;
/** Auctions that are cleared in a block (genesis). */
const CLEARINGS = 20;

/** What a run showed; the sums are over all accounts. */
export interface Crowd {
  readonly accounts: number;
  readonly portfolios: number;
  /** Under liquidation in the block of the breach, and orders that were gone with it. */
  readonly flagged: number;
  readonly cancelled: number;
  /** Blocks from the breach until nobody was under liquidation. */
  readonly blocks: number;
  readonly released: number;
  readonly sold: number;
  readonly throughTheBook: number;
}

/** Room for all of them in one block; the gas of a message is what it always is. */
function roomy(state: Record<string, unknown>): void {
  const { params } = state['runtime'] as { params: object };
  const gas = { maxTxGas: '100000000', maxBlockGas: '10000000000' };
  Object.assign(params, {
    ...gas,
    maxMsgs: 1_000,
    maxTxBytes: 1_000_000,
    maxBlockBytes: '9000000',
  });
}

/**
 * So many accounts, each short of a put, that all fail in one block: flagged with their orders gone
 * in it, then sold through the book and to bidders as far as a block has room, until prices come
 * back and only the poorest are left, whom bidders take over. The naive model holds each of them to
 * the unit in every block.
 */
export async function crowd(count: number): Promise<Crowd> {
  agree(count % EACH === 0, `accounts come in ${EACH}s`);
  const owners = Array.from({ length: count / EACH }, (_, i) => `owner${i}`);
  const rich = { mak: 900_000, sel: 900_000, bid: 900_000 };
  const stage = await Stage.set(rich, { genesis: roomy, users: owners });
  try {
    return await fail(stage, owners, count);
  } finally {
    await stage.close();
  }
}

async function fail(stage: Stage, owners: readonly string[], count: number): Promise<Crowd> {
  const { world, tally } = stage;
  /** One transaction for each owner, of one act of each subaccount. */
  const all = (act: (number: number, name: string) => Act[1] | undefined) =>
    stage.at(
      owners.flatMap((name) => {
        const acts = Array.from({ length: EACH }, (_, number) => [name, act(number, name), number]);
        const done = acts.filter((of): of is [string, Act[1], number] => of[1] !== undefined);
        return done.length === 0 ? [] : [done];
      }),
    );
  const put = stage.option(BTC, false, 62_000, 3);
  const call = stage.option(BTC, true, 66_000, 3);
  const isPortfolio = (number: number) => number % 10 === 9;
  await all((number) => deposit(number % POOR_OF === 0 ? 940 : 1_040 + number));
  await all((number) => (isPortfolio(number) ? switchTo('portfolio') : undefined));
  await stage.act([['mak', stage.order(put, true, count * LOTS)]]);
  await all(() => stage.order(put, false, LOTS));
  // Every third has an order in the book, far from where anybody trades.
  await all((number) => (number % 3 === 0 ? stage.order(call, true, 0.01, 0.6) : undefined));
  const own = () => owners.flatMap((name) => numbered(stage, name));
  agree(
    own().every(({ positions }) => positions.get(put.id) === BigInt(-LOTS * 10_000)),
    'all are short',
  );
  const resting = () => own().reduce((sum, { orders }) => sum + orders.size, 0);
  const before = resting();

  await world.block({ market: { btc: 54_000 } });
  agree(tally.flags === 0, 'votes of a block are the prices of the next');
  await world.block();
  const flagged = stage.flagged.length;
  const cancelled = before - resting();
  const breach = world.chain.height;
  for (let i = 0; i < 3; i++) {
    await stage.act([...bids(stage), ['sel', stage.order(put, false, 1, 1.01)]]);
  }
  // Prices come back, until all but the poorest are their owners' again.
  for (let btc = 54_500; stage.flagged.length > count / POOR_OF; btc += 500) {
    agree(btc < 64_000, `${stage.flagged.length} are under liquidation at ${btc}`);
    await stage.act(bids(stage), { market: { btc } });
  }
  for (let i = 0; stage.flagged.length > 0; i++) {
    agree(i < 20 + count / 100, `${stage.flagged.length} are still under liquidation`);
    await stage.act(bids(stage));
  }
  const ended = { blocks: world.chain.height - breach, released: tally.releases };
  const ways = { sold: tally.soldSolvent, throughTheBook: tally.liquidationTrades };
  const portfolios = own().filter(({ mode }) => mode === 'portfolio').length;
  return { accounts: count, portfolios, flagged, cancelled, ...ended, ...ways };
}

const numbered = (stage: Stage, name: string): Account[] =>
  Array.from({ length: EACH }, (_, number) => stage.account(name, number));

/** For as many as can be cleared, whose turn comes first: all that is sold of them. */
function bids(stage: Stage): Act[] {
  return stage.flagged.slice(0, CLEARINGS).map(({ id, liquidation }) => [
    'bid',
    {
      ...{ kind: 'bid', liquidatedId: id, version: liquidation!.auction!.version },
      ...{ fractionPpb: 1_000_000_000, limitPpm: 960_000, leastPayoutUusd: 0n },
    },
  ]);
}
