import { MeasureKind, VolatilityShock } from '../../../proto/gen/tenor.margin.v1.ts';
import type { Measure, ScenarioPnl, UnderlyingRisk } from '../../../proto/gen/tenor.margin.v1.ts';
import { formatExpiry } from '../../../app/modules/options/core/index.ts';
import { formatUsd } from '../../amounts.ts';
import type { Output, Text } from '../../output/output.ts';

const right = (title: string) => ({ title, align: 'right' as const });

const VOLATILITIES: Readonly<Record<VolatilityShock, string>> = {
  [VolatilityShock.VOLATILITY_SHOCK_SAME]: 'vol same',
  [VolatilityShock.VOLATILITY_SHOCK_UP]: 'vol up',
  [VolatilityShock.VOLATILITY_SHOCK_DOWN]: 'vol down',
  [VolatilityShock.VOLATILITY_SHOCK_SKEW_LINEAR]: 'skew',
  [VolatilityShock.VOLATILITY_SHOCK_SKEW_ABSOLUTE]: 'smile',
};

/** `index −18%, vol up`. */
function nameOf({ indexShockPpm, volatility }: ScenarioPnl): string {
  const percent = Math.abs(indexShockPpm) / 10_000;
  const sign = indexShockPpm < 0 ? '−' : '+';
  const index = indexShockPpm === 0 ? 'index same' : `index ${sign}${percent}%`;
  return `${index}, ${VOLATILITIES[volatility]}`;
}

function measureName({ kind, scenario }: Measure | undefined = none, risk: UnderlyingRisk): string {
  switch (kind) {
    case MeasureKind.MEASURE_KIND_SCENARIO:
      return nameOf(risk.scenarios[scenario]!);
    case MeasureKind.MEASURE_KIND_BASIS:
      return 'expiries moving apart';
    case MeasureKind.MEASURE_KIND_TERM:
      return 'volatilities moving apart';
    case MeasureKind.MEASURE_KIND_NONE:
      return 'nothing loses';
  }
}

const none: Measure = { kind: MeasureKind.MEASURE_KIND_NONE, scenario: 0 };

const symbolOf = ({ underlyingId }: UnderlyingRisk, names: ReadonlyMap<number, string>): string =>
  names.get(underlyingId) ?? String(underlyingId);

/** What an underlying adds to a portfolio margin: its worst scenario, and each expiry in it. */
export function describeRisk(
  risk: UnderlyingRisk,
  names: ReadonlyMap<number, string>,
  out: Output,
): Text {
  const name = symbolOf(risk, names);
  const fields = out.fields([
    [
      `worst of ${name}`,
      `${formatUsd(risk.worstUusd)} USD: ${measureName(risk.worstMeasure, risk)}`,
    ],
    ['of which maintenance counts', `${risk.maintenanceFactorPpm / 10_000}%`],
    ['with open orders', `${formatUsd(risk.initialRiskUusd)} USD`],
    ['contingencies, maintenance', `${formatUsd(risk.maintenanceContingencyUusd)} USD`],
    ['contingencies, initial', `${formatUsd(risk.initialContingencyUusd)} USD`],
  ]);
  const rows = risk.expiries.map((expiry) => [
    `${name}-${formatExpiry(expiry.expirySeconds)}`,
    formatUsd(expiry.optionsValueUusd),
    formatUsd(expiry.worstPnlUusd),
    formatUsd(expiry.basisUusd),
    formatUsd(expiry.termUusd),
  ]);
  const columns = ['VALUE', 'IN THE WORST', 'BASIS', 'TERM'].map(right);
  return [fields, '', out.table([{ title: 'EXPIRY' }, ...columns], rows)];
}

/** All measures of an underlying; the worst is marked. */
export function scenarioTable(
  risk: UnderlyingRisk,
  names: ReadonlyMap<number, string>,
  out: Output,
): Text {
  const { kind, scenario } = risk.worstMeasure ?? none;
  const isScenario = kind === MeasureKind.MEASURE_KIND_SCENARIO;
  const mark = (isWorst: boolean) => (isWorst ? '◀ worst' : '');
  const rows = risk.scenarios.map((one, i) => [
    nameOf(one),
    out.signed(one.pnlUusd, formatUsd(one.pnlUusd)),
    mark(isScenario && i === scenario),
  ]);
  rows.push(
    ['basis', formatUsd(risk.basisUusd), mark(kind === MeasureKind.MEASURE_KIND_BASIS)],
    ['term', formatUsd(risk.termUusd), mark(kind === MeasureKind.MEASURE_KIND_TERM)],
  );
  const title = `${symbolOf(risk, names)} SCENARIO`;
  return out.table([{ title }, right('PROFIT USD'), { title: '' }], rows);
}
