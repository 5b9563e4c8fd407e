import { contracts, price } from '../../format/amounts.ts';
import { clockTime } from '../../format/times.ts';
import { timeZone } from '../../store/settings.ts';
import { useTrades } from '../../store/trades.ts';
import { Empty } from '../../ui/empty.tsx';
import css from './dock.module.css';

const SHOWN = 60;

/** What was traded in a series, the last first. */
export function TradeRows({ symbol }: { symbol: string }) {
  const trades = useTrades(symbol).value;
  if (trades === null) return null;
  if (trades.length === 0) {
    return <Empty title="No trades yet">The first one will be here as it happens.</Empty>;
  }
  return (
    <table class={css['rows']}>
      <thead>
        <tr>
          <th class={css['left']}>Time</th>
          <th>Taker</th>
          <th>Price</th>
          <th>Size</th>
        </tr>
      </thead>
      <tbody>
        {trades.slice(0, SHOWN).map((trade) => (
          <tr key={trade.id}>
            <td class={css['left']}>{clockTime(Number(trade.timeMs), timeZone.value)}</td>
            <td class={css[trade.takerSide === 1 ? 'up' : 'down']}>
              {trade.takerSide === 1 ? 'Bought' : 'Sold'}
            </td>
            <td>{price(trade.priceUusd)}</td>
            <td>{contracts(trade.quantity)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
