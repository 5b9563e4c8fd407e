import { useSignal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { node } from '../../store/network.ts';

/** A margin, as far as it is compared. */
export interface MarginSummary {
  readonly cashUusd: string;
  readonly markToMarketUusd: string;
  readonly initialUusd: string;
  readonly maintenanceUusd: string;
}

export interface WhatIfAnswer {
  readonly before: MarginSummary;
  readonly after: MarginSummary;
  readonly trades: readonly { readonly series: string; readonly feeUusd: string }[];
}

export interface WhatIfState {
  readonly answer: WhatIfAnswer | null;
  /** Why it would be refused, in the node's words. */
  readonly error: string;
}

export interface Trade {
  readonly series: string;
  /** In 1e-4 contracts, negative sells. */
  readonly quantity: string;
  readonly priceUusd: string;
}

/** Prices move with each block: the node is asked anew so often at most. */
const AGAIN_MS = 2_000;

/** What trades would do to the margin of a subaccount; asked for again while it is shown. */
export function useWhatIf(
  owner: string | undefined,
  subaccount: number,
  trades: readonly Trade[],
): ReadonlySignal<WhatIfState> {
  const state = useSignal<WhatIfState>({ answer: null, error: '' });
  const body = JSON.stringify({ trades });
  const legs = trades.map(({ series, quantity }) => `${series} ${quantity}`).join();
  const asking = useRef('');
  useEffect(() => {
    // Prices alone move with each block: what was said of the same legs stays until then.
    const of = [owner, subaccount, legs].join();
    if (asking.current !== of) state.value = { answer: null, error: '' };
    asking.current = of;
    if (owner === undefined || trades.length === 0) return undefined;
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async (): Promise<void> => {
      const next = await asked(`${node.value}/tenor/v1/accounts/${owner}/${subaccount}`, body);
      if (isOver) return;
      state.value = next;
      timer = setTimeout(() => void ask(), AGAIN_MS);
    };
    void ask();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [owner, subaccount, body]);
  return state;
}

async function asked(account: string, body: string): Promise<WhatIfState> {
  try {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${account}/what-if`, { method: 'POST', headers, body });
    const answer = (await response.json()) as WhatIfAnswer & { error?: string };
    if (response.ok) return { answer, error: '' };
    return { answer: null, error: answer.error ?? `the node answered ${response.status}` };
  } catch {
    return { answer: null, error: 'the node does not answer' };
  }
}
