import { useMemo } from 'preact/hooks';
import { liquidationDistances } from '../../core/index.ts';
import { NONE, percent, usd } from '../../format/amounts.ts';
import { Badge } from '../../ui/badge.tsx';
import { Panel } from '../../ui/panel.tsx';
import { modeName } from './accountData.ts';
import type { Margin } from './accountData.ts';
import css from './accountPage.module.css';
import type { Explained } from './explanation.ts';
import { OfBlock } from './ofBlock.tsx';
import { useUnderlyingNames } from './underlyingNames.ts';

const COVERED = 2;
const FULL = 1;
const NEAR = 0.7;

/** How much of what is there a requirement takes; more than all of it is full. */
function shareOf(netUusd: string, requirementUusd: string): number {
  const [net, requirement] = [Number(netUusd), Number(requirementUusd)];
  const whole = net + requirement;
  if (requirement <= 0) return 0;
  return whole <= 0 ? FULL : Math.min(requirement / whole, FULL);
}

function Bar({ name, share, left }: { name: string; share: number; left: string }) {
  const tone = share >= FULL ? 'bad' : share > NEAR ? 'warn' : 'good';
  return (
    <div class={css['bar']}>
      <div class={css['barText']}>
        <span>{name}</span>
        <span>
          {percent(share, 0)} used, {usd(left)} left
        </span>
      </div>
      <div
        class={css['track']}
        role="meter"
        aria-label={name}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(100 * share)}
      >
        <div class={css['fill']} data-tone={tone} style={{ width: `${100 * share}%` }} />
      </div>
    </div>
  );
}

function Distances({ explained: { explanation, timeMs } }: { explained: Explained }) {
  const distances = useMemo(
    () => liquidationDistances(explanation, timeMs / 1_000),
    [explanation, timeMs],
  );
  const nameOf = useUnderlyingNames();
  const move = (value: number | null) =>
    value === null ? NONE : `${value > 0 ? '+' : ''}${percent(value, 1)}`;
  return (
    <dl class={css['distances']}>
      {distances.map(({ underlyingId, down, up }) => {
        const index = explanation.underlyings.find((one) => one.underlyingId === underlyingId)!;
        const at = (value: number | null) =>
          value === null ? '' : ` (${usd(index.index * (1 + value) * 1e6, 0)})`;
        return (
          <div key={underlyingId}>
            <dt>{nameOf(underlyingId)}: liquidation at a move of</dt>
            <dd>
              {down === null && up === null ? (
                'no move does it'
              ) : (
                <>
                  <span class={css['move']}>
                    ↓ {move(down)}
                    {at(down)}
                  </span>
                  <span class={css['move']}>
                    ↑ {move(up)}
                    {at(up)}
                  </span>
                </>
              )}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

interface MarginPanelProps {
  readonly margin: Margin | undefined;
  readonly explained: Explained | null;
  /** As the stream has it, which may be a block ahead. */
  readonly isBreached: boolean;
}

/** How much of the margin is used, and how far the market may go. */
export function MarginPanel({ margin, explained, isBreached }: MarginPanelProps) {
  if (margin === undefined) return null;
  const { mode, initialUusd, maintenanceUusd, degraded } = margin;
  return (
    <Panel
      title="Margin"
      tools={
        <span class={css['headTools']}>
          <OfBlock explained={explained} />
          <Badge status={isBreached ? 'bad' : mode === COVERED ? 'good' : 'none'}>
            {isBreached ? 'under liquidation' : modeName(mode)}
          </Badge>
        </span>
      }
    >
      <div class={css['room']}>
        <Bar
          name="Initial, for new risk"
          share={shareOf(initialUusd, margin.initialRequirementUusd)}
          left={initialUusd}
        />
        <Bar
          name="Maintenance, to liquidation"
          share={shareOf(maintenanceUusd, margin.maintenanceRequirementUusd)}
          left={maintenanceUusd}
        />
        {mode === COVERED ? (
          <p class={css['note']}>Cash covers every settlement price: it cannot be liquidated.</p>
        ) : explained === null ? null : (
          <Distances explained={explained} />
        )}
        {degraded ? (
          <p class={css['note']}>No volatilities are known for some of it: a bound stands in.</p>
        ) : null}
      </div>
    </Panel>
  );
}
