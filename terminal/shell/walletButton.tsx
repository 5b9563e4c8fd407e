import { shortAddress } from '../format/address.ts';
import { useSignal } from '@preact/signals';
import { Button } from '../ui/button.tsx';
import { wallet } from '../wallet/wallet.ts';
import { WalletDialog } from './walletDialog.tsx';
import { isWalletOpen } from './walletOpen.ts';
import css from './walletButton.module.css';

/** Who one is, and the way to become somebody. */
export function WalletButton() {
  const who = wallet.value;
  const isBusy = useSignal(false);
  return (
    <>
      {who === null ? (
        <Button tone="accent" onClick={() => (isWalletOpen.value = true)}>
          Connect
        </Button>
      ) : (
        <button type="button" class={css['who']} onClick={() => (isWalletOpen.value = true)}>
          <strong>{who.name}</strong>
          <span>{shortAddress(who.owner)}</span>
        </button>
      )}
      {isWalletOpen.value ? <WalletDialog isBusy={isBusy} /> : null}
    </>
  );
}
