import { useSignal } from '@preact/signals';
import { MsgSetMarginMode } from '../../../proto/gen/tenor.margin.v1.ts';
import { usd } from '../../format/amounts.ts';
import { account, subaccounts } from '../../store/account.ts';
import { Panel } from '../../ui/panel.tsx';
import { act } from '../../wallet/act.ts';
import { subaccount } from '../../wallet/wallet.ts';
import { marginOf, MODES, modeName } from './accountData.ts';
import css from './accountPage.module.css';

const MOST_SHOWN = 256;

/** Which of one's accounts is traded with: those that are there, and the next one. */
function Choice() {
  const numbers = Object.keys(subaccounts.value).map(Number);
  const next = Array.from({ length: MOST_SHOWN }, (_, i) => i).find((i) => !numbers.includes(i));
  const all = next === undefined ? numbers : [...numbers, next];
  return (
    <label class={css['field']}>
      Subaccount
      <select
        value={String(subaccount.value)}
        onChange={(event) => (subaccount.value = Number(event.currentTarget.value))}
      >
        {all
          .toSorted((a, b) => a - b)
          .map((number) => {
            const one = subaccounts.value[String(number)];
            const worth = one && marginOf(one)?.markToMarketUusd;
            return (
              <option key={number} value={String(number)}>
                {number} {one === undefined ? '(new: deposit into it)' : `– ${usd(worth)} USD`}
              </option>
            );
          })}
      </select>
    </label>
  );
}

/** Subaccounts, and by which rules the chosen one is margined. */
export function SubaccountPanel() {
  const isBusy = useSignal(false);
  const mode = Number(account.value?.subaccount['mode'] ?? -1);
  const change = async (next: number) => {
    isBusy.value = true;
    const { msgOf } = await import('../../../client/signTx.ts');
    await act(
      'The margin mode',
      async (client) => {
        const { owner: sender, subaccount: number } = client;
        await client.send([msgOf(MsgSetMarginMode, { sender, subaccount: number, mode: next })]);
        return [`${modeName(next)} margin`, `subaccount ${number}`];
      },
      'owner',
    );
    isBusy.value = false;
  };
  return (
    <Panel title="Subaccount and mode">
      <div class={css['room']}>
        <Choice />
        {account.value === null ? null : (
          <fieldset class={css['modes']} disabled={isBusy.value}>
            <legend>Margin mode</legend>
            {MODES.map((one) => (
              <label key={one.mode}>
                <input
                  type="radio"
                  name="mode"
                  checked={(one.mode as number) === mode}
                  onChange={() => void change(one.mode)}
                />
                <span>
                  <b>{one.name}</b>
                  <small>{one.text}</small>
                </span>
              </label>
            ))}
          </fieldset>
        )}
      </div>
    </Panel>
  );
}
