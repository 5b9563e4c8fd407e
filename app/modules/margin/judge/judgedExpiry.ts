import type { Params } from '../../../../proto/gen/tenor.margin.v1.ts';
import type { ExpiryHoldings } from '../../accounts/core/holdings.ts';
import type { View } from '../../../runtime/context.ts';
import { BlockMemo } from './blockMemo.ts';
import { StandardShare, expiryPart, validateStandardInput } from '../core/index.ts';
import type { ExpiryPart, ScenarioGrid } from '../core/index.ts';
import { expiryLegs } from '../inputs/legs.ts';
import type { ExpiryLegs } from '../inputs/legs.ts';
import { collateralPriceOf, isDegraded } from '../marks.ts';
import { params, standardParamsOf } from '../params.ts';
import { onBlockGrid } from '../inputs/blockGrids.ts';
import { standardExpiry } from '../inputs/standardInput.ts';

/** An expiry's share of a portfolio's risk, with the rules of its underlying. */
export interface PortfolioShare {
  readonly factors: ScenarioGrid['underlyings'][number];
  readonly part: ExpiryPart;
}

/**
 * What a subaccount holds and orders at one expiry, as the sums of its margin need it: each made
 * when it is asked for, at the marks and parameters of the block. Nothing of it depends on the rest
 * of the account.
 */
export class JudgedExpiry implements ExpiryLegs {
  readonly #view: View;
  readonly #params: Params;
  readonly underlyingId: number;
  readonly expirySeconds: bigint;
  readonly legs: ExpiryLegs['legs'];
  #standard: StandardShare | undefined;
  #portfolio: PortfolioShare | undefined;

  /** @param unmetered is kept for as long as this is */
  constructor(unmetered: View, held: ExpiryHoldings) {
    this.#view = unmetered;
    this.#params = params.get(unmetered);
    this.underlyingId = held.underlyingId;
    this.expirySeconds = held.expirySeconds;
    this.legs = expiryLegs(unmetered, held).legs;
  }

  /** No volatility is known for some of it, or only an old one. */
  get isDegraded(): boolean {
    return this.legs.some(({ mark }) => isDegraded(mark));
  }

  /** @throws RiskInputError for values outside the bounds of the core */
  get standard(): StandardShare {
    this.#standard ??= this.#makeStandard();
    return this.#standard;
  }

  /** Call it while it is not degraded. @throws RiskInputError, MathInputError */
  get portfolio(): PortfolioShare {
    this.#portfolio ??= this.#makePortfolio();
    return this.#portfolio;
  }

  #makeStandard(): StandardShare {
    const { index, confidence } = this.legs[0]!.mark;
    const expiry = standardExpiry(this.#view, this.legs, this.#params);
    const underlyings = [{ index, confidence, expiries: [expiry] }];
    validateStandardInput({ cashUusd: 0n, underlyings });
    return new StandardShare(expiry, index, standardParamsOf(this.#params, this.underlyingId));
  }

  #makePortfolio(): PortfolioShare {
    const { grid, positions } = onBlockGrid(this.#view, this, this.#params.takerFeePpm);
    const { factors } = grid;
    const price = collateralPriceOf(this.#view);
    return { factors, part: expiryPart(grid, factors, positions, price) };
  }
}

/** What is known of the expiries of subaccounts, for a block. */
const memo = new BlockMemo('margin/expiries', (memory) => ({
  expiries: memory.map<ExpiryHoldings, JudgedExpiry>(),
}));

/** Expiries as they are or would be: each is made once a block, and again once it has changed. */
export function expiriesIn(view: View): (held: ExpiryHoldings) => JudgedExpiry {
  const { expiries } = memo.get(view);
  return (held) => expiries.get(held, (unmetered) => new JudgedExpiry(unmetered, held))!;
}
