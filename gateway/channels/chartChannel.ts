import { candleOf, RESOLUTIONS } from '../market/chart.ts';
import { badParam } from '../rpc/rpcError.ts';
import type { Channel } from './source.ts';

export const chartChannel: Channel = {
  pattern: 'chart.trades.{instrument_name}.{resolution}',
  source({ market }, { instrument_name: name, resolution }) {
    const minutes = Object.hasOwn(RESOLUTIONS, resolution!) ? RESOLUTIONS[resolution!] : undefined;
    if (minutes === undefined) throw badParam('channels', 'no such resolution');
    const { symbol, underlying } = market.mustFind(name!);
    const stepMs = minutes * 60_000;
    const now = () => {
      const trades = market.tape(underlying).of(symbol);
      const last = trades.at(-1);
      if (last === undefined) return undefined;
      const tick = Math.floor(Number(last.timeMs) / stepMs) * stepMs;
      return candleOf(
        tick,
        trades.filter(({ timeMs }) => Number(timeMs) >= tick),
        null,
      )!;
    };
    return {
      first: now,
      start: (emit) =>
        market.onTrades.on((trades) => {
          if (trades.some((trade) => trade.symbol === symbol)) emit(now());
        }),
    };
  },
};
