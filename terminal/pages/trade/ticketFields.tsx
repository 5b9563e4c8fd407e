import { percent, price } from '../../format/amounts.ts';
import { onTick } from '../../format/ticks.ts';
import { USD_DECIMALS, typedOf } from '../../format/units.ts';
import type { Series } from '../../store/markets.ts';
import { rulesOf } from '../../store/rules.ts';
import { ticket } from '../../store/ticket.ts';
import type { Life } from '../../store/ticket.ts';
import { Check, NumberField } from '../../ui/field.tsx';
import type { Problem } from './orderOf.ts';
import css from './ticket.module.css';

const LIVES: readonly (readonly [Life, string])[] = [
  ['gtc', 'Until cancelled'],
  ['day', 'For a day'],
  ['ioc', 'Now or never (IOC)'],
  ['fok', 'All or nothing (FOK)'],
];

interface TicketFieldsProps {
  readonly series: Series;
  readonly underlying: string;
  readonly problem: Problem | null;
  readonly onStep: (up: boolean) => void;
}

/** Prices that are there to be taken, by one click. */
function PriceChips({ series, underlying }: { series: Series; underlying: string }) {
  const rules = rulesOf(underlying);
  const mark = series.mark?.markUusd;
  const isBuy = ticket.side.value === 'buy';
  const near =
    mark === undefined || rules === undefined ? undefined : onTick(rules, BigInt(mark), !isBuy);
  const chips = [
    ['Bid', series.bid?.priceUusd],
    ['Mark', near?.toString()],
    ['Ask', series.ask?.priceUusd],
  ] as const;
  return (
    <div class={css['chips']}>
      {chips.map(([name, uusd]) => (
        <button
          key={name}
          type="button"
          disabled={uusd === undefined}
          onClick={() => (ticket.price.value = typedOf(BigInt(uusd!), USD_DECIMALS))}
        >
          {name} <b>{price(uusd)}</b>
        </button>
      ))}
    </div>
  );
}

/** Size, price or volatility with its bound, and how long it lives. */
export function TicketFields({ series, underlying, problem, onStep }: TicketFieldsProps) {
  const kind = ticket.kind.value;
  const problemOf = (field: Problem['field']) => (problem?.field === field ? problem.text : null);
  const isTaker = kind === 'market' || ticket.life.value === 'ioc' || ticket.life.value === 'fok';
  const isBuy = ticket.side.value === 'buy';
  const bound = isBuy ? 'Highest price' : 'Lowest price';
  return (
    <>
      <div class={css['fields']}>
        <NumberField
          label="Size"
          value={ticket.size}
          unit={underlying}
          shortcut="size"
          problem={problemOf('size')}
        />
        {kind === 'iv' ? (
          <NumberField
            label={`Volatility (mark ${percent(series.mark?.vol)})`}
            value={ticket.iv}
            unit="%"
            problem={problemOf('iv')}
          />
        ) : null}
        <NumberField
          label={kind === 'limit' ? 'Price' : bound}
          value={ticket.price}
          unit="USD"
          shortcut="price"
          problem={problemOf('price')}
          onStep={onStep}
        />
      </div>
      <PriceChips series={series} underlying={underlying} />
      <div class={css['terms']}>
        <select
          aria-label="How long it lives"
          value={kind === 'market' ? 'ioc' : ticket.life.value}
          disabled={kind === 'market'}
          onChange={({ currentTarget }) => (ticket.life.value = currentTarget.value as Life)}
        >
          {LIVES.map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
        <Check
          label="Post only"
          value={ticket.postOnly}
          disabled={isTaker}
          title="Refused when it would trade at once: it rests, or it is not"
        />
        <Check
          label="Reduce only"
          value={ticket.reduceOnly}
          title="Closes what you hold, and never opens anything"
        />
      </div>
    </>
  );
}
