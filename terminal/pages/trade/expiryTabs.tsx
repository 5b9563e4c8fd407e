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

/** `27DEC26` as people read it: `27 Dec 26`; one within a day has its time. */
export function expiryText(name: string): string {
  const [, day = '', month = '', year = '', time] =
    /^(\d{1,2})([A-Z]{3})(\d{2})(?:T(\d{4}))?$/.exec(name) ?? [];
  const date = `${day} ${month.slice(0, 1)}${month.slice(1).toLowerCase()} ${year}`;
  if (day === '') return name;
  return time === undefined ? date : `${date} ${time.slice(0, 2)}:${time.slice(2)}`;
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
