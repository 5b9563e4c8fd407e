import { network } from '../store/network.ts';
import { remember, remembered } from './remembered.ts';
import { setOwnerFinder, setWallet } from './wallet.ts';

/** As one was when the page was left; nobody when that cannot be any more. */
export async function restoreWallet(): Promise<void> {
  const who = remembered();
  if (who === null) return;
  try {
    if (who.kind === 'test') {
      const { takeTestAccount, testAccounts } = await import('./testAccounts.ts');
      const account = (await testAccounts()).find(({ name }) => name === who.name);
      if (account === undefined || network.value?.testAccounts !== true) return;
      takeTestAccount(account);
      const { resumeSession } = await import('./session.ts');
      await resumeSession(account.address);
    } else if (who.kind === 'session') {
      const { keplrOwner } = await import('./keplr.ts');
      setOwnerFinder(() => keplrOwner(who.owner));
      const { resumeSession } = await import('./session.ts');
      if (!(await resumeSession(who.owner))) remember(null);
    } else {
      const { connectKeplr } = await import('./keplr.ts');
      await connectKeplr();
    }
  } catch {
    // A wallet that is gone or says no: one connects anew.
  }
}

export function disconnect(): void {
  remember(null);
  setOwnerFinder(undefined);
  setWallet(null, {});
}
