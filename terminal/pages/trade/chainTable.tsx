import { memo } from 'preact/compat';
import { useEffect, useRef } from 'preact/hooks';
import { NONE, contracts, number, percent, price } from '../../format/amounts.ts';
import type { Expiry, Series, Strike } from '../../store/markets.ts';
import { goTo } from '../../store/route.ts';
import css from './chainTable.module.css';

const UUSD_PER_USD = 1_000_000;

interface ChainTableProps {
  readonly underlying: string;
  readonly expiry: Expiry;
  /** The chosen series. */
  readonly symbol: string;
}

type Pick = (series: Series, side: 'buy' | 'sell' | null) => void;

function PriceCell({
  series,
  side,
  onPick,
}: {
  series: Series;
  side: 'bid' | 'ask';
  onPick: Pick;
}) {
  const level = series[side];
  const what = side === 'bid' ? 'sell' : 'buy';
  return (
    <td class={css[side]}>
      <button
        type="button"
        disabled={level === undefined}
        aria-label={`${side} of ${series.symbol}: ${price(level?.priceUusd)}`}
        onClick={(event) => {
          event.stopPropagation();
          onPick(series, what);
        }}
      >
        {price(level?.priceUusd)}
        <small>{level === undefined ? '' : contracts(level.quantity)}</small>
      </button>
    </td>
  );
}

/** One side of a row; puts mirror calls, so that prices stand next to the strikes. */
function Half({ series, onPick }: { series: Series | undefined; onPick: Pick }) {
  if (series === undefined) {
    return (
      <td colSpan={6} class={css['none']}>
        {NONE}
      </td>
    );
  }
  const { mark } = series;
  const outer = [
    <td key="oi" class={css['dim']}>
      {series.openInterest === '0' ? NONE : contracts(series.openInterest)}
    </td>,
    <td key="delta">{number(mark?.delta, 2)}</td>,
    <td key="iv">{percent(mark?.vol)}</td>,
  ];
  const inner = [
    <PriceCell key="bid" series={series} side="bid" onPick={onPick} />,
    <td key="mark" class={css['mark']}>
      {price(mark?.markUusd)}
    </td>,
    <PriceCell key="ask" series={series} side="ask" onPick={onPick} />,
  ];
  return <>{series.kind === 'call' ? [...outer, ...inner] : [...inner, ...outer.reverse()]}</>;
}

interface RowProps {
  readonly strike: Strike;
  readonly forward: number | undefined;
  readonly chosen: string;
  readonly onPick: Pick;
}

const Row = memo(({ strike, forward, chosen, onPick }: RowProps) => {
  const level = Number(strike.strikeUusd) / UUSD_PER_USD;
  const money = forward === undefined ? '' : level < forward ? 'call' : 'put';
  return (
    <tr data-in={money} data-chosen={chosen}>
      <Half series={strike.call} onPick={onPick} />
      <th scope="row" class={css['strike']}>
        {price(strike.strikeUusd)}
      </th>
      <Half series={strike.put} onPick={onPick} />
    </tr>
  );
}, sameRow);

/** A row is drawn again when its series changed, or the forward went past its strike. */
function sameRow(a: RowProps, b: RowProps): boolean {
  const isBelow = ({ strike, forward }: RowProps) =>
    forward === undefined ? null : Number(strike.strikeUusd) / UUSD_PER_USD < forward;
  return (
    a.strike.call === b.strike.call &&
    a.strike.put === b.strike.put &&
    a.chosen === b.chosen &&
    a.onPick === b.onPick &&
    isBelow(a) === isBelow(b)
  );
}

const HEADS = ['OI', 'Delta', 'IV', 'Bid', 'Mark', 'Ask'] as const;

function Head() {
  const puts = [...HEADS.slice(3), ...HEADS.slice(0, 3).reverse()];
  return (
    <thead>
      <tr>
        <th colSpan={6} class={css['side']}>
          Calls
        </th>
        <th />
        <th colSpan={6} class={css['side']}>
          Puts
        </th>
      </tr>
      <tr>
        {HEADS.map((head) => (
          <th key={head}>{head}</th>
        ))}
        <th class={css['strike']}>Strike</th>
        {puts.map((head) => (
          <th key={head}>{head}</th>
        ))}
      </tr>
    </thead>
  );
}

export function ChainTable({ underlying, expiry, symbol }: ChainTableProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const forward = expiry.feeds?.forward;
  const onPick = useRef<Pick>((series) =>
    goTo('trade', underlying, series.expiry, series.symbol),
  ).current;
  // One comes to a chain at its money; from then on nothing scrolls by itself.
  useEffect(() => {
    const at = scroller.current?.querySelector('tr[data-in="put"]');
    at?.scrollIntoView({ block: 'center' });
  }, [expiry.name, forward === undefined]);
  const chosenOf = ({ call, put }: Strike) =>
    call?.symbol === symbol ? 'call' : put?.symbol === symbol ? 'put' : '';
  return (
    <div
      ref={scroller}
      class={css['scroller']}
      tabIndex={0}
      role="region"
      aria-label="Option chain"
    >
      <table class={css['chain']}>
        <Head />
        <tbody>
          {expiry.strikes.map((strike) => (
            <Row
              key={strike.strikeUusd}
              strike={strike}
              forward={forward}
              chosen={chosenOf(strike)}
              onPick={onPick}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}
