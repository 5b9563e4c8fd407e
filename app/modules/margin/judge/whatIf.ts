import type {
  HypotheticalTrade,
  MarketShock,
  QueryWhatIfRequest,
  QueryWhatIfResponse,
  TradedAt,
} from '../../../../proto/gen/tenor.margin.v1.ts';
import { changeCash, openSubaccount } from '../../accounts/index.ts';
import { CENT_UUSD, absolute, instrumentOf } from '../../options/core/index.ts';
import { mustSeriesBySymbol, mustUnderlying, optionsParams } from '../../options/index.ts';
import { moveMarket } from '../../oracle/index.ts';
import { Ctx } from '../../../runtime/context.ts';
import type { View } from '../../../runtime/context.ts';
import { fullFee } from '../band.ts';
import { MAX_PRICE, MAX_QUANTITY } from '../core/index.ts';
import { marginErrors } from '../errors.ts';
import { marginOf } from './judge.ts';
import type { Change } from '../inputs/legs.ts';
import { markOf } from '../marks.ts';

const MAX_TRADES = 100;
const MAX_SHOCKS = 20;
const MAX_PRICE_UUSD = BigInt(MAX_PRICE) * 1_000_000n;
/** All that a hundred trades at the highest price can move is below this. */
const MAX_CASH_UUSD = 1n << 60n;
/** A market can lose nearly all, and grow tenfold. */
const [LEAST_PPM, MOST_PPM] = [-999_999, 9_000_000];

/**
 * What trades that have not happened do to a margin, and then a market that is not. It runs on
 * forks of the state that nobody sees again, with the rules that judge orders and liquidations.
 */
export function whatIf(view: View, request: QueryWhatIfRequest): QueryWhatIfResponse {
  const { shocks } = request;
  assertBounds(request);
  const { ctx, id } = forkOf(view, request);
  const before = marginOf(ctx, id);
  const trades = request.trades.map((trade) => tradedAt(ctx, trade));
  const change = changeOf(ctx, trades);
  const after = marginOf(ctx, id, change);
  if (shocks.length === 0) return { before, after, trades };
  // What a block has priced is remembered beside its state: a shocked market gets one of its own.
  const shocked = forkOf(view, request);
  for (const shock of shocks) moveMarkets(shocked.ctx, shock);
  return { before, after, trades, shocked: marginOf(shocked.ctx, shocked.id, change) };
}

function forkOf(view: View, { owner, number, cashUusd }: QueryWhatIfRequest) {
  const ctx = new Ctx(view.state.fork(), view.header);
  const { id } = openSubaccount(ctx, owner, number);
  changeCash(ctx, id, cashUusd);
  return { ctx, id };
}

/** @throws Reject badWhatIf */
function assertBounds({ trades, shocks, cashUusd }: QueryWhatIfRequest): void {
  if (trades.length > MAX_TRADES || shocks.length > MAX_SHOCKS) {
    throw marginErrors.badWhatIf(`at most ${MAX_TRADES} trades and ${MAX_SHOCKS} shocks`);
  }
  if (absolute(cashUusd) > MAX_CASH_UUSD) throw marginErrors.badWhatIf('more cash than there is');
  for (const { quantity, priceUusd } of trades) {
    if (quantity === 0n || absolute(quantity) > BigInt(MAX_QUANTITY / MAX_TRADES)) {
      throw marginErrors.badWhatIf('trade more than nothing, and less than there can be');
    }
    if (priceUusd === undefined) continue;
    if (priceUusd > MAX_PRICE_UUSD || priceUusd % CENT_UUSD !== 0n) {
      throw marginErrors.badWhatIf('prices are whole cents, at most a billion dollars');
    }
  }
  for (const { indexPpm, volPpm } of shocks) {
    if (Math.min(indexPpm, volPpm) < LEAST_PPM || Math.max(indexPpm, volPpm) > MOST_PPM) {
      throw marginErrors.badWhatIf('a market moves by more than -100% and at most +900%');
    }
  }
}

/** @throws Reject noPrice */
function tradedAt(
  view: View,
  { series: symbol, quantity, priceUusd }: HypotheticalTrade,
): TradedAt {
  const series = mustSeriesBySymbol(view, symbol);
  const mark = markOf(view, series);
  if (mark === undefined) throw marginErrors.noPrice(`${symbol} has no price yet`);
  const marked = (BigInt(Math.round(mark.mark * 1e6)) / CENT_UUSD) * CENT_UUSD;
  const price = priceUusd ?? marked;
  const feeUusd = fullFee(view, series, price, absolute(quantity));
  return { series: symbol, quantity, priceUusd: price, feeUusd };
}

function changeOf(view: View, trades: readonly TradedAt[]): Change {
  const positions = new Map<bigint, bigint>();
  let cashUusd = 0n;
  for (const { series: symbol, quantity, priceUusd, feeUusd } of trades) {
    const series = mustSeriesBySymbol(view, symbol);
    const premium = instrumentOf(series).premium(priceUusd, absolute(quantity));
    cashUusd += (quantity > 0n ? -premium : premium) - feeUusd;
    positions.set(series.id, (positions.get(series.id) ?? 0n) + quantity);
  }
  return { cashUusd, positions };
}

function moveMarkets(fork: Ctx, { underlying, indexPpm, volPpm }: MarketShock): void {
  const named = underlying === '' ? optionsParams.get(fork).underlyings : undefined;
  for (const { id } of named ?? [mustUnderlying(fork, underlying)]) {
    moveMarket(fork, id, { indexPpm, volPpm });
  }
}
