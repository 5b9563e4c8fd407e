import { useSignal } from '@preact/signals';
import type { Signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { usd } from '../format/amounts.ts';
import { account, walletUusd } from '../store/account.ts';
import { network } from '../store/network.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { act, reasonOf } from '../wallet/act.ts';
import { disconnect } from '../wallet/restore.ts';
import type { TestAccount } from '../wallet/testAccounts.ts';
import { hasSession, wallet } from '../wallet/wallet.ts';
import { isWalletOpen } from './walletOpen.ts';
import css from './walletDialog.module.css';

const close = () => (isWalletOpen.value = false);
const hasKeplr = () => (globalThis as { keplr?: unknown }).keplr !== undefined;

function TestAccounts({ onFailed }: { onFailed: (why: string) => void }) {
  const known = useSignal<readonly TestAccount[]>([]);
  const load = () => import('../wallet/testAccounts.ts');
  useEffect(() => {
    load()
      .then(async ({ testAccounts }) => (known.value = await testAccounts()))
      .catch((error: unknown) => onFailed(reasonOf(error)));
  }, []);
  const take = async (account: TestAccount) => {
    const { takeTestAccount } = await load();
    takeTestAccount(account);
    const { resumeSession } = await import('../wallet/session.ts');
    await resumeSession(account.address);
    close();
  };
  return (
    <section class={css['part']}>
      <h3>Test accounts</h3>
      <p>Play money of this local network: one click, and you are somebody.</p>
      <div class={css['choices']}>
        {known.value.map((each) => (
          <Button key={each.name} onClick={() => void take(each)}>
            {each.name}
          </Button>
        ))}
      </div>
    </section>
  );
}

function Connect() {
  const failed = useSignal('');
  const connectKeplr = async () => {
    failed.value = '';
    try {
      const { connectKeplr: connect } = await import('../wallet/keplr.ts');
      await connect();
      close();
    } catch (error) {
      failed.value = reasonOf(error);
    }
  };
  return (
    <>
      {network.value?.testAccounts === true ? (
        <TestAccounts onFailed={(why) => (failed.value = why)} />
      ) : null}
      <section class={css['part']}>
        <h3>Keplr</h3>
        <p>
          {hasKeplr()
            ? 'The wallet in your browser signs; keys stay there.'
            : 'Not found in this browser. Install the extension, then reload this page.'}
        </p>
        <div class={css['choices']}>
          <Button disabled={!hasKeplr()} onClick={() => void connectKeplr()}>
            Connect Keplr
          </Button>
        </div>
      </section>
      <p class={css['failed']} role="alert">
        {failed.value}
      </p>
      <p class={css['note']}>
        A seed phrase is never typed here. Whoever asks you for it is a thief.
      </p>
    </>
  );
}

function SessionSwitch({ isBusy }: { isBusy: Signal<boolean> }) {
  const change = async (work: 'grantSession' | 'revokeSession') => {
    isBusy.value = true;
    const said =
      work === 'grantSession'
        ? (['Session granted', 'Orders need no prompt for a day.'] as const)
        : (['Session ended', ''] as const);
    await act(
      'The session',
      async () => {
        const session = await import('../wallet/session.ts');
        await session[work]();
        return said;
      },
      'owner',
    );
    isBusy.value = false;
  };
  const has = hasSession.value;
  return (
    <section class={css['part']}>
      <h3>Trading without prompts</h3>
      <p>
        {has
          ? 'A key in this browser signs your orders. It can do nothing else, and ends by itself.'
          : 'A key kept in this browser may send orders for a day: no transfers, no withdrawals.'}
      </p>
      <div class={css['choices']}>
        <Button
          disabled={isBusy.value}
          onClick={() => void change(has ? 'revokeSession' : 'grantSession')}
        >
          {has ? 'End the session' : 'Begin a session'}
        </Button>
      </div>
    </section>
  );
}

function Connected({ isBusy }: { isBusy: Signal<boolean> }) {
  const { owner } = wallet.value!;
  return (
    <>
      <dl class={css['facts']}>
        <dt>Address</dt>
        <dd class={css['address']}>{owner}</dd>
        <dt>In the wallet</dt>
        <dd>{usd(walletUusd.value)} USD</dd>
        <dt>Deposited</dt>
        <dd>{usd(account.value?.subaccount['cashUusd'] as string | undefined)} USD</dd>
      </dl>
      <SessionSwitch isBusy={isBusy} />
      <div class={css['choices']}>
        <Button
          onClick={() => {
            disconnect();
            close();
          }}
        >
          Disconnect
        </Button>
      </div>
    </>
  );
}

export function WalletDialog({ isBusy }: { isBusy: Signal<boolean> }) {
  const who = wallet.value;
  return (
    <Dialog title={who === null ? 'Connect' : who.name} onClose={close}>
      {who === null ? <Connect /> : <Connected isBusy={isBusy} />}
    </Dialog>
  );
}
