import { expect } from '@jest/globals';
import * as clob from '../../proto/gen/tenor.clob.v1.ts';
import * as liquidation from '../../proto/gen/tenor.liquidation.v1.ts';
import { FeedKind, FeedStatus } from '../../proto/gen/tenor.oracle.v1.ts';
import * as oracle from '../../proto/gen/tenor.oracle.v1.ts';
import type { Mode, SourceName } from '../../testnet/market/faults.ts';
import type { UserKey, AnyMsg } from './keys.ts';
import { MarketChain } from './marketChain.ts';
import {
  FEE,
  Side,
  accountOf,
  depositMsg,
  marginOf,
  markOf,
  orderMsg,
  seriesOf,
  withdrawMsg,
} from './trading.ts';

const { FEED_STATUS_LIVE } = FeedStatus;
export const DONE = 'done';

/**
 * Validators with feeders that see a market which stands still. Alice is short a call of BTC of
 * next year that bob bought, and has little more than it needs.
 */
export class FaultStage {
  readonly market: MarketChain;
  call = '';

  private constructor(market: MarketChain) {
    this.market = market;
  }

  /** @param alone one node, where many blocks ask what feeders make of their sources */
  static async start(alone = false): Promise<FaultStage> {
    const stage = new FaultStage(await MarketChain.start({ alone }));
    await stage.market.seconds(8);
    const cash = { alice: 11_000, bob: 500_000, carol: 500_000 };
    for (const [name, usd] of Object.entries(cash)) {
      await stage.said(name, depositMsg(stage.user(name), usd));
    }
    const calls = seriesOf(stage.market.chain, 'BTC').filter((s) => s.symbol.endsWith('-C'));
    const last = calls.reduce((a, b) => (b.expirySeconds > a.expirySeconds ? b : a)).expirySeconds;
    const far = calls.filter((s) => s.expirySeconds === last);
    far.sort((a, b) => Number(a.strikeUusd - b.strikeUusd));
    stage.call = far.find((s) => s.strikeUusd >= 64_000_000_000n)!.symbol;
    const price = stage.fair();
    expect(await stage.order('alice', Side.SIDE_SELL, 0.5, price)).toBe(DONE);
    expect(await stage.order('bob', Side.SIDE_BUY, 0.5, price)).toBe(DONE);
    expect(stage.held('alice')).toBe(-5_000n);
    return stage;
  }

  close(): Promise<void> {
    return this.market.chain.close();
  }

  user(name: string): UserKey {
    return this.market.chain.user(name);
  }

  /** What became of a message in the next block: done, or the code it was refused with. */
  async said(name: string, msg: AnyMsg): Promise<string> {
    const tx = this.market.chain.sign(this.user(name), [msg], FEE);
    const { txResults } = await this.market.block({ txs: [tx] });
    const { code, codespace } = txResults[1]!;
    return code === 0 ? DONE : `${codespace}/${code}`;
  }

  order(
    name: string,
    side: clob.Side,
    size: number,
    price: number,
    more: Partial<clob.MsgPlaceOrder> = {},
  ): Promise<string> {
    const { call: series } = this;
    return this.said(name, orderMsg(this.user(name), { series, side, size, price }, more));
  }

  /** The mark of the call, on its tick. */
  fair(): number {
    return Math.round(markOf(this.market.chain, this.call) / 10) * 10;
  }

  held(name: string): bigint {
    const { positions } = accountOf(this.market.chain, this.user(name));
    return positions[0]?.position?.quantity ?? 0n;
  }

  maintenance(name: string): bigint {
    return marginOf(this.market.chain, this.user(name)).maintenanceUusd;
  }

  flags(): liquidation.QueryLiquidationsResponse['flags'] {
    return this.market.chain.query(
      '/tenor.liquidation.v1.Query/Liquidations',
      liquidation.QueryLiquidationsRequest,
      liquidation.QueryLiquidationsResponse,
      {},
    ).flags;
  }

  prices(): oracle.QueryPricesResponse {
    return this.market.chain.query(
      '/tenor.oracle.v1.Query/Prices',
      oracle.QueryPricesRequest,
      oracle.QueryPricesResponse,
      {},
    );
  }

  btc(): oracle.Price {
    return this.prices().prices[0]!.price!;
  }

  /** Forwards and surfaces of BTC. */
  feeds(): oracle.FeedState[] {
    return this.market.chain.query(
      '/tenor.oracle.v1.Query/Surface',
      oracle.QuerySurfaceRequest,
      oracle.QuerySurfaceResponse,
      { underlying: 'BTC' },
    ).feeds;
  }

  /** Their statuses, each once. */
  statuses(kind: FeedKind): FeedStatus[] {
    const own = this.feeds().filter((feed) => feed.kind === kind);
    return [...new Set(own.map(({ status }) => status))];
  }

  surfaces(): FeedStatus[] {
    return this.statuses(FeedKind.FEED_KIND_SURFACE);
  }

  votes(): oracle.ValidatorVotes[] {
    return this.market.chain.query(
      '/tenor.oracle.v1.Query/Votes',
      oracle.QueryVotesRequest,
      oracle.QueryVotesResponse,
      {},
    ).votes;
  }

  /** A source misbehaves from now on, for everybody. */
  fault(source: SourceName, mode: Mode, by = 0): void {
    const { world } = this.market;
    world.fault(() => world.faults.setSource(source, mode, by, world.snapshot));
  }

  /** Index at this price to a ten-thousandth, all of BTC live, nobody in trouble, and trade. */
  async expectBusinessAt(price: number, what: string): Promise<void> {
    const index = Number(this.btc().indexUusd) / 1e6;
    expect([what, Math.abs(index / price - 1) < 1e-4]).toEqual([what, true]);
    const { status } = this.btc();
    const forwards = this.statuses(FeedKind.FEED_KIND_FORWARD);
    expect([what, status, ...this.surfaces(), ...forwards]).toEqual([
      ...[what, FEED_STATUS_LIVE, FEED_STATUS_LIVE, FEED_STATUS_LIVE],
    ]);
    expect([what, this.flags()]).toEqual([what, []]);
    const bought = await this.order('bob', Side.SIDE_BUY, 0.01, this.fair());
    const withdrawn = await this.said('bob', withdrawMsg(this.user('bob'), 1));
    expect([what, bought, withdrawn]).toEqual([what, DONE, DONE]);
  }

  /** What opens risk or takes money out is refused with its code, and what reduces goes. */
  async expectOnlyReductions(price: number): Promise<void> {
    expect(await this.order('carol', Side.SIDE_BUY, 0.1, price)).toBe('clob/6');
    expect(await this.said('bob', withdrawMsg(this.user('bob'), 1))).toBe('margin/2');
    const reduce = { reduceOnly: true, timeInForce: clob.TimeInForce.TIME_IN_FORCE_IOC };
    expect(await this.order('alice', Side.SIDE_BUY, 0.01, 10, reduce)).toBe(DONE);
    expect(this.held('alice')).toBe(-5_000n);
  }

  /** Somebody offers what alice lacks, at the mark. */
  async offer(): Promise<void> {
    expect(await this.order('carol', Side.SIDE_SELL, 1, this.fair())).toBe(DONE);
  }
}
