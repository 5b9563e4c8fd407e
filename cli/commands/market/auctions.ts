import { CallAuctionKind, CallAuctionState } from '../../../proto/gen/tenor.clob.v1.ts';
import { queries } from '../../../client/queries.ts';
import { formatPrice, formatQuantity } from '../../amounts.ts';
import { messageJson } from '../../output/json.ts';
import { findSeries } from '../series.ts';
import type { Verb } from '../verb.ts';

export const marketAuctions: Verb<{ readonly underlying?: string }> = {
  usage: 'auctions [series]',
  description: 'series in an auction: until when, and at what they would clear now',
  examples: ['market auctions', 'market auctions BTC-27DEC26-100000-C'],
  options: (command) => command.option('--underlying <name>', 'of this underlying only'),
  async run(session, [series], { underlying = '' }) {
    const { out } = session;
    const node = await session.node();
    const symbol = series?.toUpperCase() ?? '';
    if (symbol !== '') await findSeries(node, symbol);
    const named = { symbol, underlying: underlying.toUpperCase() };
    const { auctions } = await node.ask(queries.callAuctions, named);
    out.show({ auctions: auctions.map((a) => messageJson(CallAuctionState, a)) }, () => {
      if (auctions.length === 0) return 'Nothing is in an auction.';
      const right = (title: string) => ({ title, align: 'right' as const });
      const rows = auctions.map((a) => row(a, session.clock()));
      return out.table(
        [
          ...[{ title: 'SERIES' }, { title: 'AUCTION' }, { title: 'ENDS' }],
          ...[right('PRICE'), right('VOLUME'), right('IMBALANCE')],
        ],
        rows,
      );
    });
  },
};

function row(
  { symbol, auction, isLocked, priceUusd, quantity, imbalance }: CallAuctionState,
  nowMs: number,
): string[] {
  const seconds = Math.max(0, Math.ceil((Number(auction?.lockMs ?? 0n) - nowMs) / 1_000));
  const isOpening = auction?.kind === CallAuctionKind.CALL_AUCTION_KIND_OPENING;
  const sign = imbalance < 0n ? '-' : '';
  return [
    symbol,
    isOpening ? 'opening' : 'recovery',
    isLocked ? 'any block now' : `in ${seconds} s`,
    priceUusd === undefined ? '–' : formatPrice(priceUusd),
    formatQuantity(quantity),
    `${sign}${formatQuantity(imbalance < 0n ? -imbalance : imbalance)}`,
  ];
}
