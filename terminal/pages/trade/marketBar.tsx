import { NONE, decimal, percent, usd } from '../../format/amounts.ts';
import { age, timeLeft } from '../../format/times.ts';
import { atTheMoney } from '../../store/markets.ts';
import type { Expiry, Mark } from '../../store/markets.ts';
import { block, useChannel } from '../../store/streams.ts';
import { underlyings } from '../../store/network.ts';
import { addressOf } from '../../store/route.ts';
import css from './marketBar.module.css';

const PPM = 1_000_000;

interface OraclePrice {
  /** Absent before the first quorum. */
  readonly price?: { readonly indexUusd?: string };
}

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
  const oracle = useChannel(`oracle:${underlying}`).document.value as OraclePrice | null;
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
          <dd class={css['index']}>{usd(oracle?.price?.indexUusd)}</dd>
        </div>
        <div>
          <dt>Forward</dt>
          <dd>{feeds === undefined ? NONE : decimal(feeds.forward, 2)}</dd>
        </div>
        <div>
          <dt>IV at the money</dt>
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
