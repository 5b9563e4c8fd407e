import { useMemo } from 'preact/hooks';
import type { ExplainedUnderlying, Explanation } from '../../../proto/gen/tenor.margin.v1.ts';
import { revaluedMatrix, scenarioMatrix, SHOCK_NAMES } from '../../core/index.ts';
import type { Leg } from '../../core/index.ts';
import { percent } from '../../format/amounts.ts';
import { block } from '../../store/streams.ts';
import { Panel } from '../../ui/panel.tsx';
import { HeatMap } from './heatMap.tsx';
import { useUnderlyingNames } from './underlyingNames.ts';

const INDEX_MOVES = [-0.3, -0.2, -0.1, -0.05, 0, 0.05, 0.1, 0.2, 0.3];
const VOL_MOVES = [0.5, 0.25, 0, -0.15, -0.3];
const UNITS = 10_000;
/** Inside the settlement window what is left to move is in the terms that the node tells. */
const WINDOW_SECONDS = 1_800;

/** Legs of an explanation as the core values them. */
function legsOf(underlying: ExplainedUnderlying, seconds: number): Leg[] {
  return underlying.expiries.flatMap(({ expirySeconds, forward, fixed, share, legs }) => {
    const left = Math.max(Number(expirySeconds) - seconds, 0);
    // share = left / (in + left): how much of the average is in already.
    const weightSeconds = share < 1 && share > 0 ? left / share - left : 0;
    const market = {
      ...{ index: underlying.index, forward, seconds, windowSeconds: WINDOW_SECONDS },
      ...{ weightSeconds, weightedSum: fixed * (weightSeconds + left) },
    };
    return legs
      .filter(({ quantity, volatility }) => quantity !== 0n && volatility > 0)
      .map(({ symbol, isCall, strike, volatility, mark, quantity }) => ({
        ...{ symbol, isCall, strike, expirySeconds: Number(expirySeconds), price: mark },
        ...{ contracts: Number(quantity) / UNITS, market: { ...market, volatility } },
      }));
  });
}

function Revalued({ of, name }: { of: ExplainedUnderlying; name: string }) {
  const matrix = useMemo(
    () => revaluedMatrix(legsOf(of, block.peek().timeMs / 1_000), INDEX_MOVES, VOL_MOVES),
    [of],
  );
  return (
    <HeatMap
      caption={`${name}: profit in USD if the index and every volatility moved now`}
      matrix={matrix}
      rowText={(move) => `vol ${move > 0 ? '+' : ''}${percent(move, 0)}`}
    />
  );
}

/** What the account would make: by the chain's own scenarios in portfolio mode, and revalued. */
export function ScenariosPanel({ explanation }: { explanation: Explanation | null }) {
  const nameOf = useUnderlyingNames();
  const underlyings = explanation?.underlyings ?? [];
  const risks = explanation?.margin?.underlyings ?? [];
  const held = underlyings.filter(({ expiries }) => expiries.some(({ legs }) => legs.length > 0));
  if (held.length === 0) return null;
  return (
    <Panel title="Scenarios">
      {risks
        .filter(({ scenarios }) => scenarios.length > 0)
        .map((risk) => (
          <HeatMap
            key={`judged ${risk.underlyingId}`}
            caption={`${nameOf(risk.underlyingId)}: what the margin counts, the worst one framed`}
            matrix={scenarioMatrix(risk)}
            rowText={(shock) => SHOCK_NAMES[shock]}
          />
        ))}
      {held.map((one) => (
        <Revalued key={one.underlyingId} of={one} name={nameOf(one.underlyingId)} />
      ))}
    </Panel>
  );
}
