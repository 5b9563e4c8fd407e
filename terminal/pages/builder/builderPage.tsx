import { useSignal } from '@preact/signals';
import type { PageProps } from '../../pageProps.ts';
import { goTo } from '../../store/route.ts';
import { Empty } from '../../ui/empty.tsx';
import { Panel } from '../../ui/panel.tsx';
import css from './builderPage.module.css';
import { OutcomePanel } from './outcomePanel.tsx';
import { PayoffPanel } from './payoffPanel.tsx';
import { paramsOf } from './plan.ts';
import { SendPanel } from './sendPanel.tsx';
import { StrategyPanel } from './strategyPanel.tsx';
import { countOf, useStrategy } from './useStrategy.ts';
import type { Strategy } from './useStrategy.ts';

function Outlook({ legs, valued }: Strategy) {
  if (legs.length === 0) {
    return (
      <Panel title="Profit and loss">
        <Empty title="What a strategy makes">
          Its payoff today, on a day of your choice and at expiry, its break-evens and Greeks show
          here before you send it.
        </Empty>
      </Panel>
    );
  }
  if (valued.length === 0) {
    return (
      <Panel title="Profit and loss">
        <Empty title="Waiting for the price of every leg">
          Without a volatility surface or a size there is no payoff to show.
        </Empty>
      </Panel>
    );
  }
  return (
    <>
      <PayoffPanel legs={valued} />
      <OutcomePanel legs={valued} />
    </>
  );
}

/** `#/builder/BTC/BTC-27DEC26-64000-C:1/BTC-27DEC26-68000-C:-1`: a strategy that can be sent on. */
export default function BuilderPage({ params }: PageProps) {
  const [underlying = 'BTC', ...planned] = params;
  const size = useSignal('1');
  const strategy = useStrategy(underlying, planned, countOf(size.value));
  const { ended, expiries, trades } = strategy;
  if (ended !== null) return <Empty title={`No options on ${underlying}`}>{ended}</Empty>;
  if (expiries.length === 0) return <Empty title="No prices yet">They come with a block.</Empty>;
  return (
    <div class={css['page']}>
      <div class={css['column']}>
        <StrategyPanel
          {...{ underlying, strategy, size }}
          onChange={(legs) => goTo('builder', underlying, ...paramsOf(legs))}
        />
        {trades.length === 0 ? null : <SendPanel trades={trades} />}
      </div>
      <div class={css['column']}>
        <Outlook {...strategy} />
      </div>
    </div>
  );
}
