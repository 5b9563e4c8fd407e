import { useMemo } from 'preact/hooks';
import uPlot from 'uplot';
import { expiryTextAt } from '../../format/expiryText.ts';
import { percent } from '../../format/amounts.ts';
import { LineChart } from '../../ui/lineChart.tsx';
import type { Colour, Line } from '../../ui/lineChart.tsx';
import type { Feed, Smile } from './surfaceData.ts';

const COLOURS: readonly Colour[] = ['accent', 'teal', 'violet', 'warn', 'rose', 'text-2'];
const PPM = 1_000_000;

interface SmileChartProps {
  readonly smiles: readonly Smile[];
  readonly feeds: readonly Feed[];
  /** Whose dispersion is shown, in Unix seconds as a text. */
  readonly chosen: string;
}

/** Strike over forward, less one, rising with the strike. */
const movesOf = ({ moneyness }: Smile) => moneyness.map((k) => Math.expm1(k));

/** Volatility by strike, a line an expiry; around the chosen one what validators differ by. */
export function SmileChart({ smiles, feeds, chosen }: SmileChartProps) {
  const dispersion =
    feeds.find(({ kind, expirySeconds }) => kind === 'surface' && expirySeconds === chosen)
      ?.dispersionPpm ?? 0;
  const { xs, ys, lines } = useMemo(() => {
    const tables = smiles.map((smile): [number[], number[]] => [movesOf(smile), [...smile.vols]]);
    const at = smiles.findIndex(({ expirySeconds }) => expirySeconds === chosen);
    const banded = smiles[at];
    const drawn: Line[] = smiles.map(({ expirySeconds }, i) => ({
      label: expiryTextAt(expirySeconds),
      colour: COLOURS[i % COLOURS.length]!,
      width: i === at ? 2.5 : 1,
    }));
    if (banded !== undefined) {
      const colour = COLOURS[at % COLOURS.length]!;
      for (const share of [1 + dispersion / PPM, 1 - dispersion / PPM]) {
        tables.push([movesOf(banded), banded.vols.map((vol) => vol * share)]);
      }
      const high = drawn.length;
      drawn.push({ label: 'Band, high', colour, width: 0, bandTo: high + 1 });
      drawn.push({ label: 'Band, low', colour, width: 0 });
    }
    const joined = tables.length === 0 ? [[]] : uPlot.join(tables);
    const [x = [], ...values] = joined;
    return { xs: x as number[], ys: values as (number | null)[][], lines: drawn };
  }, [smiles, chosen, dispersion]);
  return (
    <LineChart
      range={rangeOf(smiles.find(({ expirySeconds }) => expirySeconds === chosen))}
      label={`Volatility smiles; ${smiles.length} expiries`}
      height={340}
      xLabel="Strike"
      {...{ xs, ys, lines }}
      xText={(x) => `${x > 0 ? '+' : ''}${percent(x, 1)}`}
      yText={(y) => percent(y, 1)}
      uprights={FORWARD}
      leastSpan={LEAST_SPAN}
    />
  );
}

/** As far as the chosen expiry goes, and a little on. */
function rangeOf(smile: Smile | undefined): readonly [number, number] {
  const moves = smile === undefined ? [] : movesOf(smile);
  return [1.2 * Math.min(-0.02, ...moves), 1.2 * Math.max(0.02, ...moves)];
}

/** Of volatility: a smile that is flat is drawn flat, and not between nothing and twice it. */
const LEAST_SPAN = 0.1;
const FORWARD = [{ at: 0, text: 'forward', colour: 'text-3' }] as const;
