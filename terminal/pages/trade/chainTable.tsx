import { memo } from 'preact/compat';
import { useCallback, useEffect, useRef } from 'preact/hooks';
import { NONE, contracts, number, percent, price } from '../../format/amounts.ts';
import { held } from '../../store/account.ts';
import type { Expiry, Series, Strike } from '../../store/markets.ts';
import { goTo } from '../../store/route.ts';
import { fillTicket, ticket } from '../../store/ticket.ts';
import css from './chainTable.module.css';
import { useShownStrikes } from './rowsInView.ts';

const UUSD_PER_USD = 1_000_000;
/** From outside in; puts mirror them, but for bid, mark and ask. */
const HEADS = ['Yours', 'OI', 'Delta', 'IV', 'Bid', 'Mark', 'Ask'] as const;
const OUTER = 4;
/** What a narrow screen keeps. */
const NARROW: readonly string[] = ['Bid', 'Ask'];

interface ChainTableProps {
  readonly underlying: string;
  readonly expiry: Expiry;
  /** The chosen series. */
  readonly symbol: string;
}

/** A series, or one of its prices, was chosen. */
type Pick = (series: Series, level: 'bid' | 'ask' | null) => void;

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
  const text = price(level?.priceUusd);
  return (
    <td class={css[side]}>
      <button
        type="button"
        disabled={level === undefined}
        aria-label={`${side} of ${series.symbol}: ${text}`}
        onClick={(event) => {
          event.stopPropagation();
          onPick(series, side);
        }}
      >
        {text}
        <small>{level === undefined ? '' : contracts(level.quantity)}</small>
      </button>
    </td>
  );
}

interface HalfProps {
  readonly series: Series | undefined;
  /** One's position in it, in 1e-4 contracts. */
  readonly held: string | undefined;
  readonly onPick: Pick;
}

/** One side of a row; puts mirror calls, so that prices stand next to the strikes. */
function Half({ series, held, onPick }: HalfProps) {
  if (series === undefined) {
    return (
      <td colSpan={HEADS.length} class={css['none']}>
        {NONE}
      </td>
    );
  }
  const { mark, symbol } = series;
  const worth = price(mark?.markUusd);
  const outer = [
    <td key="held" class={css['held']} data-wide="">
      {held === undefined ? '' : contracts(held)}
    </td>,
    <td key="oi" class={css['dim']} data-wide="">
      {series.openInterest === '0' ? NONE : contracts(series.openInterest)}
    </td>,
    <td key="delta" data-wide="">
      {number(mark?.delta, 2)}
    </td>,
    <td key="iv" data-wide="">
      {percent(mark?.vol)}
    </td>,
  ];
  const inner = [
    <PriceCell key="bid" series={series} side="bid" onPick={onPick} />,
    <td key="mark" class={css['mark']} data-wide="">
      <button
        type="button"
        onClick={() => onPick(series, null)}
        aria-label={`mark of ${symbol}: ${worth}`}
      >
        {worth}
      </button>
    </td>,
    <PriceCell key="ask" series={series} side="ask" onPick={onPick} />,
  ];
  return <>{series.kind === 'call' ? [...outer, ...inner] : [...inner, ...outer.reverse()]}</>;
}

interface RowProps {
  readonly strike: Strike;
  readonly forward: number | undefined;
  readonly chosen: string;
  /** Positions in the call and the put. */
  readonly held: readonly [string | undefined, string | undefined];
  readonly onPick: Pick;
}

const Row = memo(({ strike, forward, chosen, held, onPick }: RowProps) => {
  const level = Number(strike.strikeUusd) / UUSD_PER_USD;
  const money = forward === undefined ? '' : level < forward ? 'call' : 'put';
  return (
    <tr data-in={money} data-chosen={chosen} data-strike={strike.strikeUusd}>
      <Half series={strike.call} held={held[0]} onPick={onPick} />
      <th scope="row" class={css['strike']}>
        {price(strike.strikeUusd)}
      </th>
      <Half series={strike.put} held={held[1]} onPick={onPick} />
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
    a.held[0] === b.held[0] &&
    a.held[1] === b.held[1] &&
    a.onPick === b.onPick &&
    isBelow(a) === isBelow(b)
  );
}

const heading = (head: string) => (
  <th key={head} data-wide={NARROW.includes(head) ? undefined : ''}>
    {head}
  </th>
);

/** Which half is which; a narrow screen has fewer columns to span. */
function Groups({ span, isWide }: { span: number; isWide: boolean }) {
  return (
    <tr data-wide={isWide ? '' : undefined} data-narrow={isWide ? undefined : ''}>
      <th colSpan={span} class={css['side']}>
        Calls
      </th>
      <td />
      <th colSpan={span} class={css['side']}>
        Puts
      </th>
    </tr>
  );
}

/** Columns have widths of their own: no number moves another one, and nothing is measured again. */
function Columns() {
  const outer = Array.from({ length: OUTER }, (_, i) => (
    <col key={i} class={css['outer']} data-wide="" />
  ));
  const inner = HEADS.slice(OUTER).map((head) => (
    <col key={head} data-wide={NARROW.includes(head) ? undefined : ''} />
  ));
  return (
    <colgroup>
      {outer}
      {inner}
      <col class={css['middle']} />
      {inner}
      {outer}
    </colgroup>
  );
}

function Head() {
  const puts = [...HEADS.slice(OUTER), ...HEADS.slice(0, OUTER).reverse()];
  return (
    <thead>
      <Groups span={HEADS.length} isWide />
      <Groups span={NARROW.length} isWide={false} />
      <tr>
        {HEADS.map(heading)}
        <th class={css['strike']}>Strike</th>
        {puts.map(heading)}
      </tr>
    </thead>
  );
}

export function ChainTable({ underlying, expiry, symbol }: ChainTableProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const strikes = useShownStrikes(scroller, expiry);
  const forward = expiry.feeds?.forward;
  const onPick = useCallback<Pick>(
    (series, side) => {
      goTo('trade', underlying, series.expiry, series.symbol);
      const level = side === null ? undefined : series[side];
      const what = side === null ? ticket.side.value : side === 'bid' ? 'sell' : 'buy';
      fillTicket(what, level?.priceUusd);
    },
    [underlying],
  );
  const positions = held.value;
  const heldOf = (series: Series | undefined) =>
    series === undefined ? undefined : positions.get(series.symbol)?.quantity;
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
        <Columns />
        <Head />
        <tbody>
          {strikes.map((strike) => (
            <Row
              key={strike.strikeUusd}
              strike={strike}
              forward={forward}
              chosen={chosenOf(strike)}
              held={[heldOf(strike.call), heldOf(strike.put)]}
              onPick={onPick}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}
