import { contracts, number, price, signedUsd } from '../../format/amounts.ts';
import { held } from '../../store/account.ts';
import type { Held } from '../../store/account.ts';
import type { Series } from '../../store/markets.ts';
import { addressOf } from '../../store/route.ts';
import { useChannel } from '../../store/streams.ts';
import { Empty } from '../../ui/empty.tsx';
import { partsOf } from '../../format/series.ts';
import css from './dock.module.css';

const UNITS_PER_CONTRACT = 10_000;

function Row({ position, series }: { position: Held; series: Series | undefined }) {
  const { symbol, quantity, costUusd } = position;
  const { underlying, expiry, text } = partsOf(symbol);
  const size = Number(quantity) / UNITS_PER_CONTRACT;
  const mark = series?.mark?.markUusd;
  const profit = mark === undefined ? null : Number(mark) * size - Number(costUusd);
  const delta = series?.mark?.delta;
  return (
    <tr>
      <td class={css['left']}>
        <a href={addressOf('trade', underlying, expiry, symbol)}>{text}</a>
      </td>
      <td class={css[size > 0 ? 'up' : 'down']}>{contracts(quantity)}</td>
      <td>{price(Math.round(Number(costUusd) / size))}</td>
      <td>{price(mark)}</td>
      <td>{number(delta === undefined ? undefined : delta * size, 3)}</td>
      <td class={css[profit === null ? 'dim' : profit < 0 ? 'down' : 'up']}>{signedUsd(profit)}</td>
    </tr>
  );
}

/** What one holds, at the marks of now. */
export function PositionRows({ underlying }: { underlying: string }) {
  const ticker = useChannel(`ticker:${underlying}`).document.value;
  const shown = [...held.value.values()].filter(({ symbol }) =>
    symbol.startsWith(`${underlying}-`),
  );
  if (shown.length === 0) {
    return (
      <Empty title={`No positions in ${underlying}`}>What you buy or sell is shown here.</Empty>
    );
  }
  return (
    <table class={css['rows']}>
      <thead>
        <tr>
          <th class={css['left']}>Series</th>
          <th>Size</th>
          <th>Average</th>
          <th>Mark</th>
          <th>Delta</th>
          <th>Profit</th>
        </tr>
      </thead>
      <tbody>
        {shown.map((position) => {
          const { symbol } = position;
          const series = ticker?.series[symbol] as unknown as Series | undefined;
          return <Row key={symbol} position={position} series={series} />;
        })}
      </tbody>
    </table>
  );
}
