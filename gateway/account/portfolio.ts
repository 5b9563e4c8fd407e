import type { StreamSubaccount } from '../../client/index.ts';
import type { Margin } from '../../proto/gen/tenor.margin.v1.ts';
import { SETTLEMENT } from '../market/instrument.ts';
import type { PositionMargin } from './positionMargins.ts';
import type { Listed, Market } from '../market/market.ts';
import { describeTicker } from '../market/describe.ts';
import { contracts, rounded, usd } from '../rpc/decimal.ts';

/** A margin as the stream tells it, or as a query answers. */
export type MarginLike = Readonly<
  Record<
    keyof Pick<
      Margin,
      | 'cashUusd'
      | 'markToMarketUusd'
      | 'initialUusd'
      | 'maintenanceUusd'
      | 'initialRequirementUusd'
      | 'maintenanceRequirementUusd'
    >,
    bigint | string
  >
>;

/** A position as `account:` channels tell it. */
interface StreamPosition {
  readonly symbol: string;
  readonly position: { readonly quantity: string; readonly costUusd: string };
}

export interface Held {
  readonly symbol: string;
  readonly quantity: bigint;
  readonly costUusd: bigint;
}

const sum = (values: readonly number[], decimals = 6) =>
  rounded(
    values.reduce((total, value) => total + value, 0),
    decimals,
  );

export function heldOf(state: StreamSubaccount | null): Held[] {
  return Object.values(state?.positions ?? {}).flatMap((told) => {
    const { symbol, position } = told as unknown as StreamPosition;
    const quantity = BigInt(position.quantity);
    if (quantity === 0n) return [];
    return [{ symbol, quantity, costUusd: BigInt(position.costUusd) }];
  });
}

/** `get_positions`. */
export function describePosition(
  market: Market,
  listed: Listed,
  held: Omit<Held, 'symbol'>,
  margin: PositionMargin | null = null,
) {
  const { quantity, costUusd } = held;
  const size = contracts(quantity);
  const { mark_price: mark, index_price: index, greeks } = describeTicker(market, listed);
  const profit = mark === null ? null : rounded(mark * size - usd(costUusd), 6);
  const average = size === 0 ? 0 : rounded(usd(costUusd) / size, 6);
  const held_ = (value: number | undefined) =>
    value === undefined ? null : rounded(value * size, 8);
  const direction = size > 0 ? 'buy' : 'sell';
  return {
    ...{ instrument_name: listed.name, kind: 'option', size, size_currency: size },
    ...{ direction: size === 0 ? 'zero' : direction, average_price: average },
    ...{ average_price_usd: average, mark_price: mark, index_price: index },
    ...{ delta: held_(greeks?.delta), gamma: held_(greeks?.gamma) },
    ...{ vega: held_(greeks?.vega), theta: held_(greeks?.theta) },
    ...{ floating_profit_loss: profit, floating_profit_loss_usd: profit },
    ...{ total_profit_loss: profit, realized_profit_loss: 0, settlement_price: 0 },
    initial_margin: margin?.initial ?? null,
    maintenance_margin: margin?.maintenance ?? null,
    open_orders_margin: null,
    ...{ estimated_liquidation_price: null, leverage: 1 },
  };
}

const NO_MARGIN: MarginLike = {
  ...{ cashUusd: 0n, markToMarketUusd: 0n, initialUusd: 0n, maintenanceUusd: 0n },
  ...{ initialRequirementUusd: 0n, maintenanceRequirementUusd: 0n },
};

export const marginOf = (state: StreamSubaccount | null): MarginLike =>
  (state?.margin as unknown as MarginLike | undefined) ?? NO_MARGIN;

/** Of a currency in which nobody has anything here. */
const EMPTY = { held: [], margin: NO_MARGIN } as const;

/** One currency of `get_account_summary`, `user.portfolio` and `simulate_portfolio`. */
export function describePortfolio(
  market: Market,
  currency: string,
  state: StreamSubaccount | null,
  margin: MarginLike = marginOf(state),
) {
  const isOurs = currency === SETTLEMENT;
  const { held, margin: judged } = isOurs ? { held: heldOf(state), margin } : EMPTY;
  const positions = held.flatMap(({ symbol, ...of }) => {
    const listed = market.find(symbol);
    return listed === null ? [] : [{ listed, ...describePosition(market, listed, of) }];
  });
  const of = (name: 'delta' | 'gamma' | 'vega' | 'theta') =>
    sum(
      positions.map((position) => position[name] ?? 0),
      8,
    );
  const mapOf = (name: 'delta' | 'gamma' | 'vega' | 'theta') => {
    const byUnderlying: Record<string, number> = {};
    for (const { listed, [name]: value } of positions) {
      const key = listed.underlying.toLowerCase();
      byUnderlying[key] = rounded((byUnderlying[key] ?? 0) + (value ?? 0), 8);
    }
    return byUnderlying;
  };
  const [cash, equity] = [usd(judged.cashUusd), usd(judged.markToMarketUusd)];
  const profit = sum(positions.map(({ floating_profit_loss: made }) => made ?? 0));
  const available = usd(judged.initialUusd);
  const mode = (state?.subaccount['mode'] ?? 0) as number;
  return {
    ...{ currency, balance: cash, equity, margin_balance: equity },
    ...{ available_funds: available, session_upl: profit, session_rpl: 0, total_pl: profit },
    available_withdrawal_funds: Math.max(0, Math.min(available, cash)),
    initial_margin: usd(judged.initialRequirementUusd),
    maintenance_margin: usd(judged.maintenanceRequirementUusd),
    projected_initial_margin: usd(judged.initialRequirementUusd),
    projected_maintenance_margin: usd(judged.maintenanceRequirementUusd),
    ...{ delta_total: of('delta'), projected_delta_total: of('delta') },
    ...{ delta_total_map: mapOf('delta'), options_delta: of('delta'), options_gamma: of('gamma') },
    ...{ options_vega: of('vega'), options_theta: of('theta'), options_value: valueOf(positions) },
    ...{ options_pl: profit, options_session_upl: profit, options_session_rpl: 0 },
    ...{ options_gamma_map: mapOf('gamma'), options_vega_map: mapOf('vega') },
    ...{ options_theta_map: mapOf('theta'), futures_pl: 0, futures_session_rpl: 0 },
    ...{ futures_session_upl: 0, fee_balance: 0, spot_reserve: 0, additional_reserve: 0 },
    ...{ estimated_liquidation_ratio: ratioOf(judged), portfolio_margining_enabled: mode === 1 },
    ...{ cross_collateral_enabled: false, margin_model: MODELS[mode] ?? 'segregated_sm' },
  };
}

const MODELS: Readonly<Record<number, string>> = { 0: 'segregated_sm', 1: 'segregated_pm' };

const valueOf = (
  positions: readonly { readonly size: number; readonly mark_price: number | null }[],
) => sum(positions.map(({ size, mark_price: mark }) => size * (mark ?? 0)));

/** What maintenance needs of what there is; 0 where it needs nothing. */
function ratioOf({ markToMarketUusd, maintenanceRequirementUusd }: MarginLike): number {
  const [equity, needed] = [Number(markToMarketUusd), Number(maintenanceRequirementUusd)];
  return equity > 0 ? rounded(needed / equity, 6) : 0;
}
