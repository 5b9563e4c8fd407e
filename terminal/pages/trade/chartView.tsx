import { useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Candle } from '../../format/candles.ts';
import { RESOLUTIONS } from '../../format/candles.ts';
import { useCandles } from '../../store/candles.ts';
import type { CandleKind } from '../../store/candles.ts';
import type { Series } from '../../store/markets.ts';
import { isLight, timeZone } from '../../store/settings.ts';
import { block, useChannel, useEvents } from '../../store/streams.ts';
import { Segmented } from '../../ui/segmented.tsx';
import type { PriceChart } from './priceChart.ts';
import css from './chartView.module.css';

const UUSD_PER_USD = 1e6;
const KINDS: readonly (readonly [CandleKind, string])[] = [
  ['mark', 'Mark'],
  ['trade', 'Trades'],
  ['index', 'Index'],
];

interface OraclePrice {
  readonly price?: { readonly indexUusd?: string };
}

/** Feeds candles with what happens from now on. */
function useLive(kind: CandleKind, underlying: string, series: Series | undefined, add: Add): void {
  const oracle = useChannel(kind === 'index' ? `oracle:${underlying}` : null).document;
  const symbol = series?.symbol;
  const { timeMs, height } = block.value;
  const index = (oracle.value as OraclePrice | null)?.price?.indexUusd;
  const level = kind === 'index' ? index : kind === 'mark' ? series?.mark?.markUusd : undefined;
  useEffect(() => {
    if (level !== undefined && timeMs > 0) add(timeMs, Number(level) / UUSD_PER_USD);
  }, [height, level]);
  useEvents(kind === 'trade' && symbol !== undefined ? `trades:${symbol}` : null, ({ trades }) => {
    for (const { timeMs: at, priceUusd } of trades)
      add(Number(at), Number(priceUusd) / UUSD_PER_USD);
  });
}

type Add = (timeMs: number, usd: number) => void;

function Chart({ candles }: { candles: { readonly value: readonly Candle[] } }) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useSignal<PriceChart | null>(null);
  useEffect(() => {
    let isWanted = true;
    let made: PriceChart | undefined;
    // The chart library comes with the first chart.
    void import('./priceChart.ts').then(({ PriceChart: Made }) => {
      if (!isWanted || place.current === null) return;
      made = new Made(place.current);
      chart.value = made;
    });
    return () => {
      isWanted = false;
      made?.remove();
    };
  }, []);
  useSignalEffect(() => {
    chart.value?.setCandles(candles.value);
  });
  useSignalEffect(() => {
    chart.value?.setLook(isLight(), timeZone.value);
  });
  return <div ref={place} class={css['place']} />;
}

interface ChartViewProps {
  readonly underlying: string;
  readonly series: Series | undefined;
}

/** Candles of the series or of the index: kept ones where there are, else since the page loaded. */
export function ChartView({ underlying, series }: ChartViewProps) {
  const chosen = useSignal<CandleKind>('mark');
  const resolution = useSignal('5s');
  const kind = series === undefined ? 'index' : chosen.value;
  const name = kind === 'index' ? underlying : series!.symbol;
  const width = RESOLUTIONS.find((each) => each.name === resolution.value)!;
  const { list, add } = useCandles(kind, name, width);
  useLive(kind, underlying, series, add);
  const last = list.value.at(-1);
  const told =
    last === undefined
      ? `Chart of ${name}: nothing yet`
      : `Chart of ${name}, ${list.value.length} candles, the last at ${last.close}`;
  return (
    <div class={css['view']}>
      <div class={css['bar']}>
        <Segmented
          label="What is drawn"
          options={series === undefined ? KINDS.slice(2) : KINDS}
          value={kind}
          onChange={(next) => (chosen.value = next)}
        />
        <Segmented
          label="Length of a candle"
          options={RESOLUTIONS.map((each) => [each.name, each.name] as const)}
          value={resolution.value}
          onChange={(next) => (resolution.value = next)}
        />
      </div>
      <div class={css['chart']} role="img" aria-label={told}>
        <Chart key={`${kind} ${name} ${resolution.value}`} candles={list} />
        {list.value.length === 0 ? (
          <p class={css['none']}>Nothing yet: it is drawn as it happens.</p>
        ) : null}
      </div>
      <a class={css['credit']} href="https://www.tradingview.com/" rel="noreferrer" target="_blank">
        Charts by TradingView
      </a>
    </div>
  );
}
