import { useMemo } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import { chartPrices, firstExpiry, outcomes, profitAt } from '../../core/index.ts';
import type { Leg } from '../../core/index.ts';
import { decimal } from '../../format/amounts.ts';
import { moment, timeLeft } from '../../format/times.ts';
import { timeZone } from '../../store/settings.ts';
import { LineChart } from '../../ui/lineChart.tsx';
import type { Line, Upright } from '../../ui/lineChart.tsx';
import { Panel } from '../../ui/panel.tsx';
import css from './builderPage.module.css';

const STEPS = 160;
const PERMILLE = 1_000;
const LINES: readonly Line[] = [
  { label: 'At expiry', colour: 'accent', width: 2 },
  { label: 'On the date', colour: 'warn', dash: [5, 4] },
  { label: 'Now', colour: 'text' },
];

/** Profit over the index: at the first expiry, on a date in between, and now. */
export function PayoffPanel({ legs }: { legs: readonly Leg[] }) {
  const share = useSignal(PERMILLE / 2);
  const now = legs[0]?.market.seconds ?? 0;
  const index = legs[0]?.market.index ?? 0;
  const end = firstExpiry(legs) ?? now;
  const date = now + ((end - now) * share.value) / PERMILLE;
  const { xs, ys, uprights } = useMemo(() => {
    const prices = chartPrices(legs, STEPS);
    const marks: Upright[] = [{ at: index, text: 'index', colour: 'text-3' }];
    for (const at of outcomes(legs)?.breakEvens ?? []) {
      marks.push({ at, text: decimal(at, 0), colour: 'warn', isLow: true });
    }
    return {
      xs: prices,
      ys: [end, date, now].map((seconds) => profitAt(legs, seconds, prices)),
      uprights: marks,
    };
  }, [legs, date]);
  return (
    <Panel title="Profit and loss">
      <LineChart
        label="Profit over the index: at expiry, on the chosen date, and now"
        height={330}
        xLabel="Index"
        {...{ xs, ys, uprights, lines: LINES, zero: true }}
        xText={(x) => decimal(x, 0)}
        yText={(y) => decimal(y, 0)}
      />
      <label class={css['date']}>
        <span>Date</span>
        <input
          type="range"
          min={0}
          max={PERMILLE}
          value={share.value}
          onInput={(event) => (share.value = Number(event.currentTarget.value))}
        />
        <output>
          {moment(1_000 * date, timeZone.value)} ({timeLeft(1_000 * (date - now))} from now)
        </output>
      </label>
    </Panel>
  );
}
