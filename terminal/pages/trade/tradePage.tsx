import { useMemo } from 'preact/hooks';
import type { PageProps } from '../../pageProps.ts';
import { chainSignal } from '../../store/markets.ts';
import { useChannel } from '../../store/streams.ts';
import { Empty } from '../../ui/empty.tsx';
import { ChainTable } from './chainTable.tsx';
import { ExpiryTabs } from './expiryTabs.tsx';
import { MarketBar } from './marketBar.tsx';
import css from './tradePage.module.css';

/** `#/trade/BTC/27DEC26/BTC-27DEC26-100000-C`: the chain of an expiry, and a series of it. */
export default function TradePage({ params }: PageProps) {
  const [underlying = 'BTC', expiryName, symbol = ''] = params;
  const ticker = useChannel(`ticker:${underlying}`);
  const chain = useMemo(() => chainSignal(ticker.document), [ticker]);
  const expiries = chain.value;
  const expiry = expiries.find(({ name }) => name === expiryName) ?? expiries[0];
  if (ticker.ended.value !== null) {
    return <Empty title={`No options on ${underlying}`}>{ticker.ended.value}</Empty>;
  }
  return (
    <div class={css['page']}>
      <MarketBar underlying={underlying} expiry={expiry} />
      <ExpiryTabs underlying={underlying} expiries={expiries} chosen={expiry?.name ?? ''} />
      {expiry === undefined ? (
        <Empty title="No prices yet">The chain comes with the next block.</Empty>
      ) : (
        <ChainTable underlying={underlying} expiry={expiry} symbol={symbol} />
      )}
    </div>
  );
}
