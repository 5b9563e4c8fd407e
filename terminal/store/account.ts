import { computed, signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { DocumentOf, StreamSubaccount } from '../../client/streamTypes.ts';
import { subaccount, wallet } from '../wallet/wallet.ts';
import { getJson } from './network.ts';
import { block, useOf } from './streams.ts';

type AccountDocument = DocumentOf<`account:${string}`>;

const document = signal<AccountDocument | null>(null);

/** Of the chosen subaccount of who is connected; null: nobody is, or nothing was deposited yet. */
export const account = computed<StreamSubaccount | null>(
  () => document.value?.subaccounts[String(subaccount.value)] ?? null,
);

/** All subaccounts, by number. */
export const subaccounts = computed(() => document.value?.subaccounts ?? {});

/** Whether it is known yet what there is: only then is it right to say that there is nothing. */
export const isAccountKnown = computed(() => document.value !== null);

/** Keeps `account` up to date; the shell does, for as long as somebody is connected. */
export function useAccountStream(): void {
  const owner = wallet.value?.owner;
  useEffect(() => {
    if (owner === undefined) return undefined;
    const [channel, release] = useOf(`account:${owner}`);
    const stop = channel.document.subscribe((next) => (document.value = next));
    return () => {
      stop();
      release();
      document.value = null;
    };
  }, [owner]);
}

/** An open position of the chosen subaccount. */
export interface Held {
  readonly symbol: string;
  /** In 1e-4 contracts; negative is short. */
  readonly quantity: string;
  /** What was paid for what is open; received is negative. */
  readonly costUusd: string;
}

/** What one holds, by symbol. */
export const held = computed<ReadonlyMap<string, Held>>(() => {
  const positions = Object.entries(account.value?.positions ?? {});
  return new Map(
    positions.map(([symbol, { position }]) => {
      const { quantity, costUusd } = position as unknown as Omit<Held, 'symbol'>;
      return [symbol, { symbol, quantity, costUusd }] as const;
    }),
  );
});

/** In the wallet, not in a subaccount: what can be deposited, in uusd. */
export const walletUusd = signal<bigint | null>(null);

interface Balances {
  readonly balances: readonly { readonly denom: string; readonly amount: string }[];
}

const EVERY_BLOCKS = 5;

/** Keeps `walletUusd` up to date: no stream has it. */
export function useWalletBalance(): void {
  const owner = wallet.value?.owner;
  const turn = Math.floor(block.value.height / EVERY_BLOCKS);
  const cash = account.value?.subaccount['cashUusd'];
  useEffect(() => {
    if (owner === undefined) {
      walletUusd.value = null;
      return undefined;
    }
    let isWanted = true;
    getJson<Balances>(`/cosmos/bank/v1beta1/balances/${owner}`)
      .then(({ balances }) => {
        const held = balances.find(({ denom }) => denom === 'uusd')?.amount ?? '0';
        if (isWanted) walletUusd.value = BigInt(held);
      })
      .catch(() => undefined);
    return () => void (isWanted = false);
  }, [owner, turn, cash]);
}
