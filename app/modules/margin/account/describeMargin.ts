import { MarginMode } from '../../../../proto/gen/tenor.accounts.v1.ts';
import { MeasureKind } from '../../../../proto/gen/tenor.margin.v1.ts';
import type {
  ExpiryMargin,
  ExpiryRisk,
  Margin,
  Measure,
  UnderlyingRisk,
} from '../../../../proto/gen/tenor.margin.v1.ts';
import { VolatilityShock } from '../../../../proto/gen/tenor.margin.v1.ts';
import type { AccountMargin, JudgedPortfolio, JudgedStandard } from './accountMargin.ts';
import type {
  StandardMargin,
  UnderlyingScenarios,
  VolatilityShock as CoreShock,
  WorstMeasure,
} from '../core/index.ts';
import type { ExpiryKey } from '../inputs/legs.ts';

const PPM = 1e6;
const INT64_MAX = (1n << 63n) - 1n;

/** Parts can be larger than any amount that exists: they are capped, not refused. */
export function capped(uusd: bigint): bigint {
  return uusd > INT64_MAX ? INT64_MAX : uusd < -INT64_MAX ? -INT64_MAX : uusd;
}

/** Requirements in whole uusd, rounded up like the totals they are part of. */
const up = (uusd: number) => capped(BigInt(Math.ceil(uusd)));
/** Credits and losses, rounded down. */
const down = (uusd: number) => capped(BigInt(Math.floor(uusd)));

/** The core's result as the message that people and programs read. */
export function describeMargin(judged: AccountMargin): Margin {
  const { margin, cashUusd, isDegraded, mode, quotesReservedUusd } = judged;
  const { markToMarketUusd, initialMarginUusd, maintenanceMarginUusd } = margin;
  const common = {
    ...{ cashUusd, markToMarketUusd, mode },
    initialUusd: initialMarginUusd,
    maintenanceUusd: maintenanceMarginUusd,
    degraded: isDegraded,
    quotesReservedUusd,
    covered: [],
  };
  if (judged.mode === MarginMode.MARGIN_MODE_STANDARD) {
    const { initialRequirementUusd, maintenanceRequirementUusd } = judged.margin;
    const required = { initialRequirementUusd, maintenanceRequirementUusd };
    return { ...common, ...required, expiries: describeExpiries(judged), underlyings: [] };
  }
  return {
    ...common,
    initialRequirementUusd: markToMarketUusd - initialMarginUusd,
    maintenanceRequirementUusd: markToMarketUusd - maintenanceMarginUusd,
    expiries: [],
    underlyings: describeRisks(judged),
  };
}

function describeExpiries({ margin, legs }: JudgedStandard): ExpiryMargin[] {
  return margin.underlyings.flatMap(({ expiries }, u) =>
    expiries.map((part, e) => describeExpiry(part, legs[u]![e]!)),
  );
}

type CoreExpiry = StandardMargin['underlyings'][number]['expiries'][number];

function describeExpiry({ initial, maintenance }: CoreExpiry, key: ExpiryKey): ExpiryMargin {
  const worst = maintenance.jointMaximumLoss ?? maintenance.maximumLoss;
  return {
    underlyingId: key.underlyingId,
    expirySeconds: key.expirySeconds,
    initialUusd: up(initial.requirement),
    maintenanceUusd: up(maintenance.requirement),
    sumInitialUusd: up(initial.sum),
    sumMaintenanceUusd: up(maintenance.sum),
    maxLossInitialUusd: up(initial.maximumLoss.total),
    maxLossMaintenanceUusd: up(maintenance.maximumLoss.total),
    worstPriceUusd: BigInt(Math.round(worst.worstPrice * 1e6)),
  };
}

const SHOCKS: Readonly<Record<CoreShock, VolatilityShock>> = {
  same: VolatilityShock.VOLATILITY_SHOCK_SAME,
  up: VolatilityShock.VOLATILITY_SHOCK_UP,
  down: VolatilityShock.VOLATILITY_SHOCK_DOWN,
  skewLinear: VolatilityShock.VOLATILITY_SHOCK_SKEW_LINEAR,
  skewAbsolute: VolatilityShock.VOLATILITY_SHOCK_SKEW_ABSOLUTE,
};

const MEASURES: Readonly<Record<WorstMeasure['kind'], MeasureKind>> = {
  none: MeasureKind.MEASURE_KIND_NONE,
  scenario: MeasureKind.MEASURE_KIND_SCENARIO,
  basis: MeasureKind.MEASURE_KIND_BASIS,
  term: MeasureKind.MEASURE_KIND_TERM,
};

function measureOf(measure: WorstMeasure): Measure {
  return {
    kind: MEASURES[measure.kind],
    scenario: measure.kind === 'scenario' ? measure.scenario : 0,
  };
}

function describeRisks({ margin, input, legs }: JudgedPortfolio): UnderlyingRisk[] {
  return margin.underlyings.map((risk, u) => {
    const { scenarios } = input.underlyings[u]!.params!;
    return {
      underlyingId: legs[u]![0]!.underlyingId,
      worstUusd: down(risk.worst),
      worstMeasure: measureOf(risk.worstMeasure),
      initialRiskUusd: down(risk.initialRisk),
      initialMeasure: measureOf(risk.initialMeasure),
      maintenanceFactorPpm: Math.round(risk.maintenanceFactor * PPM),
      maintenanceContingencyUusd: up(risk.maintenanceContingency),
      initialContingencyUusd: up(risk.initialContingency),
      basisUusd: down(risk.basis),
      termUusd: down(risk.term),
      scenarios: risk.scenarioPnl.map((pnl, s) => ({
        indexShockPpm: Math.round(scenarios[s]!.indexShock * PPM),
        volatility: SHOCKS[scenarios[s]!.volatility],
        pnlUusd: down(pnl),
      })),
      expiries: risk.expiries.map((part, e) => describeExpiryRisk(part, risk, legs[u]![e]!)),
    };
  });
}

function describeExpiryRisk(
  part: UnderlyingScenarios['expiries'][number],
  { worstMeasure }: UnderlyingScenarios,
  { expirySeconds }: ExpiryKey,
): ExpiryRisk {
  const partOf = (measure: WorstMeasure): number => {
    switch (measure.kind) {
      case 'scenario':
        return part.scenarioPnl[measure.scenario]!;
      case 'basis':
      case 'term':
        return part[measure.kind];
      case 'none':
        return 0;
    }
  };
  return {
    expirySeconds,
    optionsValueUusd: down(part.optionsValue),
    basisUusd: down(part.basis),
    termUusd: down(part.term),
    worstPnlUusd: down(partOf(worstMeasure)),
  };
}
