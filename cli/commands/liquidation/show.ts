import {
  AuctionKind,
  QueryAuctionResponse,
  type AuctionTerms,
} from '../../../proto/gen/tenor.liquidation.v1.ts';
import { Margin } from '../../../proto/gen/tenor.margin.v1.ts';
import { formatUsd } from '../../amounts.ts';
import type { Node } from '../../chain/node.ts';
import { queries } from '../../../client/queries.ts';
import { messageJson } from '../../output/json.ts';
import type { Output, Text } from '../../output/output.ts';
import type { Session } from '../../session.ts';
import { MARGIN_LINES } from '../margin/whatIf.ts';
import type { Verb } from '../verb.ts';

const percent = (ppm: number): string => `${(ppm / 1e4).toFixed(2)}%`;
const fraction = (ppb: number): string => `${(ppb / 1e7).toFixed(4)}%`;
const right = (title: string) => ({ title, align: 'right' as const });

/** An account as typed: its chain-wide id, or a name or address with --subaccount. */
export function auctionOf(
  session: Session,
  node: Node,
  who: string,
): Promise<QueryAuctionResponse> {
  const isId = /^[1-9]\d{0,18}$/.test(who);
  return node.ask(queries.auction, {
    subaccountId: isId ? BigInt(who) : 0n,
    owner: isId ? '' : session.owner(who),
    number: isId ? 0 : session.settings.subaccount,
  });
}

function termsLines(kind: AuctionKind, terms: AuctionTerms): [string, string][] {
  const common: [string, string][] = [
    ['marked value', formatUsd(terms.markToMarketUusd)],
    ['maintenance margin', formatUsd(terms.maintenanceUusd)],
    ['buffer margin, 0 when it ends', formatUsd(terms.bufferMarginUusd)],
    ['cash already bid in', formatUsd(terms.bidInUusd)],
  ];
  return kind === AuctionKind.AUCTION_KIND_INSOLVENT
    ? [
        ...common,
        ['the fund pays for all of it', formatUsd(terms.payoutUusd)],
        ['and at the end', formatUsd(terms.worstUusd)],
        ['and can pay today', formatUsd(terms.payableUusd)],
      ]
    : [
        ...common,
        ['least multiple of the value', percent(terms.discountPpm)],
        ['fraction sold at it', fraction(terms.fractionPpb)],
        ['fee of the whole', formatUsd(terms.feeUusd)],
      ];
}

function describe({ flag, terms, bids }: QueryAuctionResponse, margin: Margin, out: Output): Text {
  const { auction, sinceHeight, steps, owner, number } = flag!;
  const kind = auction?.kind ?? AuctionKind.AUCTION_KIND_SOLVENT;
  const isInsolvent = kind === AuctionKind.AUCTION_KIND_INSOLVENT;
  const lines: [string, string][] = [
    ['under liquidation since height', sinceHeight.toString()],
    ['steps in the book', steps.toString()],
    ['auction', auction === undefined ? 'none' : isInsolvent ? 'insolvent' : 'solvent'],
    ['version, which bids name', auction?.version.toString() ?? '–'],
    ...MARGIN_LINES.map(([name, field]): [string, string] => [name, formatUsd(margin[field])]),
    ...(terms === undefined ? [] : termsLines(kind, terms)),
  ];
  const last = auction?.lastClearing;
  if (last !== undefined) {
    lines.push(
      ['last clearing at height', last.height.toString()],
      ['multiple that all paid', percent(last.pricePpm)],
      ['fraction sold', fraction(last.fractionPpb)],
      ['paid by bidders', formatUsd(last.paidUusd)],
      ['fee', formatUsd(last.feeUusd)],
      ['paid by funds', formatUsd(last.fundUusd)],
      ['bids, and filled', `${last.bids}, ${last.filled}`],
    );
  }
  const open = terms?.isOpen === true ? 'Bids are taken.' : 'No bids are taken now.';
  const rows = bids.map((b) => [
    b.bidderId.toString(),
    fraction(b.fractionPpb),
    isInsolvent ? formatUsd(b.leastPayoutUusd) : percent(b.limitPpm),
  ]);
  const columns = ['BIDDER', 'FRACTION', isInsolvent ? 'LEAST PAYOUT' : 'LIMIT'].map(right);
  const waiting = rows.length > 0 ? ['', out.table(columns, rows)] : [];
  const table = out.table([{ title: `${owner}/${number}` }, right('')], lines);
  return [table, ...waiting, '', open].flat();
}

export const show: Verb = {
  usage: 'show <account>',
  description: 'why an account is liquidated, and how far its auction has come',
  examples: ['liquidation show alice', 'liquidation show 17 --json'],
  async run(session, [who]) {
    const { out } = session;
    const node = await session.node();
    const answer = await auctionOf(session, node, who!);
    const { owner, number } = answer.flag!;
    const { margin } = await node.ask(queries.margin, { owner, number });
    const json = {
      auction: messageJson(QueryAuctionResponse, answer),
      margin: messageJson(Margin, margin!),
    };
    out.show(json, () => describe(answer, margin!, out));
  },
};
