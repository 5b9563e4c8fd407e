import { NONE, decimal, percent, usd } from '../../format/amounts.ts';
import { age, timeLeft } from '../../format/times.ts';
import { atTheMoney } from '../../store/markets.ts';
import type { Expiry, Mark } from '../../store/markets.ts';
import { useLevels } from '../../store/oracle.ts';
import { block } from '../../store/streams.ts';
import { underlyings } from '../../store/network.ts';
import { addressOf } from '../../store/route.ts';
import css from './marketBar.module.css';

const PPM = 1_000_000;

function Feeds({ feeds }: { feeds: Mark | undefined }) {
  if (feeds === undefined) return <span class={css['badge']}>no feeds</span>;
  const { statusName, ageMs, confidencePpm } = feeds;
  return (
    <span class={css['badge']} data-status={statusName}>
      {statusName}
      {ageMs === undefined ? '' : ` · ${age(Number(ageMs))} old`}
      {` · ${percent(confidencePpm / PPM, 0)} sure`}
    </span>
  );
}

/** What the chain rests on: index, forward, volatility, and how fresh they are. */
export function MarketBar(props: { underlying: string; expiry: Expiry | undefined }) {
  const { underlying, expiry } = props;
  const { indexUusd, volIndexPpm } = useLevels(underlying);
  const feeds = expiry?.feeds;
  const nearest = expiry === undefined ? undefined : atTheMoney(expiry);
  const leftMs = expiry === undefined ? 0 : 1_000 * expiry.expirySeconds - block.value.timeMs;
  return (
    <div class={css['bar']}>
      <div class={css['names']} role="group" aria-label="Underlying">
        {(underlyings.value.length === 0 ? [underlying] : underlyings.value).map((name) => (
          <a
            key={name}
            href={addressOf('trade', name)}
            aria-current={name === underlying ? 'true' : undefined}
          >
            {name}
          </a>
        ))}
      </div>
      <dl class={css['facts']}>
        <div>
          <dt>Index</dt>
          <dd class={css['index']}>{usd(indexUusd)}</dd>
        </div>
        <div>
          <dt title="Volatility index: 30-day implied volatility, model-free">30-day IV</dt>
          <dd>{percent(volIndexPpm === undefined ? undefined : volIndexPpm / PPM, 2)}</dd>
        </div>
        <div>
          <dt>Forward</dt>
          <dd>{feeds === undefined ? NONE : decimal(feeds.forward, 2)}</dd>
        </div>
        <div>
          <dt title="Implied volatility at the money, of this expiry">ATM IV</dt>
          <dd>{percent((nearest?.call ?? nearest?.put)?.mark?.vol)}</dd>
        </div>
        <div>
          <dt>Expires in</dt>
          <dd>{expiry === undefined || block.value.timeMs === 0 ? NONE : timeLeft(leftMs)}</dd>
        </div>
      </dl>
      <Feeds feeds={feeds} />
    </div>
  );
}
