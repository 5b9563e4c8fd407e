import { useSignal } from '@preact/signals';
import type { Signal } from '@preact/signals';
import { withLeg } from '../../core/index.ts';
import { expiryText } from '../../format/expiryText.ts';
import { timeLeft } from '../../format/times.ts';
import type { Expiry } from '../../store/markets.ts';
import { underlyings } from '../../store/network.ts';
import { addressOf } from '../../store/route.ts';
import { block } from '../../store/streams.ts';
import { Empty } from '../../ui/empty.tsx';
import { Panel } from '../../ui/panel.tsx';
import { LinkSegments } from '../../ui/segments.tsx';
import { AddLeg } from './addLeg.tsx';
import css from './builderPage.module.css';
import { LegTable } from './legTable.tsx';
import type { PlannedLeg } from './plan.ts';
import { Templates } from './templates.tsx';
import { countOf } from './useStrategy.ts';
import type { Strategy } from './useStrategy.ts';

const DAY_S = 86_400;

interface ChoicesProps {
  readonly expiries: readonly Expiry[];
  readonly expiry: Expiry;
  readonly onExpiry: (name: string) => void;
  readonly size: Signal<string>;
}

function Choices({ expiries, expiry, onExpiry, size }: ChoicesProps) {
  return (
    <div class={css['choices']}>
      <label>
        Expiry
        <select value={expiry.name} onChange={(event) => onExpiry(event.currentTarget.value)}>
          {expiries.map(({ name, expirySeconds }) => (
            <option key={name} value={name}>
              {expiryText(name)} ({timeLeft(1_000 * expirySeconds - block.value.timeMs)})
            </option>
          ))}
        </select>
      </label>
      <label>
        Contracts
        <input
          inputMode="decimal"
          value={size.value}
          aria-invalid={countOf(size.value) === 0}
          onInput={(event) => (size.value = event.currentTarget.value)}
        />
      </label>
    </div>
  );
}

/** The first expiry that is a day away, else the last there is: minutes are no time for a plan. */
const sensible = (expiries: readonly Expiry[], seconds: number) =>
  expiries.find(({ expirySeconds }) => expirySeconds > seconds + DAY_S) ?? expiries.at(-1)!;

interface StrategyPanelProps {
  readonly underlying: string;
  readonly strategy: Strategy;
  readonly size: Signal<string>;
  readonly onChange: (legs: readonly PlannedLeg[]) => void;
}

/** Where legs come from: strategies by name, and options one by one. */
export function StrategyPanel({ underlying, strategy, size, onChange }: StrategyPanelProps) {
  const { legs, expiries, seriesOf } = strategy;
  const chosen = useSignal('');
  const expiry =
    expiries.find(({ name }) => name === chosen.value) ??
    sensible(expiries, block.value.timeMs / 1_000);
  const links = underlyings.value.map((name) => ({
    ...{ name, text: name },
    href: addressOf('builder', name),
  }));
  const add = (symbol: string, ratio: number) => {
    const more = withLeg(legs, { symbol, ratio });
    if (more !== null) onChange(more);
  };
  return (
    <Panel
      title="Strategy"
      tools={<LinkSegments label="Underlying" chosen={underlying} links={links} />}
    >
      <div class={css['room']}>
        <Choices {...{ expiries, expiry, size }} onExpiry={(name) => (chosen.value = name)} />
        <Templates expiry={expiry} expiries={expiries} onPick={onChange} />
      </div>
      {legs.length === 0 ? (
        <Empty title="No legs yet">Pick a strategy above, or add options one by one.</Empty>
      ) : (
        <div class={css['wide']} tabIndex={0} role="region" aria-label="Table of legs">
          <LegTable legs={legs} seriesOf={seriesOf} onChange={onChange} />
        </div>
      )}
      <AddLeg expiries={expiries} chosen={expiry} onAdd={add} />
    </Panel>
  );
}
