import { expiryText } from '../../format/expiryText.ts';
import { timeLeft } from '../../format/times.ts';
import type { Expiry } from '../../store/markets.ts';
import { addressOf } from '../../store/route.ts';
import { block } from '../../store/streams.ts';
import css from './expiryTabs.module.css';

interface ExpiryTabsProps {
  readonly underlying: string;
  readonly expiries: readonly Expiry[];
  readonly chosen: string;
}

export function ExpiryTabs({ underlying, expiries, chosen }: ExpiryTabsProps) {
  const { timeMs } = block.value;
  return (
    <nav class={css['tabs']} aria-label="Expiries">
      {expiries.map(({ name, expirySeconds }) => (
        <a
          key={name}
          href={addressOf('trade', underlying, name)}
          aria-current={name === chosen ? 'true' : undefined}
        >
          {expiryText(name)}
          <small>
            {timeMs === 0 ? '' : timeLeft(1_000 * expirySeconds - timeMs).split(' ')[0]}
          </small>
        </a>
      ))}
    </nav>
  );
}
