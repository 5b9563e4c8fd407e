import { CandlestickSeries, ColorType, createChart } from 'lightweight-charts';
import type { IChartApi, ISeriesApi, UTCTimestamp } from 'lightweight-charts';
import type { Candle } from '../../format/candles.ts';
import { clockTime } from '../../format/times.ts';
import type { Zone } from '../../format/times.ts';

const token = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const PERCENT = {
  type: 'custom',
  minMove: 0.01,
  formatter: (value: number) => `${value.toFixed(2)}%`,
} as const;

/** A candle chart that looks as the tokens say. */
export class PriceChart {
  readonly #chart: IChartApi;
  readonly #series: ISeriesApi<'Candlestick'>;
  #shown: readonly Candle[] = [];

  /** @param isPercent of a volatility, else dollars */
  constructor(place: HTMLElement, isPercent: boolean) {
    this.#chart = createChart(place, {
      autoSize: true,
      layout: { attributionLogo: false, fontSize: 11 },
      rightPriceScale: { borderVisible: false },
      timeScale: { borderVisible: false, timeVisible: true, secondsVisible: true, rightOffset: 8 },
    });
    this.#series = this.#chart.addSeries(CandlestickSeries, {
      priceFormat: isPercent ? PERCENT : { type: 'price' },
    });
  }

  /** Colours, and the clock of the axis. */
  setLook(_isLight: boolean, zone: Zone): void {
    const [up, down, line, text] = ['--up', '--down', '--line', '--text-3'].map(token);
    const shown = (seconds: unknown) => clockTime(1_000 * Number(seconds), zone);
    this.#chart.applyOptions({
      layout: {
        background: { type: ColorType.Solid, color: token('--surface') },
        textColor: text!,
        fontFamily: token('--font'),
      },
      grid: { vertLines: { color: line! }, horzLines: { color: line! } },
      localization: { timeFormatter: shown },
      timeScale: { tickMarkFormatter: shown },
    });
    const colours = { upColor: up!, downColor: down!, wickUpColor: up!, wickDownColor: down! };
    this.#series.applyOptions({ ...colours, borderVisible: false });
  }

  /** Only what is new is drawn anew. */
  setCandles(candles: readonly Candle[]): void {
    const last = candles.at(-1);
    const lastShown = this.#shown.at(-1);
    const grew = candles.length - this.#shown.length;
    const isNext = candles[0]?.time === this.#shown[0]?.time && (grew === 0 || grew === 1);
    if (last !== undefined && lastShown !== undefined && isNext) {
      this.#series.update({ ...last, time: last.time as UTCTimestamp });
    } else {
      this.#series.setData(candles.map((each) => ({ ...each, time: each.time as UTCTimestamp })));
    }
    this.#shown = candles;
  }

  remove(): void {
    this.#chart.remove();
  }
}
