import { useSignal } from '@preact/signals';
import type { Signal } from '@preact/signals';
import { account } from '../../store/account.ts';
import type { Series } from '../../store/markets.ts';
import { OrderRows } from './orderRows.tsx';
import { PositionRows } from './positionRows.tsx';
import { TradeRows } from './tradeRows.tsx';
import { ChartView } from './chartView.tsx';
import css from './dock.module.css';

type View = 'chart' | 'trades' | 'positions' | 'orders';

interface TabProps {
  readonly view: Signal<View>;
  readonly name: View;
  readonly text: string;
  readonly count?: number;
}

function Tab({ view, name, text, count = 0 }: TabProps) {
  return (
    <button
      type="button"
      role="tab"
      id={`dock-${name}`}
      aria-selected={view.value === name}
      aria-controls="dock"
      onClick={() => (view.value = name)}
    >
      {text}
      {count > 0 ? <small>{count}</small> : null}
    </button>
  );
}

interface DockProps {
  readonly underlying: string;
  readonly series: Series | undefined;
}

/** Under the chain: the chosen series in time, and what is one's own. */
export function Dock({ underlying, series }: DockProps) {
  const view = useSignal<View>('chart');
  const countOf = (what: 'positions' | 'orders') => Object.keys(account.value?.[what] ?? {}).length;
  return (
    <section class={css['dock']} aria-label="Series and account">
      <div class={css['tabs']} role="tablist" aria-label="What is shown">
        <Tab view={view} name="chart" text="Chart" />
        <Tab view={view} name="trades" text="Trades" />
        <Tab view={view} name="positions" text="Positions" count={countOf('positions')} />
        <Tab view={view} name="orders" text="Orders" count={countOf('orders')} />
      </div>
      <div
        id="dock"
        class={css['body']}
        role="tabpanel"
        aria-labelledby={`dock-${view.value}`}
        tabIndex={0}
      >
        {view.value === 'chart' ? <ChartView underlying={underlying} series={series} /> : null}
        {view.value === 'trades' ? <TradeRows symbol={series?.symbol ?? underlying} /> : null}
        {view.value === 'positions' ? <PositionRows underlying={underlying} /> : null}
        {view.value === 'orders' ? <OrderRows /> : null}
      </div>
    </section>
  );
}
