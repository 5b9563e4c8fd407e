import { MeasureKind, VolatilityShock } from '../../proto/gen/tenor.margin.v1.ts';
import type { UnderlyingRisk } from '../../proto/gen/tenor.margin.v1.ts';
import { legValue } from './legValue.ts';
import type { Leg } from './leg.ts';

/** A table for a heat map: rows of volatility, columns of the index. */
export interface ScenarioMatrix<Row> {
  /** Moves of the index as fractions, rising. */
  readonly columns: readonly number[];
  readonly rows: readonly Row[];
  /** In USD, by row and column; null where there is no such scenario. */
  readonly cells: readonly (readonly (number | null)[])[];
  /** The cell that the margin counts, if it counts one. */
  readonly worst: { readonly row: number; readonly column: number } | null;
}

const PPM = 1_000_000;
const UUSD = 1_000_000;

/** In the order in which rows are read: up, same, down, the skews. */
const ROWS = [
  VolatilityShock.VOLATILITY_SHOCK_UP,
  VolatilityShock.VOLATILITY_SHOCK_SAME,
  VolatilityShock.VOLATILITY_SHOCK_DOWN,
  VolatilityShock.VOLATILITY_SHOCK_SKEW_LINEAR,
  VolatilityShock.VOLATILITY_SHOCK_SKEW_ABSOLUTE,
] as const;

export const SHOCK_NAMES: Readonly<Record<VolatilityShock, string>> = {
  [VolatilityShock.VOLATILITY_SHOCK_UP]: 'vol up',
  [VolatilityShock.VOLATILITY_SHOCK_SAME]: 'same vol',
  [VolatilityShock.VOLATILITY_SHOCK_DOWN]: 'vol down',
  [VolatilityShock.VOLATILITY_SHOCK_SKEW_LINEAR]: 'skew',
  [VolatilityShock.VOLATILITY_SHOCK_SKEW_ABSOLUTE]: 'smile',
};

type Risk = Pick<UnderlyingRisk, 'scenarios' | 'worstMeasure'>;

/** The scenarios of a portfolio margin, as the chain judged them. */
export function scenarioMatrix({ scenarios, worstMeasure }: Risk): ScenarioMatrix<VolatilityShock> {
  const columns = [...new Set(scenarios.map((one) => one.indexShockPpm))].sort((a, b) => a - b);
  const rows = ROWS.filter((shock) => scenarios.some((one) => one.volatility === shock));
  const placeOf = (scenario: number) => ({
    row: rows.findIndex((shock) => shock === scenarios[scenario]?.volatility),
    column: columns.findIndex((ppm) => ppm === scenarios[scenario]?.indexShockPpm),
  });
  const cells: (number | null)[][] = rows.map(() => columns.map(() => null));
  scenarios.forEach(({ pnlUusd }, i) => {
    const { row, column } = placeOf(i);
    cells[row]![column] = Number(pnlUusd) / UUSD;
  });
  const isScenario = worstMeasure?.kind === MeasureKind.MEASURE_KIND_SCENARIO;
  return {
    columns: columns.map((ppm) => ppm / PPM),
    ...{ rows, cells },
    worst: isScenario ? placeOf(worstMeasure.scenario) : null,
  };
}

/** What an account would make if the index and every volatility moved at once, now. */
export function revaluedMatrix(
  legs: readonly Leg[],
  columns: readonly number[],
  rows: readonly number[],
): ScenarioMatrix<number> {
  const now = legs.map((leg) => legValue(leg, leg.market));
  const cells = rows.map((volMove) =>
    columns.map((indexMove) =>
      legs.reduce((sum, leg, i) => {
        const market = { ...leg.market, volatility: leg.market.volatility * (1 + volMove) };
        const at = { seconds: market.seconds, index: market.index * (1 + indexMove) };
        return sum + leg.contracts * (legValue({ ...leg, market }, at) - now[i]!);
      }, 0),
    ),
  );
  return { columns, rows, cells, worst: null };
}
