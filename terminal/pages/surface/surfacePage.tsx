import { useMemo } from 'preact/hooks';
import { percent, usd } from '../../format/amounts.ts';
import { expiryTextAt } from '../../format/expiryText.ts';
import { age } from '../../format/times.ts';
import type { PageProps } from '../../pageProps.ts';
import { underlyings } from '../../store/network.ts';
import { useIndexPrice } from '../../store/oracle.ts';
import { usePolled } from '../../store/polled.ts';
import { addressOf } from '../../store/route.ts';
import { block, useChannel } from '../../store/streams.ts';
import { Badge } from '../../ui/badge.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { Panel } from '../../ui/panel.tsx';
import { LinkSegments } from '../../ui/segments.tsx';
import { FeedTable } from './feedTable.tsx';
import { ReportCard } from './reportCard.tsx';
import { SmileChart } from './smileChart.tsx';
import { SurfaceMesh } from './surfaceMesh.tsx';
import { smilesOf } from './surfaceData.ts';
import type { Smile, SurfaceAnswer, SurfaceDocument } from './surfaceData.ts';
import css from './surfacePage.module.css';

const POLL_MS = 3_000;
const PPM = 1_000_000;

const STATUSES = ['none', 'live', 'stale', 'halted', 'recovering'];

function IndexBar({ underlying }: { underlying: string }) {
  const price = useIndexPrice(underlying);
  const status = STATUSES[price?.status ?? 0] ?? 'none';
  return (
    <div class={css['bar']}>
      <LinkSegments
        label="Underlying"
        chosen={underlying}
        links={underlyings.value.map((name) => ({
          ...{ name, text: name },
          href: addressOf('surface', name),
        }))}
      />
      <Facts>
        <Fact name="Index">{usd(price?.indexUusd)}</Fact>
        <Fact name="Seen">
          {price === undefined ? '–' : `${age(block.value.timeMs - Number(price.seenMs))} ago`}
        </Fact>
        <Fact name="Dispersion">
          {percent(price === undefined ? undefined : price.dispersionPpm / PPM, 3)}
        </Fact>
        <Fact name="Sure">
          {percent(price === undefined ? undefined : price.confidencePpm / PPM, 0)}
        </Fact>
      </Facts>
      <Badge status={status}>{status}</Badge>
    </div>
  );
}

function Smiles(props: {
  smiles: readonly Smile[];
  feeds: SurfaceAnswer['feeds'];
  of: string;
  chosen: string;
}) {
  const { smiles, feeds, of, chosen } = props;
  const links = smiles.map(({ expirySeconds }) => ({
    name: expirySeconds,
    text: expiryTextAt(expirySeconds),
    href: addressOf('surface', of, expirySeconds),
  }));
  return (
    <Panel title="Smiles">
      <div class={css['choice']}>
        <LinkSegments label="Dispersion of" chosen={chosen} links={links} />
      </div>
      <SmileChart smiles={smiles} feeds={feeds} chosen={chosen} />
      <p class={css['note']}>
        Volatility by strike over forward. The band is what validators differ by around the median.
      </p>
    </Panel>
  );
}

/** `#/surface/BTC/1798358400`: the voted surface, and whose dispersion is shown. */
export default function SurfacePage({ params }: PageProps) {
  const [underlying = 'BTC', expiry] = params;
  const channel = useChannel(`surface:${underlying}`);
  const document = channel.document.value as SurfaceDocument | null;
  const smiles = useMemo(() => smilesOf(document), [document]);
  const feeds = usePolled<SurfaceAnswer>(`/tenor/v1/surface/${underlying}`, POLL_MS).value.answer;
  const voted = useMemo(() => votedOf(document), [document]);
  if (channel.ended.value !== null) {
    return <Empty title={`No surface of ${underlying}`}>{channel.ended.value}</Empty>;
  }
  const isListed = smiles.some(({ expirySeconds }) => expirySeconds === expiry);
  const chosen = isListed ? expiry! : (smiles[0]?.expirySeconds ?? '');
  return (
    <div class={css['page']}>
      <IndexBar underlying={underlying} />
      <div class={css['grid']}>
        <Smiles smiles={smiles} feeds={feeds?.feeds ?? []} of={underlying} chosen={chosen} />
        <Panel title="Surface">
          <SurfaceMesh voted={voted} label={`Volatility surface of ${underlying} in 3D`} />
        </Panel>
        <Panel title="Forwards and volatilities">
          <div class={css['wide']} tabIndex={0} role="region" aria-label="Table of feeds">
            <FeedTable feeds={feeds?.feeds ?? []} />
          </div>
        </Panel>
        <Panel title="Report card of the validators">
          <div class={css['wide']} tabIndex={0} role="region" aria-label="Table of report cards">
            <ReportCard />
          </div>
        </Panel>
      </div>
    </div>
  );
}

function votedOf(document: SurfaceDocument | null) {
  const surface = document?.surface;
  if (surface === undefined) return null;
  return {
    timeMs: Number(surface.timeMs),
    rows: surface.rows.map(({ expirySeconds, variances }) => ({
      ...{ expirySeconds: Number(expirySeconds), variances },
    })),
  };
}
