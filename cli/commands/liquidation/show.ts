import {
  AuctionKind,
  QueryAuctionResponse,
  Step,
  type AuctionTerms,
} from '../../../proto/gen/tenor.liquidation.v1.ts';
import { Margin } from '../../../proto/gen/tenor.margin.v1.ts';
import { formatUsd } from '../../amounts.ts';
import type { Node } from '../../chain/node.ts';
import { queries } from '../../../client/queries.ts';
import { messageJson } from '../../output/json.ts';
import type { Output, Text } from '../../output/output.ts';
import type { Session } from '../../session.ts';
import { RefusedError } from '../../errors.ts';
import { marginParts, underlyingNames } from '../margin/describe.ts';
import { scenarioTable } from '../margin/portfolioRisk.ts';
import { MARGIN_LINES } from '../margin/whatIf.ts';
import type { Verb } from '../verb.ts';
import { describeSteps, stepsOf } from './history.ts';

const percent = (ppm: number): string => `${(ppm / 1e4).toFixed(2)}%`;
const fraction = (ppb: number): string => `${(ppb / 1e7).toFixed(4)}%`;
const right = (title: string) => ({ title, align: 'right' as const });

interface Who {
  readonly subaccountId: bigint;
  readonly owner: string;
  readonly number: number;
}

/** An account as typed: its chain-wide id, or a name or address with --subaccount. */
function readWho(session: Session, who: string): Who {
  const isId = /^[1-9]\d{0,18}$/.test(who);
  return {
    subaccountId: isId ? BigInt(who) : 0n,
    owner: isId ? '' : session.owner(who),
    number: isId ? 0 : session.settings.subaccount,
  };
}

export function auctionOf(
  session: Session,
  node: Node,
  who: string,
): Promise<QueryAuctionResponse> {
  return node.ask(queries.auction, readWho(session, who));
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
      ['multiple that all paid', last.pricePpm === undefined ? '–' : percent(last.pricePpm)],
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

/** The auction of an account, or the refusal that says that it has none. */
async function tryAuction(node: Node, who: Who): Promise<QueryAuctionResponse | RefusedError> {
  try {
    return await node.ask(queries.auction, who);
  } catch (error) {
    const isNone = error instanceof RefusedError && error.codespace === 'liquidation';
    if (isNone && error.code === NOT_UNDER_LIQUIDATION) return error;
    throw error;
  }
}

/** Code of the liquidation module. */
const NOT_UNDER_LIQUIDATION = 1;

/** What it was judged by when it was flagged last, every scenario included. */
function breachText(steps: readonly Step[], names: Map<number, string>, out: Output): Text {
  const last = steps.findLast(({ breach }) => breach !== undefined);
  if (last === undefined) return [];
  const { breach, height } = last;
  const vectors = breach!.underlyings.map((risk) => ['', scenarioTable(risk, names, out)]);
  const title = `The breach at height ${height}, by positions alone`;
  return [out.color.bold(title), marginParts(breach!, names, out), vectors, ''];
}

export const show: Verb = {
  usage: 'show <account>',
  description: 'why an account is or was liquidated, step by step, and how far its auction is',
  examples: ['liquidation show alice', 'liquidation show 17 --json'],
  async run(session, [typed]) {
    const { out } = session;
    const node = await session.node();
    const who = readWho(session, typed!);
    const [found, steps] = await Promise.all([tryAuction(node, who), stepsOf(node, who)]);
    if (found instanceof RefusedError && steps.length === 0) throw found;
    const auction = found instanceof RefusedError ? null : found;
    const flag = auction?.flag;
    const now =
      flag === undefined
        ? undefined
        : (await node.ask(queries.margin, { owner: flag.owner, number: flag.number })).margin;
    const names = await underlyingNames(node);
    const json = {
      auction: auction === null ? null : messageJson(QueryAuctionResponse, auction),
      margin: now === undefined ? null : messageJson(Margin, now),
      steps: steps.map((step) => messageJson(Step, step)),
    };
    out.show(json, () => [
      breachText(steps, names, out),
      ...(steps.length === 0 ? [] : [describeSteps(steps, out), '']),
      auction === null || now === undefined
        ? 'It is not under liquidation now.'
        : describe(auction, now, out),
    ]);
  },
};
