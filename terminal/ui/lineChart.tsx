import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { isLight } from '../store/settings.ts';
import css from './lineChart.module.css';

/** A token of `tokens.css`, without its dashes. */
export type Colour =
  'accent' | 'up' | 'down' | 'warn' | 'text' | 'text-2' | 'text-3' | 'violet' | 'teal' | 'rose';

export interface Line {
  readonly label: string;
  readonly colour: Colour;
  /** Of its line, in pixels; 0 for none. */
  readonly width?: number;
  readonly dash?: readonly number[];
  /** Fills down to this line, by its place among the lines. */
  readonly bandTo?: number;
}

/** A line upright at a place of the x axis. */
export interface Upright {
  readonly at: number;
  readonly text: string;
  readonly colour: Colour;
  /** Its text stands at the bottom, clear of those at the top. */
  readonly isLow?: boolean;
}

export interface LineChartProps {
  /** What is seen, for those who do not see it. */
  readonly label: string;
  readonly height: number;
  /** Rising. */
  readonly xs: readonly number[];
  /** A list for each line; null where it has no value. */
  readonly ys: readonly (readonly (number | null | undefined)[])[];
  readonly lines: readonly Line[];
  readonly xText: (x: number) => string;
  readonly yText: (y: number) => string;
  /** Of the x axis. */
  readonly xLabel: string;
  readonly uprights?: readonly Upright[];
  /** What of the x axis is shown; all when left out. */
  readonly range?: readonly [number, number];
  /** Draws the line at 0, and fills what is above and below it of the first line. */
  readonly zero?: boolean;
  /** The y axis spans so much at least: what hardly moves is drawn flat. */
  readonly leastSpan?: number;
}

const FONT = '11px system-ui, sans-serif';
const AXIS_WIDTH = 64;
/** Half of the last text of the x axis stands beyond it. */
const EDGE = 30;
const CHARACTER_WIDTH = 7;
/** Axes grow by so much, not with every digit. */
const WIDTH_STEP = 16;
const BAND_ALPHA = '33';

const colourOf = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

function drawUprights(plot: uPlot, uprights: readonly Upright[]): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
  for (const { at, text, colour, isLow = false } of uprights) {
    const x = Math.round(plot.valToPos(at, 'x', true));
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.strokeStyle = colourOf(colour);
    ctx.fillStyle = colourOf(colour);
    ctx.setLineDash([4, 4]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    const isRight = x > bbox.left + bbox.width * 0.8;
    ctx.textAlign = isRight ? 'right' : 'left';
    const y = isLow
      ? bbox.top + bbox.height - 6 * devicePixelRatio
      : bbox.top + 12 * devicePixelRatio;
    ctx.fillText(text, x + (isRight ? -5 : 5) * devicePixelRatio, y);
  }
  ctx.restore();
}

function drawZero(plot: uPlot): void {
  const { ctx, bbox } = plot;
  const y = Math.round(plot.valToPos(0, 'y', true));
  if (y < bbox.top || y > bbox.top + bbox.height) return;
  ctx.save();
  ctx.strokeStyle = colourOf('line-strong');
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.restore();
}

/** Green above 0 and red below, as a payoff is read. */
function gainFill(plot: uPlot): CanvasGradient | string {
  const { top, height } = plot.bbox;
  const zero = plot.valToPos(0, 'y', true);
  const share = Math.min(Math.max((zero - top) / height, 0), 1);
  if (!Number.isFinite(share)) return 'transparent';
  const fill = plot.ctx.createLinearGradient(0, top, 0, top + height);
  fill.addColorStop(0, `${colourOf('up')}${BAND_ALPHA}`);
  fill.addColorStop(share, `${colourOf('up')}11`);
  fill.addColorStop(share, `${colourOf('down')}11`);
  fill.addColorStop(1, `${colourOf('down')}${BAND_ALPHA}`);
  return fill;
}

function axis(values: (value: number) => string, size: uPlot.Axis.Size): uPlot.Axis {
  return {
    ...{ font: FONT, size, gap: 6 },
    stroke: () => colourOf('text-3'),
    grid: { stroke: () => colourOf('line'), width: 1 },
    ticks: { show: false },
    values: (_, splits) => splits.map(values),
  };
}

function optionsOf(props: LineChartProps, width: number, current: () => LineChartProps) {
  const { lines, height, zero = false } = props;
  const series: uPlot.Series[] = lines.map(
    ({ label, colour, width: lineWidth = 1.5, dash }, i) => ({
      ...{ label, width: lineWidth, spanGaps: true, points: { show: false } },
      stroke: () => colourOf(colour),
      ...(dash === undefined ? {} : { dash: [...dash] }),
      ...(zero && i === 0 ? { fill: gainFill, fillTo: () => 0 } : {}),
      value: (_, y: number | null) => (y === null ? '–' : current().yText(y)),
    }),
  );
  const bands = lines.flatMap(({ bandTo, colour }, i): uPlot.Band[] =>
    bandTo === undefined
      ? []
      : [{ series: [i + 1, bandTo + 1], fill: () => `${colourOf(colour)}${BAND_ALPHA}` }],
  );
  const options: uPlot.Options = {
    ...{ width, height, bands, padding: [10, EDGE, 0, 0] },
    scales: {
      x: { time: false, range: (_, min, max) => rangeOf(current(), min, max) },
      y: { range: (_, min, max) => spanOf(current(), min, max) },
    },
    series: [
      {
        label: props.xLabel,
        value: (_, x: number | null) => (x === null ? '' : current().xText(x)),
      },
      ...series,
    ],
    axes: [axis((x) => current().xText(x), 26), axis((y) => current().yText(y), widthOf)],
    legend: { live: true },
    cursor: { y: false, drag: { x: false, y: false } },
    hooks: {
      draw: [
        (plot) => {
          if (zero) drawZero(plot);
          drawUprights(plot, current().uprights ?? []);
        },
      ],
    },
  };
  return options;
}

/** Where one point is all there is, the axis has still a width. */
function rangeOf({ range }: LineChartProps, min: number, max: number): [number, number] {
  if (range !== undefined) return [...range];
  return min === max ? [min - 1, max + 1] : [min, max];
}

/** As uPlot would have it, over what is drawn and the least that is to be seen. */
function spanOf({ leastSpan = 0 }: LineChartProps, min: number | null, max: number | null) {
  if (min === null || max === null) return [null, null] as uPlot.Range.MinMax;
  const missing = Math.max(leastSpan - (max - min), 0) / 2;
  return uPlot.rangeNum(min - missing, max + missing, 0.1, true);
}

/** Wide enough for its longest text. */
function widthOf(_: uPlot, values: readonly string[] | null): number {
  const longest = Math.max(0, ...(values ?? []).map((text) => text.length));
  return Math.max(AXIS_WIDTH, WIDTH_STEP * Math.ceil((CHARACTER_WIDTH * longest) / WIDTH_STEP));
}

const dataOf = ({ xs, ys }: LineChartProps) =>
  [[...xs], ...ys.map((list) => [...list])] as uPlot.AlignedData;

/** Lines over an axis of numbers. As wide as its room; the values at the pointer stand below. */
export function LineChart(props: LineChartProps) {
  const room = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const shown = useRef(props);
  shown.current = props;
  const light = isLight();
  const shape = JSON.stringify([props.lines, props.height, props.zero === true, light]);
  useEffect(() => {
    const host = room.current!;
    const made = new uPlot(
      optionsOf(shown.current, host.clientWidth, () => shown.current),
      dataOf(shown.current),
      host,
    );
    plot.current = made;
    const watch = new ResizeObserver(() => {
      if (host.clientWidth > 0) made.setSize({ width: host.clientWidth, height: props.height });
    });
    watch.observe(host);
    return () => {
      watch.disconnect();
      plot.current = null;
      made.destroy();
    };
  }, [shape]);
  useEffect(() => plot.current?.setData(dataOf(props)), [props.xs, props.ys, props.uprights]);
  return <div ref={room} class={css['chart']} role="img" aria-label={props.label} />;
}
