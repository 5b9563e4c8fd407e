import { useMemo } from 'preact/hooks';
import type { PageProps } from '../../pageProps.ts';
import { chainSignal } from '../../store/markets.ts';
import type { Expiry, Series } from '../../store/markets.ts';
import { useChannel } from '../../store/streams.ts';
import { Empty } from '../../ui/empty.tsx';
import { Book } from './book.tsx';
import { ChainTable } from './chainTable.tsx';
import { Dock } from './dock.tsx';
import { ExpiryTabs } from './expiryTabs.tsx';
import { MarketBar } from './marketBar.tsx';
import { Ticket } from './ticket.tsx';
import css from './tradePage.module.css';

const seriesOf = (expiry: Expiry | undefined, symbol: string): Series | undefined =>
  expiry?.strikes
    .flatMap(({ call, put }) => [call, put])
    .find((series) => series?.symbol === symbol);

/** `#/trade/BTC/27DEC26/BTC-27DEC26-100000-C`: the chain of an expiry, and a series of it. */
export default function TradePage({ params }: PageProps) {
  const [underlying = 'BTC', expiryName, symbol = ''] = params;
  const ticker = useChannel(`ticker:${underlying}`);
  const chain = useMemo(() => chainSignal(ticker.document), [ticker]);
  const expiries = chain.value;
  const expiry = expiries.find(({ name }) => name === expiryName) ?? expiries[0];
  const series = seriesOf(expiry, symbol);
  if (ticker.ended.value !== null) {
    return <Empty title={`No options on ${underlying}`}>{ticker.ended.value}</Empty>;
  }
  return (
    <div class={css['page']}>
      <div class={css['market']}>
        <MarketBar underlying={underlying} expiry={expiry} />
        <ExpiryTabs underlying={underlying} expiries={expiries} chosen={expiry?.name ?? ''} />
        <div class={css['chain']}>
          {expiry === undefined ? (
            <Empty title="No prices yet">The chain comes with the next block.</Empty>
          ) : (
            <ChainTable underlying={underlying} expiry={expiry} symbol={symbol} />
          )}
        </div>
        <Dock underlying={underlying} series={series} />
      </div>
      <aside class={css['side']} aria-label="Ticket and book">
        {series === undefined ? (
          <Empty title="No series chosen">
            Click a bid to sell, an ask to buy, or a mark to look at its book.
          </Empty>
        ) : (
          <>
            <Ticket underlying={underlying} series={series} />
            <Book series={series} />
          </>
        )}
      </aside>
    </div>
  );
}
