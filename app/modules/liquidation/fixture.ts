import { FeedStatus } from '../../../proto/gen/tenor.oracle.v1.ts';
import type { Params } from '../../../proto/gen/tenor.liquidation.v1.ts';
import { toJson } from '../../../proto/json.ts';
import { MarginMode } from '../../../proto/gen/tenor.accounts.v1.ts';
import { accrueFee, getSubaccount, payIntoFund, positionOf, setMode } from '../accounts/index.ts';
import { CALL, ClobChain } from '../clob/fixture.ts';
import { maintenanceOf, markOf } from '../margin/index.ts';
import { mustSeriesBySymbol } from '../options/index.ts';
import { oracleModule } from '../oracle/index.ts';
import type { Ctx } from '../../runtime/context.ts';
import { flags } from './state.ts';
import { defaultLiquidationGenesis, liquidationModule } from './index.ts';

export const USD = 1_000_000n;

/** For tests: liquidation on everything below it. User n has subaccount n + 1. */
export class LiquidationChain {
  readonly clob: ClobChain;

  constructor(clob: ClobChain) {
    this.clob = clob;
  }

  static create(cashUsd: readonly bigint[], params: Partial<Params> = {}): LiquidationChain {
    const chain = new LiquidationChain(ClobChain.create(cashUsd.map((usd) => usd * USD)));
    const base = defaultLiquidationGenesis();
    const genesis = { ...base, params: { ...base.params!, ...params } };
    liquidationModule.genesis.init(chain.ctx, toJson(genesis));
    return chain;
  }

  get ctx(): Ctx {
    return this.clob.ctx;
  }

  /** Ends the block with liquidations, and begins the next one. Returns the context of the end. */
  block(): Ctx {
    const { ctx } = this;
    this.endBlock(ctx);
    this.clob.block();
    return ctx;
  }

  /** Liquidations alone. */
  endBlock(ctx: Ctx): void {
    liquidationModule.endBlock!(ctx);
  }

  /** The next block, and what BTC costs from then on. */
  moveTo(usd: bigint): void {
    this.clob.indexUusd = usd * USD;
    this.block();
  }

  /** What the oracle says of the feeds in this block. */
  setFeed(
    btc: FeedStatus,
    freshCount: number,
    eth: FeedStatus = FeedStatus.FEED_STATUS_LIVE,
  ): void {
    const { genesis } = oracleModule;
    const exported = genesis.export(this.ctx) as { prices: object[] };
    const prices = [
      { ...exported.prices[0], status: btc, freshCount },
      { ...exported.prices[1], status: eth },
    ];
    genesis.init(this.ctx, { ...exported, prices });
    this.clob.state.detach();
  }

  /** Until the next block the last volatilities of ETH are of an expiry that is over. */
  loseEthVolatilities(): void {
    const { genesis } = oracleModule;
    const exported = genesis.export(this.ctx) as { surfaces: { rows: object[] }[] };
    const [btc, eth] = exported.surfaces;
    const rows = eth!.rows.map((row) => ({ ...row, expirySeconds: '1' }));
    genesis.init(this.ctx, { ...exported, surfaces: [btc, { ...eth, rows }] });
    this.clob.state.detach();
  }

  setPortfolioMode(user: number): void {
    setMode(this.ctx, idOf(user), MarginMode.MARGIN_MODE_PORTFOLIO);
  }

  /** A loss from elsewhere: a fee goes out of the cash. */
  lose(user: number, usd: bigint): void {
    accrueFee(this.ctx, idOf(user), usd * USD);
  }

  /** Cash of a user goes into the insurance fund of BTC. */
  fund(user: number, usd: bigint): void {
    payIntoFund(this.ctx, idOf(user), 1, usd * USD);
  }

  cash(user: number): bigint {
    return getSubaccount(this.ctx, idOf(user))!.cashUusd;
  }

  held(user: number, symbol = CALL): bigint {
    const { id } = mustSeriesBySymbol(this.ctx, symbol);
    return positionOf(this.ctx, idOf(user), id)?.quantity ?? 0n;
  }

  flag(user: number) {
    return flags.get(this.ctx, idOf(user));
  }

  /** In USD, to a whole tick. */
  mark(symbol: string): number {
    return Math.round(markOf(this.ctx, mustSeriesBySymbol(this.ctx, symbol))!.mark);
  }

  maintenance(user: number): bigint {
    return maintenanceOf(this.ctx, idOf(user));
  }

  /** What the invariants say is broken. */
  broken(): string[] {
    const own = Object.values(liquidationModule.invariants).flatMap(
      (check) => check(this.ctx) ?? [],
    );
    return [...own, ...this.clob.broken()];
  }
}

export const idOf = (user: number): bigint => BigInt(user + 1);
