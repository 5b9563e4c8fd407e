import { useSignal } from '@preact/signals';
import { usd } from '../../format/amounts.ts';
import { USD_DECIMALS, unitsOf } from '../../format/units.ts';
import { walletUusd } from '../../store/account.ts';
import { Button } from '../../ui/button.tsx';
import { NumberField } from '../../ui/field.tsx';
import { act } from '../../wallet/act.ts';
import css from './ticket.module.css';

/** Without collateral nothing can be traded: said where one would find out otherwise. */
export function Deposit() {
  const amount = useSignal('50000');
  const isBusy = useSignal(false);
  const uusd = unitsOf(amount.value, USD_DECIMALS);
  const held = walletUusd.value;
  const problem =
    uusd === null || uusd === 0n
      ? 'An amount in USD'
      : held !== null && uusd > held
        ? `Your wallet has ${usd(held)}`
        : null;
  const send = async () => {
    isBusy.value = true;
    const deposit = async (client: { deposit(uusd: bigint): Promise<void> }) => {
      await client.deposit(uusd!);
      return ['Deposited', `${usd(uusd)} USD are your collateral now.`] as const;
    };
    await act('The deposit', deposit, 'owner');
    isBusy.value = false;
  };
  return (
    <form
      class={css['deposit']}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <p>
        You have {usd(held)} USD in your wallet, and no collateral yet: what you deposit is what you
        can trade with.
      </p>
      <NumberField label="Deposit" value={amount} unit="USD" problem={problem} />
      <Button type="submit" tone="accent" disabled={problem !== null || isBusy.value}>
        {isBusy.value ? 'Depositing…' : 'Deposit'}
      </Button>
    </form>
  );
}
