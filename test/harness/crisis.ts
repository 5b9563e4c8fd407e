import * as liquidation from '../../proto/gen/tenor.liquidation.v1.ts';
import type { TestChain } from './chain.ts';
import { FEE, Side, depositMsg, markOf, orderMsg, seriesOf } from './trading.ts';

/** USD that each user deposits, in the order of the chain's users. */
export type Deposits = Readonly<Record<string, number>>;

/** Blocks until there are prices, then deposits. */
export async function fundUsers(chain: TestChain, deposits: Deposits): Promise<void> {
  for (let i = 0; i < 8; i++) await chain.block();
  const txs = Object.entries(deposits).map(([name, usd]) =>
    chain.sign(chain.user(name), [depositMsg(chain.user(name), usd)], FEE),
  );
  await chain.block({ txs });
}

/** The first listed call of BTC, at the money or near it. */
export const firstCall = (chain: TestChain): string =>
  seriesOf(chain, 'BTC').find((s) => s.symbol.endsWith('-C'))!.symbol;

/** One sells to another at the mark, through the book. */
export async function trade(
  chain: TestChain,
  {
    seller,
    buyer,
    series,
    size,
  }: {
    readonly seller: string;
    readonly buyer: string;
    readonly series: string;
    readonly size: number;
  },
): Promise<void> {
  const price = Math.max(Math.round(markOf(chain, series) / 5) * 5, 5);
  const order = { series, size, price };
  const [short, long] = [chain.user(seller), chain.user(buyer)];
  const { txResults } = await chain.block({
    txs: [
      chain.sign(short, [orderMsg(short, { ...order, side: Side.SIDE_SELL })]),
      chain.sign(long, [orderMsg(long, { ...order, side: Side.SIDE_BUY })]),
    ],
  });
  const refused = txResults.find(({ code }) => code !== 0);
  if (refused !== undefined) throw new Error(`the trade was refused: ${refused.log}`);
}

export const flagsOf = (chain: TestChain): liquidation.Flag[] =>
  chain.query(
    '/tenor.liquidation.v1.Query/Liquidations',
    liquidation.QueryLiquidationsRequest,
    liquidation.QueryLiquidationsResponse,
    {},
  ).flags;

/** The auction of an account under liquidation, by its owner's name. */
export const auctionOf = (chain: TestChain, name: string): liquidation.QueryAuctionResponse =>
  chain.query(
    '/tenor.liquidation.v1.Query/Auction',
    liquidation.QueryAuctionRequest,
    liquidation.QueryAuctionResponse,
    { subaccountId: 0n, owner: chain.user(name).address, number: 0 },
  );

export const stepsOf = (chain: TestChain, name: string): liquidation.Step[] =>
  chain.query(
    '/tenor.liquidation.v1.Query/Steps',
    liquidation.QueryStepsRequest,
    liquidation.QueryStepsResponse,
    { subaccountId: 0n, owner: chain.user(name).address, number: 0, after: 0n, limit: 200 },
  ).steps;
