import { useSignal } from '@preact/signals';
import { MsgWithdraw } from '../../../proto/gen/tenor.accounts.v1.ts';
import { usd } from '../../format/amounts.ts';
import { account, walletUusd } from '../../store/account.ts';
import { Button } from '../../ui/button.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { Panel } from '../../ui/panel.tsx';
import { act } from '../../wallet/act.ts';
import { subaccount } from '../../wallet/wallet.ts';
import css from './accountPage.module.css';

const DOLLARS = /^\d{1,12}(\.\d{1,6})?$/;
const DECIMALS = 6;

/** Dollars as typed, in uusd; null when this is no amount. */
export function uusdOf(text: string): bigint | null {
  const plain = text.trim().replaceAll(',', '');
  if (!DOLLARS.test(plain)) return null;
  const [whole = '0', fraction = ''] = plain.split('.');
  const uusd = BigInt(whole + fraction.padEnd(DECIMALS, '0'));
  return uusd > 0n ? uusd : null;
}

async function deposit(uusd: bigint): Promise<boolean> {
  const work = () =>
    act(
      'Deposit',
      async (client) => {
        await client.deposit(uusd);
        return ['Deposited', `${usd(uusd)} USD`];
      },
      'owner',
    );
  return work();
}

async function withdraw(uusd: bigint): Promise<boolean> {
  const { msgOf } = await import('../../../client/signTx.ts');
  return act(
    'Withdrawal',
    async (client) => {
      const { owner: sender, subaccount: number } = client;
      await client.send([msgOf(MsgWithdraw, { sender, subaccount: number, amountUusd: uusd })]);
      return ['Withdrawn', `${usd(uusd)} USD`];
    },
    'owner',
  );
}

/** Money in and out of the subaccount. */
export function FundsPanel() {
  const text = useSignal('');
  const isBusy = useSignal(false);
  const uusd = uusdOf(text.value);
  const run = async (work: (uusd: bigint) => Promise<boolean>) => {
    if (uusd === null) return;
    isBusy.value = true;
    if (await work(uusd)) text.value = '';
    isBusy.value = false;
  };
  const isWrong = text.value !== '' && uusd === null;
  return (
    <Panel title="Deposit and withdraw">
      <div class={css['room']}>
        <Facts>
          <Fact name="In the wallet">{usd(walletUusd.value)}</Fact>
          <Fact name="Cash here">
            {usd(account.value?.subaccount['cashUusd'] as string | undefined)}
          </Fact>
        </Facts>
        <label class={css['field']}>
          Amount in USD
          <input
            inputMode="decimal"
            placeholder="50,000"
            value={text.value}
            aria-invalid={isWrong}
            onInput={(event) => (text.value = event.currentTarget.value)}
          />
        </label>
        <div class={css['buttons']}>
          <Button
            tone="accent"
            disabled={uusd === null || isBusy.value}
            onClick={() => void run(deposit)}
          >
            Deposit
          </Button>
          <Button disabled={uusd === null || isBusy.value} onClick={() => void run(withdraw)}>
            Withdraw
          </Button>
        </div>
        <p class={css['note']}>
          {subaccount.value === 0
            ? 'What is deposited backs your positions; withdrawals keep the initial margin.'
            : `Into and out of subaccount ${subaccount.value}.`}
        </p>
      </div>
    </Panel>
  );
}
