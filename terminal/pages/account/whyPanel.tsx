import { useMemo } from 'preact/hooks';
import { replayExplained } from '../../../app/modules/margin/core/replayExplained.ts';
import { MarginMode } from '../../../proto/gen/tenor.accounts.v1.ts';
import { MeasureKind } from '../../../proto/gen/tenor.margin.v1.ts';
import type {
  CoveredExpiry,
  ExpiryMargin,
  Explanation,
  Margin,
  UnderlyingRisk,
} from '../../../proto/gen/tenor.margin.v1.ts';
import { SHOCK_NAMES } from '../../core/index.ts';
import { percent, signedUsd, usd } from '../../format/amounts.ts';
import { expiryTextAt } from '../../format/expiryText.ts';
import { Badge } from '../../ui/badge.tsx';
import { Panel } from '../../ui/panel.tsx';
import css from './accountPage.module.css';
import type { Explained } from './explanation.ts';
import { OfBlock } from './ofBlock.tsx';
import { useUnderlyingNames } from './underlyingNames.ts';

const PPM = 1_000_000;

/** One number, and where it comes from. */
export interface Reason {
  readonly name: string;
  readonly value: string;
  readonly because: string;
}

function standardReason(name: string, one: ExpiryMargin): Reason {
  const { sumMaintenanceUusd, maxLossMaintenanceUusd, maintenanceUusd, worstPriceUusd } = one;
  const isSum = maintenanceUusd === sumMaintenanceUusd;
  return {
    name: `${name} ${expiryTextAt(String(one.expirySeconds))}`,
    value: usd(maintenanceUusd),
    because: isSum
      ? `leg by leg; the most it could lose is ${usd(maxLossMaintenanceUusd)}, which is no less`
      : `the most it can lose, at ${usd(worstPriceUusd, 0)}; leg by leg ${usd(sumMaintenanceUusd)}`,
  };
}

function worstOf({ worstMeasure, scenarios }: UnderlyingRisk): string {
  const kind = worstMeasure?.kind ?? MeasureKind.MEASURE_KIND_NONE;
  if (kind === MeasureKind.MEASURE_KIND_NONE) return 'no scenario loses';
  if (kind === MeasureKind.MEASURE_KIND_BASIS) return 'forwards part from the index';
  if (kind === MeasureKind.MEASURE_KIND_TERM) return 'volatilities of expiries part';
  const scenario = scenarios[worstMeasure?.scenario ?? 0];
  if (scenario === undefined) return 'a scenario';
  const move = scenario.indexShockPpm / PPM;
  return `index ${move > 0 ? '+' : ''}${percent(move, 1)}, ${SHOCK_NAMES[scenario.volatility]}`;
}

function portfolioReasons(name: string, risk: UnderlyingRisk): Reason[] {
  const share = percent(risk.maintenanceFactorPpm / PPM, 0);
  return [
    {
      name: `${name}: worst scenario`,
      value: signedUsd(risk.worstUusd),
      because: `${worstOf(risk)}; maintenance counts ${share} of it`,
    },
    {
      name: `${name}: contingencies`,
      value: usd(risk.maintenanceContingencyUusd),
      because: 'for naked shorts and futures, a share of their notional',
    },
  ];
}

const coveredReason = (name: string, one: CoveredExpiry): Reason => ({
  name: `${name} ${expiryTextAt(String(one.expirySeconds))}`,
  value: usd(one.heldUusd),
  because: `the most it can lose at settlement, at ${usd(one.heldPriceUusd, 0)}`,
});

/** Where each number of a margin comes from, by the rules of its mode. */
export function reasonsOf(margin: Margin, nameOf: (id: number) => string): Reason[] {
  const { mode, cashUusd, markToMarketUusd } = margin;
  const parts =
    mode === MarginMode.MARGIN_MODE_COVERED
      ? margin.covered.map((one) => coveredReason(nameOf(one.underlyingId), one))
      : mode === MarginMode.MARGIN_MODE_PORTFOLIO
        ? margin.underlyings.flatMap((one) => portfolioReasons(nameOf(one.underlyingId), one))
        : margin.expiries.map((one) => standardReason(nameOf(one.underlyingId), one));
  const quotes: Reason[] =
    margin.quotesReservedUusd === 0n
      ? []
      : [
          {
            name: 'Quotes',
            value: usd(margin.quotesReservedUusd),
            because: 'what groups of quotes may still come to, of the initial margin',
          },
        ];
  return [
    { name: 'Cash', value: usd(cashUusd), because: 'deposits, premiums, fees, settlements' },
    {
      name: 'Marked value',
      value: usd(markToMarketUusd),
      because: `cash and ${signedUsd(markToMarketUusd - cashUusd)} of options at their marks`,
    },
    ...parts,
    ...quotes,
    {
      name: 'Maintenance margin',
      value: usd(margin.maintenanceUusd),
      because: `above liquidation, after requirements of ${usd(margin.maintenanceRequirementUusd)}`,
    },
    {
      name: 'Initial margin',
      value: usd(margin.initialUusd),
      because:
        `free for new risk, after requirements of ${usd(margin.initialRequirementUusd)}, ` +
        'open orders at their worse side included',
    },
  ];
}

/** Whether this page comes to the same numbers from the same inputs. */
function isReplayed(explanation: Explanation): boolean {
  const { margin } = explanation;
  if (margin === undefined) return false;
  const replayed = replayExplained(explanation);
  return (
    replayed.maintenanceMarginUusd === margin.maintenanceUusd &&
    replayed.initialMarginUusd === margin.initialUusd
  );
}

/** Why the margin is what it is, computed again here from what the node says it was made of. */
export function WhyPanel({ explained }: { explained: Explained | null }) {
  const explanation = explained?.explanation;
  const nameOf = useUnderlyingNames();
  const margin = explanation?.margin;
  const isSame = useMemo(
    () =>
      explanation?.margin !== undefined &&
      explanation.margin.mode !== MarginMode.MARGIN_MODE_COVERED &&
      isReplayed(explanation),
    [explanation],
  );
  if (margin === undefined) return null;
  return (
    <Panel
      title="Why"
      tools={
        <span class={css['headTools']}>
          <OfBlock explained={explained} />
          {isSame ? <Badge status="good">computed again here: the same</Badge> : null}
        </span>
      }
    >
      <ul class={css['reasons']}>
        {reasonsOf(margin, nameOf).map(({ name, value, because }) => (
          <li key={name}>
            <span>{name}</span>
            <b>{value}</b>
            <small>{because}</small>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
