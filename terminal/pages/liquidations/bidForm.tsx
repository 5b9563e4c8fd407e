import { useSignal } from '@preact/signals';
import { percent, usd } from '../../format/amounts.ts';
import { isWalletOpen } from '../../shell/walletOpen.ts';
import { Button } from '../../ui/button.tsx';
import { act } from '../../wallet/act.ts';
import { wallet } from '../../wallet/wallet.ts';
import type { Flag, Terms } from './liquidationData.ts';
import { isSolvent, PPB, PPM } from './liquidationData.ts';
import css from './liquidationsPage.module.css';

const PERCENT = 100;
const MOST_PERCENT = 100;

/** A share of a hundred as typed; null when it is none. */
export function shareOf(text: string): number | null {
  const value = Number(text.trim().replace('%', ''));
  if (text.trim() === '' || !(value > 0 && value <= MOST_PERCENT)) return null;
  return value / PERCENT;
}

/** What is paid at most for a fraction of an account: a multiple of its marked value. */
const costOf = (terms: Terms, fraction: number, limit: number) =>
  Math.max(Number(terms.markToMarketUusd), 0) * fraction * limit;

function meaning(
  terms: Terms,
  solvent: boolean,
  share: number | null,
  price: number | null,
): string {
  if (share === null || (solvent && price === null)) return 'Shares are between 0 and 100.';
  const part = percent(share, 2);
  if (!solvent) {
    const paid = usd(Math.round(share * Number(terms.payoutUusd)));
    return `The fund pays ${paid} USD for ${part} of it, with all that it owes.`;
  }
  const cost = usd(Math.round(costOf(terms, share, price ?? 0)));
  return (
    `Takes ${part} of every position over, for at most ${cost} USD and the fee. ` +
    'Your initial margin must hold it.'
  );
}

/** A bid of one's own, for the next block: it clears together with all others, at one price. */
export function BidForm({ flag, terms }: { flag: Flag; terms: Terms }) {
  const fraction = useSignal('');
  const limit = useSignal('');
  const isBusy = useSignal(false);
  const { auction } = flag;
  if (auction === undefined) return null;
  const solvent = isSolvent(auction);
  const now = { fraction: terms.fractionPpb / PPB, limit: terms.discountPpm / PPM };
  const share = fraction.value === '' ? now.fraction : shareOf(fraction.value);
  const price = limit.value === '' ? now.limit : shareOf(limit.value);
  const send = async () => {
    if (share === null || (solvent && price === null)) return;
    isBusy.value = true;
    await act('Bid', async (client) => {
      const height = await client.bid({
        liquidatedId: BigInt(flag.subaccountId),
        version: BigInt(auction.version),
        fractionPpb: Math.round(share * PPB),
        limitPpm: solvent ? Math.round((price ?? 0) * PPM) : 0,
        leastPayoutUusd: solvent ? 0n : BigInt(terms.payoutUusd),
      });
      return ['Bid sent', `It is cleared at the end of block ${height}.`];
    });
    isBusy.value = false;
  };
  const isRead = share !== null && (!solvent || price !== null);
  return (
    <form
      class={css['bid']}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <label>
        Share of the account, %
        <input
          inputMode="decimal"
          placeholder={(PERCENT * now.fraction).toFixed(2)}
          value={fraction.value}
          onInput={(event) => (fraction.value = event.currentTarget.value)}
        />
      </label>
      {solvent ? (
        <label>
          At most, % of its value
          <input
            inputMode="decimal"
            placeholder={(PERCENT * now.limit).toFixed(2)}
            value={limit.value}
            onInput={(event) => (limit.value = event.currentTarget.value)}
          />
        </label>
      ) : null}
      {wallet.value === null ? (
        <Button tone="accent" onClick={() => (isWalletOpen.value = true)}>
          Connect to bid
        </Button>
      ) : (
        <Button tone="accent" type="submit" disabled={isBusy.value || !isRead || !terms.isOpen}>
          Bid
        </Button>
      )}
      <p class={css['note']}>{meaning(terms, solvent, share, price)}</p>
    </form>
  );
}
