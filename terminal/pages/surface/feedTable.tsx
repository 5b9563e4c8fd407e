import { percent, usd } from '../../format/amounts.ts';
import { expiryText } from '../../format/expiryText.ts';
import { age } from '../../format/times.ts';
import { Badge } from '../../ui/badge.tsx';
import table from '../../ui/table.module.css';
import type { Feed } from './surfaceData.ts';

const PPM = 1_000_000;

/** What of an expiry is voted on: its forward, and the volatilities. */
interface Row {
  readonly expiry: string;
  readonly forward: Feed | undefined;
  readonly vols: Feed | undefined;
}

function rowsOf(feeds: readonly Feed[]): Row[] {
  const times = [...new Set(feeds.map(({ expirySeconds }) => expirySeconds))];
  const of = (kind: Feed['kind'], time: string | null) =>
    feeds.find((feed) => feed.kind === kind && feed.expirySeconds === time);
  return times
    .filter((time) => time !== null)
    .sort((a, b) => Number(a) - Number(b))
    .map((time) => {
      const [forward, vols] = [of('forward', time), of('surface', time)];
      return { expiry: (forward ?? vols)?.expiry ?? '', forward, vols };
    });
}

function Standing({ feed }: { feed: Feed | undefined }) {
  if (feed === undefined) return <td>–</td>;
  return (
    <td>
      <Badge status={feed.statusName}>{feed.statusName}</Badge>
    </td>
  );
}

const ageOf = (feed: Feed | undefined) => (feed === undefined ? '–' : age(Number(feed.ageMs)));
const shareOf = (ppm: number | undefined, decimals: number) =>
  percent(ppm === undefined ? undefined : ppm / PPM, decimals);

/** Forwards and volatilities by expiry: their age, and how far validators are apart. */
export function FeedTable({ feeds }: { feeds: readonly Feed[] }) {
  return (
    <table class={table['table']}>
      <thead>
        <tr>
          <th class={table['left']}>Expiry</th>
          <th>Forward</th>
          <th>Status</th>
          <th>Age</th>
          <th>Dispersion</th>
          <th>Sure</th>
          <th>Vols</th>
          <th>Age</th>
          <th>Dispersion</th>
          <th>Sure</th>
        </tr>
      </thead>
      <tbody>
        {rowsOf(feeds).map(({ expiry, forward, vols }) => (
          <tr key={expiry}>
            <td class={table['left']}>{expiryText(expiry)}</td>
            <td>{usd(forward?.priceUusd)}</td>
            <Standing feed={forward} />
            <td>{ageOf(forward)}</td>
            <td>{shareOf(forward?.dispersionPpm, 3)}</td>
            <td>{shareOf(forward?.confidencePpm, 0)}</td>
            <Standing feed={vols} />
            <td>{ageOf(vols)}</td>
            <td>{shareOf(vols?.dispersionPpm, 2)}</td>
            <td>{shareOf(vols?.confidencePpm, 0)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
