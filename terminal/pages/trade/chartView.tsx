import { useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Candle, CandleKind } from '../../format/candles.ts';
import { RESOLUTIONS, unitOf } from '../../format/candles.ts';
import { useCandles } from '../../store/candles.ts';
import type { Series } from '../../store/markets.ts';
import { useLevels } from '../../store/oracle.ts';
import { isLight, timeZone } from '../../store/settings.ts';
import { block, useEvents } from '../../store/streams.ts';
import { Segmented } from '../../ui/segmented.tsx';
import type { PriceChart } from './priceChart.ts';
import css from './chartView.module.css';

const KINDS: readonly (readonly [CandleKind, string])[] = [
  ['mark', 'Mark'],
  ['trade', 'Trades'],
  ['index', 'Index'],
  ['vol-index', 'Vol'],
];
/** Of an underlying, whatever series is looked at. */
const OF_UNDERLYING: ReadonlySet<CandleKind> = new Set(['index', 'vol-index']);

/** Feeds candles with what happens from now on. */
function useLive(kind: CandleKind, underlying: string, series: Series | undefined, add: Add): void {
  const { indexUusd, volIndexPpm } = useLevels(OF_UNDERLYING.has(kind) ? underlying : null);
  const { divisor } = unitOf(kind);
  const symbol = series?.symbol;
  const { timeMs, height } = block.value;
  const level = {
    ...{ index: indexUusd, 'vol-index': volIndexPpm },
    ...{ mark: series?.mark?.markUusd, trade: undefined },
  }[kind];
  useEffect(() => {
    if (level !== undefined && timeMs > 0) add(timeMs, Number(level) / divisor);
  }, [height, level]);
  useEvents(kind === 'trade' && symbol !== undefined ? `trades:${symbol}` : null, ({ trades }) => {
    for (const { timeMs: at, priceUusd } of trades) add(Number(at), Number(priceUusd) / divisor);
  });
}

type Add = (timeMs: number, level: number) => void;

interface ChartProps {
  readonly candles: { readonly value: readonly Candle[] };
  readonly isPercent: boolean;
}

function Chart({ candles, isPercent }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useSignal<PriceChart | null>(null);
  useEffect(() => {
    let isWanted = true;
    let made: PriceChart | undefined;
    // The chart library comes with the first chart.
    void import('./priceChart.ts').then(({ PriceChart: Made }) => {
      if (!isWanted || place.current === null) return;
      made = new Made(place.current, isPercent);
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

/** What it shows, in words. */
function chartText(candles: readonly Candle[], name: string, isPercent: boolean): string {
  const subject = isPercent ? `the volatility index of ${name}` : name;
  const last = candles.at(-1)?.close;
  if (last === undefined) return `Chart of ${subject}: nothing yet`;
  const level = isPercent ? `${last.toFixed(2)}%` : String(last);
  return `Chart of ${subject}, ${candles.length} candles, the last at ${level}`;
}

interface ChartViewProps {
  readonly underlying: string;
  readonly series: Series | undefined;
}

/**
 * Candles of the series, or of the underlying's index and volatility index: kept ones where there
 * are, else since the page loaded.
 */
export function ChartView({ underlying, series }: ChartViewProps) {
  const chosen = useSignal<CandleKind>('mark');
  const resolution = useSignal('5s');
  const isOwn = OF_UNDERLYING.has(chosen.value);
  const kind = series === undefined && !isOwn ? 'index' : chosen.value;
  const isPercent = kind === 'vol-index';
  const name = series === undefined || isOwn ? underlying : series.symbol;
  const width = RESOLUTIONS.find((each) => each.name === resolution.value)!;
  const { list, add } = useCandles(kind, name, width);
  useLive(kind, underlying, series, add);
  const told = chartText(list.value, name, isPercent);
  return (
    <div class={css['view']}>
      <div class={css['bar']}>
        <Segmented
          label="What is drawn"
          options={series === undefined ? KINDS.filter(([of]) => OF_UNDERLYING.has(of)) : KINDS}
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
        <Chart key={`${kind} ${name} ${resolution.value}`} candles={list} isPercent={isPercent} />
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
