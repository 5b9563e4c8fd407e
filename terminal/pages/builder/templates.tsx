import { useSignal } from '@preact/signals';
import { reversed, STRATEGIES } from '../../core/index.ts';
import type { StrategyKind } from '../../core/index.ts';
import type { Expiry } from '../../store/markets.ts';
import { Segments } from '../../ui/segments.tsx';
import css from './builderPage.module.css';
import { plannedStrategy } from './plan.ts';
import type { PlannedLeg } from './plan.ts';

const KINDS = Object.keys(STRATEGIES) as StrategyKind[];

const DIRECTIONS = [
  { name: 'buy', text: 'Buy' },
  { name: 'sell', text: 'Sell' },
] as const;

interface TemplatesProps {
  readonly expiry: Expiry;
  readonly expiries: readonly Expiry[];
  readonly onPick: (legs: readonly PlannedLeg[]) => void;
}

/** Strategies by name, around the forward of the chosen expiry. */
export function Templates({ expiry, expiries, onPick }: TemplatesProps) {
  const direction = useSignal<'buy' | 'sell'>('buy');
  return (
    <div class={css['templates']}>
      <Segments
        label="Direction"
        chosen={direction.value}
        choices={DIRECTIONS}
        onChoose={(name) => (direction.value = name)}
      />
      {KINDS.map((kind) => {
        const legs = plannedStrategy(kind, expiry, expiries);
        const { name, view } = STRATEGIES[kind];
        return (
          <button
            key={kind}
            type="button"
            disabled={legs === null}
            title={legs === null ? 'Its strikes are not listed' : `For a market that ${view}`}
            onClick={() => {
              if (legs !== null) onPick(direction.value === 'buy' ? legs : reversed(legs));
            }}
          >
            {name}
          </button>
        );
      })}
    </div>
  );
}
