import type { StreamSubaccount } from '../../../client/streamTypes.ts';
import { positionProfit, sumGreeks, totalProfit } from '../../core/index.ts';
import type { Greeks, HeldPosition } from '../../core/index.ts';
import { contracts, decimal, NONE, percent, price, signedUsd, usd } from '../../format/amounts.ts';
import { addressOf } from '../../store/route.ts';
import type { Series } from '../../store/markets.ts';
import { useChannel } from '../../store/streams.ts';
import { Empty } from '../../ui/empty.tsx';
import { Panel } from '../../ui/panel.tsx';
import table from '../../ui/table.module.css';
import { heldOf, underlyingOf } from './accountData.ts';
import type { Held } from './accountData.ts';
import css from './accountPage.module.css';

const UNITS = 10_000;
const POINTS = 100;
const DAYS = 365;

interface Row {
  readonly held: Held;
  readonly series: Series | undefined;
  readonly position: HeldPosition;
  readonly greeks: Greeks | undefined;
}

function rowOf(held: Held, series: Series | undefined): Row {
  const mark = series?.mark;
  const count = Number(held.quantity) / UNITS;
  const has = mark?.delta !== undefined;
  return {
    ...{ held, series },
    position: {
      quantity: BigInt(held.quantity),
      costUusd: BigInt(held.costUusd),
      markUusd: mark?.markUusd === undefined ? undefined : BigInt(mark.markUusd),
    },
    greeks: has
      ? {
          delta: count * (mark.delta ?? 0),
          gamma: count * (mark.gamma ?? 0),
          vega: (count * (mark.vega ?? 0)) / POINTS,
          theta: (count * (mark.theta ?? 0)) / DAYS,
        }
      : undefined,
  };
}

const toneOf = (uusd: bigint | undefined) =>
  uusd === undefined || uusd === 0n ? '' : uusd > 0n ? table['up'] : table['down'];

function GreekCells({ greeks }: { greeks: Greeks | undefined }) {
  const cell = (value: number | undefined, decimals: number) => (
    <td>{value === undefined ? NONE : decimal(value, decimals)}</td>
  );
  return (
    <>
      {cell(greeks?.delta, 3)}
      {cell(greeks?.gamma, 6)}
      {cell(greeks?.vega, 2)}
      {cell(greeks?.theta, 2)}
    </>
  );
}

function PositionRow({ held, series, position, greeks }: Row) {
  const profit = positionProfit(position);
  const count = Number(held.quantity) / UNITS;
  const average = count === 0 ? undefined : Number(held.costUusd) / count;
  return (
    <tr>
      <td class={table['left']}>
        <a
          href={addressOf(
            'trade',
            underlyingOf(held.symbol),
            held.symbol.split('-')[1]!,
            held.symbol,
          )}
        >
          {held.symbol}
        </a>
      </td>
      <td class={count > 0 ? table['up'] : table['down']}>{contracts(held.quantity)}</td>
      <td class={toneOf(profit?.profitUusd)}>{signedUsd(profit?.profitUusd)}</td>
      <td>{usd(profit?.valueUusd)}</td>
      <td>{price(series?.mark?.markUusd)}</td>
      <td>{price(average === undefined ? undefined : Math.round(average))}</td>
      <td>{percent(series?.mark?.vol)}</td>
      <GreekCells greeks={greeks} />
    </tr>
  );
}

function SumRow({ name, rows }: { name: string; rows: readonly Row[] }) {
  const total = totalProfit(rows.map(({ position }) => position));
  const known = rows.map(({ greeks }) => greeks).filter((greeks) => greeks !== undefined);
  const greeks = known.length === rows.length ? sumGreeks(known) : undefined;
  return (
    <tr class={css['sum']}>
      <th scope="row" class={table['left']}>
        {name} in sum
      </th>
      <td />
      <td class={toneOf(total?.profitUusd)}>{signedUsd(total?.profitUusd)}</td>
      <td>{usd(total?.valueUusd)}</td>
      <td />
      <td />
      <td />
      <GreekCells greeks={greeks} />
    </tr>
  );
}

/** All positions on one underlying, with their sum: Greeks of different ones do not add up. */
function UnderlyingRows({ name, held }: { name: string; held: readonly Held[] }) {
  const ticker = useChannel(`ticker:${name}`).document.value;
  const rows = held.map((one) =>
    rowOf(one, ticker?.series[one.symbol] as unknown as Series | undefined),
  );
  return (
    <tbody>
      {rows.map((row) => (
        <PositionRow key={row.held.symbol} {...row} />
      ))}
      <SumRow name={name} rows={rows} />
    </tbody>
  );
}

/** What is held, by leg and in sum: value, profit and Greeks at the marks of now. */
export function PositionsPanel({ account }: { account: StreamSubaccount }) {
  const held = heldOf(account);
  const names = [...new Set(held.map(({ symbol }) => underlyingOf(symbol)))];
  return (
    <Panel title="Positions">
      {held.length === 0 ? (
        <Empty title="No positions">
          Buy or sell an option on the <a href={addressOf('trade')}>Trade</a> page.
        </Empty>
      ) : (
        <div class={css['wide']} tabIndex={0} role="region" aria-label="Table of positions">
          <table class={table['table']}>
            <thead>
              <tr>
                <th class={table['left']}>Series</th>
                <th>Size</th>
                <th>Profit</th>
                <th>Value</th>
                <th>Mark</th>
                <th>Average</th>
                <th>IV</th>
                <th>Delta</th>
                <th>Gamma</th>
                <th title="USD for a point of volatility">Vega</th>
                <th title="USD a day">Theta</th>
              </tr>
            </thead>
            {names.map((name) => (
              <UnderlyingRows
                key={name}
                name={name}
                held={held.filter(({ symbol }) => underlyingOf(symbol) === name)}
              />
            ))}
          </table>
        </div>
      )}
    </Panel>
  );
}
