import { decimal, number, percent, price } from '../../format/amounts.ts';
import { expiryText } from '../../format/expiryText.ts';
import type { Series } from '../../store/markets.ts';
import { IconButton } from '../../ui/button.tsx';
import table from '../../ui/table.module.css';
import { legPrice } from './plan.ts';
import type { PlannedLeg } from './plan.ts';
import css from './builderPage.module.css';

const CENTS = 100;
const CENT_UUSD = 10_000;

interface LegTableProps {
  readonly legs: readonly PlannedLeg[];
  readonly seriesOf: (symbol: string) => Series | undefined;
  readonly onChange: (legs: readonly PlannedLeg[]) => void;
}

interface RowProps {
  readonly leg: PlannedLeg;
  readonly series: Series | undefined;
  readonly onChange: (leg: PlannedLeg | null) => void;
}

function RatioCell({ leg, onChange }: Pick<RowProps, 'leg' | 'onChange'>) {
  return (
    <td>
      <span class={css['ratio']}>
        <IconButton
          label={`One less of ${leg.symbol}`}
          onClick={() => onChange({ ...leg, ratio: leg.ratio === 1 ? -1 : leg.ratio - 1 })}
        >
          −
        </IconButton>
        <b data-tone={leg.ratio > 0 ? 'up' : 'down'}>
          {leg.ratio > 0 ? '+' : '−'}
          {Math.abs(leg.ratio)}
        </b>
        <IconButton
          label={`One more of ${leg.symbol}`}
          onClick={() => onChange({ ...leg, ratio: leg.ratio === -1 ? 1 : leg.ratio + 1 })}
        >
          +
        </IconButton>
      </span>
    </td>
  );
}

function Row({ leg, series, onChange }: RowProps) {
  const { symbol } = leg;
  const uusd = series === undefined ? undefined : legPrice(leg, series);
  const shown = uusd === undefined ? '' : (uusd / CENT_UUSD / CENTS).toFixed(2);
  const type = (text: string) => {
    const cents = Math.round(Number(text) * CENTS);
    if (text.trim() === '') onChange({ symbol, ratio: leg.ratio });
    else if (Number.isFinite(cents) && cents > 0) onChange({ ...leg, cents });
  };
  return (
    <tr>
      <RatioCell leg={leg} onChange={onChange} />
      <td class={table['left']}>
        {series === undefined ? (
          symbol
        ) : (
          <>
            <b>{decimal(Number(series.strikeUusd) / 1e6, 0)}</b> {series.kind}{' '}
            <span class={table['dim']}>{expiryText(series.expiry)}</span>
          </>
        )}
      </td>
      <td>
        {price(series?.bid?.priceUusd)} / {price(series?.ask?.priceUusd)}
      </td>
      <td>{percent(series?.mark?.vol)}</td>
      <td>{number(series?.mark?.delta, 2)}</td>
      <td>
        <input
          class={css['price']}
          inputMode="decimal"
          aria-label={`Price of ${symbol}`}
          data-own={leg.cents !== undefined}
          value={shown}
          onChange={(event) => type(event.currentTarget.value)}
        />
      </td>
      <td>
        <IconButton label={`Remove ${symbol}`} onClick={() => onChange(null)}>
          ×
        </IconButton>
      </td>
    </tr>
  );
}

/** The legs of one strategy: how many of each, and at which price. */
export function LegTable({ legs, seriesOf, onChange }: LegTableProps) {
  return (
    <table class={table['table']}>
      <thead>
        <tr>
          <th>Ratio</th>
          <th class={table['left']}>Option</th>
          <th>Bid / ask</th>
          <th>IV</th>
          <th>Delta</th>
          <th>Price</th>
          <th>
            <span class={css['hidden']}>Remove</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {legs.map((leg, i) => (
          <Row
            key={leg.symbol}
            leg={leg}
            series={seriesOf(leg.symbol)}
            onChange={(next) =>
              onChange(legs.flatMap((one, j) => (j !== i ? [one] : next === null ? [] : [next])))
            }
          />
        ))}
      </tbody>
    </table>
  );
}
