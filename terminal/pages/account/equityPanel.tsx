import { useEffect, useMemo } from 'preact/hooks';
import { signal } from '@preact/signals';
import { decimal } from '../../format/amounts.ts';
import { clockTime } from '../../format/times.ts';
import { usePolled } from '../../store/polled.ts';
import { timeZone } from '../../store/settings.ts';
import { block } from '../../store/streams.ts';
import { Empty } from '../../ui/empty.tsx';
import { LineChart } from '../../ui/lineChart.tsx';
import type { Line } from '../../ui/lineChart.tsx';
import { Panel } from '../../ui/panel.tsx';

interface Pnl {
  readonly pnl: readonly { readonly timeMs: string; readonly netUusd: string }[];
}

interface Kept {
  readonly equity: readonly { readonly timeMs: string; readonly equityUusd: string }[];
}

interface Point {
  readonly ms: number;
  readonly usd: number;
}

const UUSD = 1_000_000;
const POLL_MS = 30_000;
const KEPT = 3_600;
/** A share of what it is worth: the curve of an account that hardly moves is flat. */
const LEAST_SPAN = 0.001;
const HEIGHT = 190;

/** The marked value with each block since the page was opened. */
const watched = signal<{ readonly of: string; readonly points: readonly Point[] }>({
  of: '',
  points: [],
});

const LIVE: readonly Line[] = [{ label: 'Marked value', colour: 'accent' }];
const EARNED: readonly Line[] = [{ label: 'Earned in sum', colour: 'accent' }];

/** Results by hour, added up; null where the node keeps no history. */
function useEarned(of: string): readonly Point[] | null {
  const path = `/tenor/v1/history/accounts/${of}/pnl?by=hour`;
  const { answer } = usePolled<Pnl>(path, POLL_MS).value;
  return useMemo(() => {
    if (answer === null) return null;
    let sum = 0;
    return answer.pnl.map(({ timeMs, netUusd }) => {
      sum += Number(netUusd) / UUSD;
      return { ms: Number(timeMs), usd: sum };
    });
  }, [answer]);
}

/** What it was worth before the page was opened, minute by minute, as far as somebody kept it. */
function useKept(of: string): readonly Point[] {
  const path = `/tenor/v1/history/accounts/${of}/equity?by=minute&limit=500`;
  const { answer } = usePolled<Kept>(path, POLL_MS).value;
  return useMemo(
    () =>
      (answer?.equity ?? []).map(({ timeMs, equityUusd }) => ({
        ...{ ms: Number(timeMs), usd: Number(equityUusd) / UUSD },
      })),
    [answer],
  );
}

function Curve({ points, lines }: { points: readonly Point[]; lines: readonly Line[] }) {
  const xs = useMemo(() => points.map(({ ms }) => ms), [points]);
  const ys = useMemo(() => [points.map(({ usd }) => usd)], [points]);
  return (
    <LineChart
      label={lines[0]!.label}
      height={HEIGHT}
      xLabel="Time"
      leastSpan={LEAST_SPAN * Math.abs(points.at(-1)?.usd ?? 0)}
      {...{ xs, ys, lines }}
      xText={(ms) => clockTime(ms, timeZone.value)}
      yText={(usd) => decimal(usd, 2)}
    />
  );
}

interface EquityPanelProps {
  /** `ADDRESS/SUBACCOUNT`. */
  readonly of: string;
  readonly markToMarketUusd: string | undefined;
}

/** How the account does: what it is worth block by block, and with a history what it earned. */
export function EquityPanel({ of, markToMarketUusd }: EquityPanelProps) {
  const earned = useEarned(of);
  const kept = useKept(of);
  const { height, timeMs } = block.value;
  useEffect(() => {
    if (markToMarketUusd === undefined || timeMs === 0) return;
    const before = watched.value.of === of ? watched.value.points : [];
    const point = { ms: timeMs, usd: Number(markToMarketUusd) / UUSD };
    if (before.at(-1)?.ms === timeMs) return;
    watched.value = { of, points: [...before, point].slice(-KEPT) };
  }, [of, height]);
  const live = watched.value.of === of ? watched.value.points : [];
  const from = live[0]?.ms ?? Infinity;
  const points = useMemo(() => [...kept.filter(({ ms }) => ms < from), ...live], [kept, live]);
  return (
    <Panel title="Equity">
      {points.length < 2 ? (
        <Empty title="A moment">The curve begins with the next blocks.</Empty>
      ) : (
        <Curve points={points} lines={LIVE} />
      )}
      {earned !== null && earned.length > 1 ? <Curve points={earned} lines={EARNED} /> : null}
    </Panel>
  );
}
