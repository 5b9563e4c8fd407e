import { legGreeks, outcomes, sumGreeks } from '../../core/index.ts';
import type { Leg } from '../../core/index.ts';
import { decimal, NONE } from '../../format/amounts.ts';
import { Fact, Facts } from '../../ui/facts.tsx';
import { Panel } from '../../ui/panel.tsx';
import css from './builderPage.module.css';

const bounded = (value: number | null, sign: string) =>
  value === null ? 'unlimited' : `${sign}${decimal(value, 2)}`;

/** What the legs cost, what they can come to, and how they move with the market. */
export function OutcomePanel({ legs }: { legs: readonly Leg[] }) {
  const found = outcomes(legs);
  if (found === undefined) return null;
  const { cost, maxProfit, maxLoss, breakEvens, isExact } = found;
  const greeks = sumGreeks(legs.map((leg) => legGreeks(leg, leg.market)));
  const about = isExact ? '' : '≈ ';
  return (
    <Panel title="What it comes to">
      <div class={css['room']}>
        <Facts>
          <Fact name={cost >= 0 ? 'You pay' : 'You receive'}>{decimal(Math.abs(cost), 2)}</Fact>
          <Fact name="Most to win" tone="up">
            {about}
            {bounded(maxProfit, '+')}
          </Fact>
          <Fact name="Most to lose" tone="down">
            {about}
            {bounded(maxLoss, '−')}
          </Fact>
          <Fact name="Break-even">
            {breakEvens.length === 0
              ? NONE
              : breakEvens.map((price) => decimal(price, 0)).join(' · ')}
          </Fact>
        </Facts>
        <Facts>
          <Fact name="Delta" title="In the underlying">
            {decimal(greeks.delta, 3)}
          </Fact>
          <Fact name="Gamma" title="Delta for a dollar of the index">
            {decimal(greeks.gamma, 6)}
          </Fact>
          <Fact name="Vega" title="USD for a point of volatility">
            {decimal(greeks.vega, 2)}
          </Fact>
          <Fact name="Theta" title="USD a day">
            {decimal(greeks.theta, 2)}
          </Fact>
        </Facts>
        {isExact ? null : (
          <p class={css['note']}>
            At the first expiry, with the later legs at their volatilities of now.
          </p>
        )}
      </div>
    </Panel>
  );
}
