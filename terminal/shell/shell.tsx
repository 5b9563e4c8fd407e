import { useEffect, useErrorBoundary, useState } from 'preact/hooks';
import type { ComponentType } from 'preact';
import { pageOf } from '../pages.ts';
import type { PageProps } from '../pageProps.ts';
import { useAccountStream, useWalletBalance } from '../store/account.ts';
import { useFillToasts } from '../store/fills.ts';
import { route } from '../store/route.ts';
import { Empty } from '../ui/empty.tsx';
import { Header } from './header.tsx';
import { Overlays } from './overlays.tsx';
import { StatusBar } from './statusBar.tsx';
import { Toasts } from './toasts.tsx';
import { VerifyAlarm } from './verifyAlarm.tsx';
import css from './shell.module.css';

const loaded = new Map<string, ComponentType<PageProps>>();

interface CurrentPageProps extends PageProps {
  readonly name: string;
}

/** The page of the address; its code comes when it is first asked for. */
function CurrentPage({ name, params }: CurrentPageProps) {
  const [hasFailed, setFailed] = useState(false);
  const [, setLoaded] = useState(loaded.has(name));
  useEffect(() => {
    if (loaded.has(name)) return;
    pageOf(name)
      .load()
      .then((code) => {
        loaded.set(name, code.default);
        setLoaded(true);
      })
      .catch(() => setFailed(true));
  }, [name]);
  const [error] = useErrorBoundary() as [Error | undefined, () => void];
  if (error !== undefined) {
    return <Empty title="This page failed">{error.message}. Reload to go on.</Empty>;
  }
  if (hasFailed) return <Empty title="Not loaded">Reload the page to try again.</Empty>;
  const Shown = loaded.get(name);
  return Shown === undefined ? (
    <Empty title="Loading">The page is on its way.</Empty>
  ) : (
    <Shown params={params} />
  );
}

/** Keeps up what all pages share of who is connected, without drawing anything. */
function Followed() {
  useAccountStream();
  useWalletBalance();
  useFillToasts();
  return null;
}

export function Shell() {
  const { params } = route.value;
  const page = pageOf(route.value.page).name;
  return (
    <div class={css['shell']}>
      <a class={css['skip']} href="#main">
        Skip to the page
      </a>
      <Header />
      <main id="main" class={css['main']} tabIndex={-1}>
        <h1 class={css['hidden']}>{pageOf(route.value.page).title}</h1>
        <CurrentPage key={page} name={page} params={params} />
      </main>
      <div>
        <VerifyAlarm />
      </div>
      <StatusBar />
      <Toasts />
      <Overlays />
      <Followed />
    </div>
  );
}
