import { signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { OrderRequest } from '../../../client/terms.ts';
import type { Margin } from '../../../proto/gen/tenor.margin.v1.ts';
import { account } from '../../store/account.ts';
import { block } from '../../store/streams.ts';
import { reasonOf } from '../../wallet/act.ts';
import { client, wallet } from '../../wallet/wallet.ts';

/** What an order would do, by the chain's own hand. */
export interface Trial {
  readonly before: Margin | undefined;
  readonly after: Margin | undefined;
  /** Why it would be refused, or why nothing is known; empty when it would be taken. */
  readonly refusal: string;
  /** At most: as if all of it took at its price. */
  readonly feeUusd: bigint | null;
}

const QUIET_MS = 200;
/** Without a key stroke it is asked again as the market moves. */
const EVERY_BLOCKS = 5;

async function tryIt(order: OrderRequest): Promise<Trial> {
  const trader = await client('trader');
  const { series, side, quantity, priceUusd } = order;
  const signed = side === 'buy' ? quantity : -quantity;
  // A hypothetical trade is in whole cents.
  const cents = (priceUusd / 10_000n) * 10_000n;
  const [tried, traded] = await Promise.all([
    trader.tryOrder(order),
    trader.whatIf({ trades: [{ series, quantity: signed, priceUusd: cents }] }).catch(() => null),
  ]);
  const { accepted, reason, codespace, code, before, after } = tried;
  return {
    ...{ before, after },
    refusal: accepted ? '' : `${reason} [${codespace}/${code}]`,
    feeUusd: traded?.trades[0]?.feeUusd ?? null,
  };
}

/** Tries an order while it is being typed; the last one that was tried stays until the next is. */
export function useTrial(order: OrderRequest | null): ReadonlySignal<Trial | null> {
  const key = order === null ? '' : JSON.stringify(order, (_, v: unknown) => plain(v));
  const canTry = wallet.value !== null && account.value !== null && order !== null;
  const turn = Math.floor(block.value.height / EVERY_BLOCKS);
  useEffect(() => {
    if (!canTry) {
      trial.value = null;
      return undefined;
    }
    let isWanted = true;
    const timer = setTimeout(() => {
      tryIt(order)
        .catch((error: unknown) => ({ ...NOTHING, refusal: reasonOf(error) }))
        .then((tried) => {
          if (isWanted) trial.value = tried;
        })
        .catch(() => undefined);
    }, QUIET_MS);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [key, canTry, turn, wallet.value?.owner]);
  return trial;
}

const NOTHING: Omit<Trial, 'refusal'> = { before: undefined, after: undefined, feeUusd: null };
const plain = (value: unknown) => (typeof value === 'bigint' ? value.toString() : value);
const trial = signal<Trial | null>(null);
