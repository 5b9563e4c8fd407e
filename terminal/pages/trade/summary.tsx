import type { Margin } from '../../../proto/gen/tenor.margin.v1.ts';
import { NONE, usd } from '../../format/amounts.ts';
import type { Trial } from './tryOrder.ts';
import css from './summary.module.css';

// Of proto/tenor/accounts/v1: its code comes only with a wallet.
const PORTFOLIO = 1;
const COVERED = 2;

interface Worst {
  readonly label: string;
  readonly text: string;
}

const least = (values: readonly bigint[]): bigint =>
  values.reduce((least, value) => (value < least ? value : least), 0n);

/** The worst that the margin's rules see, in the words of its mode. */
export function worstOf({ mode, underlyings, expiries, covered }: Margin): Worst {
  if (mode === PORTFOLIO) {
    const worst = least(underlyings.map(({ worstUusd }) => worstUusd));
    return { label: 'Worst scenario', text: usd(worst) };
  }
  if (mode === COVERED) {
    const lost = covered.map((expiry) => expiry.orderedUusd ?? expiry.heldUusd ?? 0n);
    return { label: 'Most you can lose', text: usd(-lost.reduce((sum, one) => sum + one, 0n)) };
  }
  const required = expiries.reduce((sum, { initialUusd }) => sum + initialUusd, 0n);
  return { label: 'Worst case by the rules', text: usd(-required) };
}

function Change({ label, before, after }: { label: string; before?: bigint; after?: bigint }) {
  return (
    <div class={css['row']}>
      <dt>{label}</dt>
      <dd>
        <span class={css['was']}>{usd(before)}</span>
        <span aria-hidden="true"> → </span>
        <span data-sign={after !== undefined && after < 0n ? 'minus' : undefined}>
          {usd(after)}
        </span>
      </dd>
    </div>
  );
}

interface SummaryProps {
  readonly side: 'buy' | 'sell';
  /** Price times size, in uusd; null while one of them is not known. */
  readonly valueUusd: bigint | null;
  readonly trial: Trial | null;
}

/** What it costs and what it does to the account, before anything is signed. */
export function Summary({ side, valueUusd, trial }: SummaryProps) {
  const { before, after } = trial ?? {};
  const worst = after === undefined ? null : worstOf(after);
  const refusal = trial?.refusal ?? '';
  return (
    <div class={css['summary']}>
      <dl>
        <div class={css['row']}>
          <dt>{side === 'buy' ? 'You pay at most' : 'You receive at least'}</dt>
          <dd>{valueUusd === null ? NONE : usd(valueUusd)}</dd>
        </div>
        <div class={css['row']}>
          <dt>Fee at most</dt>
          <dd>{usd(trial?.feeUusd)}</dd>
        </div>
        <Change
          label="Free for orders"
          {...(before === undefined ? {} : { before: before.initialUusd })}
          {...(after === undefined ? {} : { after: after.initialUusd })}
        />
        <Change
          label="Above liquidation"
          {...(before === undefined ? {} : { before: before.maintenanceUusd })}
          {...(after === undefined ? {} : { after: after.maintenanceUusd })}
        />
        <div class={css['row']}>
          <dt>{worst?.label ?? 'Worst case by the rules'}</dt>
          <dd>{worst?.text ?? NONE}</dd>
        </div>
      </dl>
      <p class={css['verdict']} role="status" data-tone={refusal === '' ? 'good' : 'bad'}>
        {refusal !== '' ? refusal : after?.mode === COVERED ? 'Cannot be liquidated' : ''}
      </p>
    </div>
  );
}
