import { defineErrors } from '../../runtime/errors.ts';

export const marginErrors = defineErrors('margin', {
  /**
   * The account would have less than its initial margin.
   * Do: Deposit more (tenor account deposit), or try smaller: tenor margin what-if
   */
  insufficientMargin: 1,
  /**
   * Nothing can be withdrawn while prices are not live or a deficit is open.
   * Do: Try again later; see tenor liquidation list and tenor oracle prices.
   */
  withdrawalsPaused: 2,
  /**
   * What would be judged has no price or volatility yet.
   * Do: See when prices are live: tenor oracle prices
   */
  noPrice: 3,
  /**
   * The address has no trading account of this number.
   * Do: Open it with a deposit: tenor account deposit 1000usd
   */
  unknownSubaccount: 4,
  /** The amount is not more than zero. Do: Give an amount: tenor account withdraw 10usd */
  badAmount: 5,
  /**
   * The account has this margin mode, or there is none of that name.
   * Do: See which it has: tenor margin show
   */
  badMode: 6,
  /** The account is being liquidated. Do: Deposit until it is healthy: tenor account deposit */
  underLiquidation: 7,
  /**
   * The cash does not pay for the premiums and fees of all bids.
   * Do: Deposit more, cancel bids (tenor order cancel), or bid for less.
   */
  insufficientCash: 8,
  /**
   * A covered account takes only what its cash covers at every settlement price.
   * Do: Deposit more, trade smaller, buy the option that limits the loss, or use another mode.
   */
  notCovered: 9,
  /**
   * A what-if has too many trades, or numbers beyond what can be.
   * Do: Ask with fewer or smaller ones: tenor margin what-if --help
   */
  badWhatIf: 10,
});
