import { useSignal } from '@preact/signals';
import { price } from '../../format/amounts.ts';
import { expiryText } from '../../format/expiryText.ts';
import { atTheMoney } from '../../store/markets.ts';
import type { Expiry } from '../../store/markets.ts';
import { Button } from '../../ui/button.tsx';
import css from './builderPage.module.css';

interface AddLegProps {
  readonly expiries: readonly Expiry[];
  readonly chosen: Expiry;
  readonly onAdd: (symbol: string, ratio: number) => void;
}

/** Any listed option, as one more leg. */
export function AddLeg({ expiries, chosen, onAdd }: AddLegProps) {
  const name = useSignal('');
  const strike = useSignal('');
  const kind = useSignal<'call' | 'put'>('call');
  const expiry = expiries.find((one) => one.name === name.value) ?? chosen;
  const at =
    expiry.strikes.find(({ strikeUusd }) => strikeUusd === strike.value) ?? atTheMoney(expiry);
  const series = at?.[kind.value];
  const add = (ratio: number) => {
    if (series !== undefined) onAdd(series.symbol, ratio);
  };
  return (
    <div class={css['add']}>
      <select
        aria-label="Expiry of the leg"
        value={expiry.name}
        onChange={(event) => (name.value = event.currentTarget.value)}
      >
        {expiries.map((one) => (
          <option key={one.name} value={one.name}>
            {expiryText(one.name)}
          </option>
        ))}
      </select>
      <select
        aria-label="Strike of the leg"
        value={at?.strikeUusd ?? ''}
        onChange={(event) => (strike.value = event.currentTarget.value)}
      >
        {expiry.strikes.map(({ strikeUusd }) => (
          <option key={strikeUusd} value={strikeUusd}>
            {price(strikeUusd)}
          </option>
        ))}
      </select>
      <select
        aria-label="Call or put"
        value={kind.value}
        onChange={(event) => (kind.value = event.currentTarget.value === 'put' ? 'put' : 'call')}
      >
        <option value="call">Call</option>
        <option value="put">Put</option>
      </select>
      <Button disabled={series === undefined} onClick={() => add(1)}>
        Buy
      </Button>
      <Button disabled={series === undefined} onClick={() => add(-1)}>
        Sell
      </Button>
    </div>
  );
}
